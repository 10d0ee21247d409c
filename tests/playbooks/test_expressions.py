"""The language of decisions by rule: what it means, what it refuses, and that it cannot fail once read."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sangto.playbooks.expressions import DEPTH_MAX, LENGTH_MAX, BadExpression, parse
from sangto.playbooks.facts import FACTS, Type, UnknownFact, complete


def test_it_works() -> None:
    rule = parse("tips_per_hour >= 20 and (harm_safety or priority in ['urgent', 'high'])")
    assert rule.asks == {"tips_per_hour", "harm_safety", "priority"}
    assert rule.holds(complete({"tips_per_hour": 20, "priority": "high"}))
    assert not rule.holds(complete({"tips_per_hour": 19.5, "priority": "high"}))
    assert not rule.holds(complete({"tips_per_hour": 99}))


@pytest.mark.parametrize(
    ("text", "column", "why"),
    [
        ("", 1, "empty"),
        ("   ", 1, "empty"),
        ("tips", 1, "neither true nor false"),
        ("tips > 'x'", 6, "a number is compared with a code"),
        ("tipz > 1", 1, "no fact is called 'tipz'"),
        ("topic == 'helth'", 11, "no code of topic"),
        ("topic < 'health'", 7, "compares numbers only"),
        ("tips > 1 harm_money", 10, "after the end"),
        ("not (tips > 1", 14, "')' is missing"),
        ("tips in [1, 'food']", 6, "a number is compared with a code"),
        ("topic in [topic]", 11, "codes and numbers only"),
        ("'food' == 'food'", 2, "no fact"),
        ("tips and harm_money", 1, "neither true nor false"),
        ("tips > 1; drop", 9, "is not understood"),
        ("__import__('os')", 1, "no fact is called '__import__'"),
        ("and tips > 1", 1, "is missing before 'and'"),
        ("(" * (DEPTH_MAX + 1) + "true", DEPTH_MAX + 1, "deeper than"),
        ("not " * (DEPTH_MAX + 1) + "true", 4 * DEPTH_MAX + 1, "deeper than"),
        ("true " + " " * LENGTH_MAX, LENGTH_MAX, "at most"),
    ],
)
def test_what_is_no_rule_is_refused_where_it_goes_wrong(text: str, column: int, why: str) -> None:
    with pytest.raises(BadExpression) as refused:
        parse(text)
    assert refused.value.column == column
    assert why in refused.value.problem


def test_facts_of_another_name_or_type_are_refused() -> None:
    for wrong in ({"tip": 1}, {"tips": True}, {"tips": "3"}, {"harm_money": 1}, {"topic": "weather"}, {"topic": None}):
        with pytest.raises(UnknownFact):
            complete(wrong)
    assert set(complete({})) == set(FACTS)


# -- against Python itself --------------------------------------------------------------------------------------------
_NAMES = {kind: sorted(name for name, fact in FACTS.items() if fact.kind == kind) for kind in Type}


def _rule(rng: random.Random, depth: int) -> str:
    if depth == 0 or rng.random() < 0.3:
        match rng.randrange(4):
            case 0:
                return rng.choice(_NAMES[Type.TRUTH])
            case 1:
                sign = rng.choice(["==", "!=", "<", "<=", ">", ">="])
                return f"{rng.choice(_NAMES[Type.NUMBER])} {sign} {rng.choice(['0', '1', '2.5', '20'])}"
            case 2:
                fact = FACTS[rng.choice(_NAMES[Type.CODE])]
                codes = fact.codes.values() if fact.codes else []
                return f"{fact.name} in {rng.sample(codes, 2)!r}"
            case _:
                fact = FACTS[rng.choice(_NAMES[Type.CODE])]
                codes = fact.codes.values() if fact.codes else []
                return f"{fact.name} {rng.choice(['==', '!='])} {rng.choice(codes)!r}"
    if rng.random() < 0.2:
        return f"not ({_rule(rng, depth - 1)})"
    word = rng.choice(["and", "or"])
    left, right = _rule(rng, depth - 1), _rule(rng, depth - 1)
    return f"({left}) {word} {right}" if rng.random() < 0.5 else f"{left} {word} {right}"


def _facts(rng: random.Random) -> dict[str, Any]:
    return {
        name: rng.random() < 0.5
        if fact.kind == Type.TRUTH
        else rng.choice([0, 1, 2.5, 20, 21])
        if fact.kind == Type.NUMBER
        else rng.choice(["", *(fact.codes.values() if fact.codes else [])])
        for name, fact in FACTS.items()
    }


@settings(max_examples=400, deadline=None)
@given(st.integers(min_value=0, max_value=10**9))
def test_a_rule_means_what_python_takes_it_for(seed: int) -> None:
    rng = random.Random(seed)
    text = _rule(rng, 3)
    if len(text) > LENGTH_MAX:
        return
    facts = _facts(rng)
    expected = eval(text, {"__builtins__": {}, "true": True, "false": False}, dict(facts))  # noqa: S307 - the oracle
    assert parse(text).holds(complete(facts)) == bool(expected)


@settings(max_examples=500, deadline=None)
@given(st.text(alphabet="tips harm_><=!()[],'\"0123456789andortruefoodtopic.-", max_size=60))
def test_any_text_is_a_rule_or_a_clear_refusal(text: str) -> None:
    try:
        rule = parse(text)
    except BadExpression as refused:
        assert 1 <= refused.column <= len(text) + 1  # noqa: PT017
        return
    assert rule.holds(complete({})) in (True, False)
