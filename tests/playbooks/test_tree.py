"""Reading, checking and walking trees."""

from __future__ import annotations

import random
import unicodedata
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playbooks.trees import EVERY_KIND, SMALL, grown
from sangto.lib.codes import LANGUAGES, ClosingReason
from sangto.playbooks.facts import complete
from sangto.playbooks.reading import check, read
from sangto.playbooks.tree import (
    BadPlaybook,
    BadWalk,
    Kind,
    Needs,
    StepRole,
    known_outcomes,
    outcome_words,
    walk,
)


def test_it_works() -> None:
    tree = read(SMALL)
    assert (tree.slug, tree.start, len(tree.steps)) == ("small", "first", 5)
    assert tree.steps["first"].text.name("vi") == "Có gì để kiểm chứng không?"
    assert [option.id for option in tree.steps["first"].options] == ["yes", "no"]
    assert walk(tree, ["yes", "done", "again", "done", "yes"]).here.outcome == "answer"
    assert walk(tree, []).here.id == "first"
    assert not walk(tree, ["yes"]).ended


def test_words_that_yaml_takes_for_truth_values_stay_words() -> None:
    """`yes`, `no` and `on` are truth values in YAML 1.1, and very common answers."""
    tree = read(SMALL.replace('{vi: Không, en: "No"}', "{vi: Không, en: No}"))
    assert tree.steps["first"].options[1].label.en == "No"


def test_text_is_nfc() -> None:
    tree = read(unicodedata.normalize("NFD", SMALL))
    assert tree.steps["first"].text.vi == unicodedata.normalize("NFC", tree.steps["first"].text.vi)


def test_a_step_is_numbered_in_the_order_of_reading() -> None:
    numbers = read(SMALL).numbers()
    assert dict(numbers) == {"first": 1, "look": 2, "found": 3, "write": 4, "nothing": 5}


def test_a_walk_refuses_what_the_step_does_not_offer() -> None:
    with pytest.raises(BadWalk) as refused:
        walk(read(SMALL), ["yes", "maybe"])
    assert (refused.value.step, refused.value.option) == ("look", "maybe")


# ruff: noqa: E501 - a case stands on one line
# What is broken, where the problem stands, its code, and words of its message.
BROKEN: list[tuple[str, str, str, int, str, str]] = [
    ("unknown target", "to: nothing", "to: nowhere", 15, "unknown_step", "step 'first' leads to unknown step 'nowhere'"),
    ("unknown start", "start: first", "start: begin", 3, "unknown_step", "'start' names an unknown step 'begin'"),
    ("unknown key at the top", "start: first", "start: first\ncolour: red", 4, "unknown_key", "unknown key 'colour'"),
    ("unknown key in a step", "kind: action", "kind: action\n    colour: red", 18, "unknown_key", "'look' has an unknown key 'colour'"),
    ("unknown key in an option", "to: write", "to: write\n        weight: 3", 30, "unknown_key", "unknown key 'weight'"),
    ("unknown kind", "kind: action", "kind: dance", 17, "unknown_kind", "unknown kind 'dance'"),
    ("missing kind", "    kind: action\n", "", 17, "missing_key", "step 'look' has no 'kind'"),
    ("missing name", "name: {vi: Nhỏ, en: Small}\n", "", 1, "missing_key", "the playbook has no 'name'"),
    ("missing language", "{vi: Viết, en: Write}", "{vi: Viết}", 35, "missing_language", "the text of step 'write' is missing in 'en'"),
    ("empty language", "{vi: Viết, en: Write}", "{vi: Viết, en: ''}", 35, "missing_language", "is empty in 'en'"),
    ("unlabelled branch", "label: {vi: Đã tìm, en: Done}", "label: {vi: Đã tìm}", 21, "missing_language", "option 'done' of step 'look' is missing in 'en'"),
    ("a language that we do not have", "{vi: Viết, en: Write}", "{vi: Viết, en: Write, fr: Écrire}", 35, "unknown_key", "unknown key 'fr'"),
    ("same label twice", "label: {vi: Tìm tiếp, en: Look again}", "label: {vi: Tìm tiếp, en: 'yes'}", 30, "same_label", "read the same in 'en'"),
    ("an option twice", "      again:", "      yes:", 30, "twice", "has 'yes' twice (first on line 27)"),
    ("a step twice", "  nothing:\n", "  write:\n", 37, "twice", "has 'write' twice (first on line 33)"),
    ("a question with one option", "      no:\n        label: {vi: Không, en: \"No\"}\n        to: nothing\n", "", 5, "one_option", "needs at least two options"),
    ("an action with two ways", "        to: found\n", "        to: found\n      else:\n        label: {vi: Khác, en: Else}\n        to: write\n", 16, "action_options", "must have one option, 'done'"),
    ("an action that is not done", "      done:", "      ready:", 16, "action_options", "must have one option, 'done'"),
    ("a dead end", "    options:\n      done:\n        label: {vi: Đã tìm, en: Done}\n        to: found\n", "", 16, "dead_end", "step 'look' is a dead end"),
    ("an end with options", "    outcome: answer", "    outcome: answer\n    options: {}", 37, "end_with_options", "is an end and cannot have options"),
    ("an end without outcome", "    outcome: answer\n", "", 33, "missing_key", "no 'outcome'"),
    ("an unknown outcome", "outcome: answer", "outcome: delete_post", 36, "unknown_outcome", "unknown outcome 'delete_post'"),
    ("an outcome that is ours alone", "outcome: answer", "outcome: restarted", 36, "unknown_outcome", "unknown outcome 'restarted'"),
    ("an outcome before the end", "    kind: action", "    kind: action\n    outcome: answer", 18, "outcome_before_end", "is no end and cannot have an outcome"),
    ("a step that nothing leads to", "to: nothing", "to: write", 37, "unreachable", "step 'nothing' cannot be reached from 'first'"),
    ("a step that leads to itself", "to: look\n  write", "to: found\n  write", 32, "loop", "leads back to itself"),
    ("a bad step name", "  nothing:", "  Nothing Else:", 37, "bad_id", "small letters, digits and _"),
    ("a bad slug", "playbook: small", "playbook: Small One", 1, "bad_slug", "'Small One'"),
    ("a list of steps", "  write:\n    kind: end\n    text: {vi: Viết, en: Write}\n    outcome: answer\n", "  write: [end]\n", 33, "not_a_mapping", "step 'write' must be a mapping"),
    ("a text that is a list", "{vi: Viết, en: Write}", "{vi: [Viết], en: Write}", 35, "not_a_text", "must be a text"),
    ("a text that is too long", "en: Write}", f"en: {'Write ' * 40}}}", 35, "too_long", "at most 160 fit"),
    ("several lines", "en: Write}", 'en: "Write\\nit"}', 35, "several_lines", "must stand on one line"),
    ("sources that are no list", "start: first", "sources: none\nstart: first", 3, "not_a_list", "'sources' must be a list"),
    ("a source without address", "start: first", "sources:\n  - title: A\nstart: first", 4, "missing_key", "source 1 has no 'url'"),
    ("a source that is no web address", "start: first", "sources:\n  - title: A\n    url: javascript:alert(1)\nstart: first", 5, "bad_url", "is not a web address"),
    ("an anchor", "text: {vi: Viết, en: Write}", "text: &w {vi: Viết, en: Write}", 35, "anchor", "anchors and aliases ('w')"),
    ("no YAML", "{vi: Viết, en: Write}", "{vi: Viết, en: Write", 36, "yaml", "this is not YAML"),
    ("two documents", "start: first", "---\nstart: first", 3, "yaml", "this is not YAML"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "line", "code", "words"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN]
)
def test_every_kind_of_error_is_found_where_it_stands(old: str, new: str, line: int, code: str, words: str) -> None:
    assert old in SMALL
    text = SMALL.replace(old, new, 1)
    problems = check(text, "small.yaml")
    found = [problem for problem in problems if problem.code == code and words in problem.text]
    assert found, [str(problem) for problem in problems]
    assert found[0].line == line
    assert str(found[0]).startswith(f"small.yaml:{line}: ")
    with pytest.raises(BadPlaybook) as refused:
        read(text)
    assert len(refused.value.problems) == len(problems)


def test_all_problems_are_found_at_once() -> None:
    text = SMALL.replace("to: nothing", "to: nowhere").replace("{vi: Viết, en: Write}", "{vi: Viết}")
    assert {(problem.line, problem.code) for problem in check(text, "x.yaml")} == {
        (15, "unknown_step"),
        (35, "missing_language"),
        (37, "unreachable"),
    }


def test_every_kind_is_read_with_what_belongs_to_it() -> None:
    tree = read(EVERY_KIND)
    assert [option.when.text if option.when else None for option in tree.steps["loud"].options] == [
        "tips_per_hour >= 20 or harm_safety",
        None,
    ]
    lead, reply, write = tree.steps["lead"], tree.steps["reply"], tree.steps["write"]
    assert (lead.role, lead.target) == (StepRole.LEAD, timedelta(minutes=15))
    assert reply.waits == timedelta(hours=2)
    assert [option.id for option in reply.by_person] == ["came"]
    assert tree.steps["loud"].by_person == ()
    assert write.needs == Needs(at_least=2, independent=1)
    assert write.needs.missing(complete({"exhibits": 2})) == Needs(independent=1)
    assert write.needs.missing(complete({"exhibits": 2, "independent_exhibits": 1})) is None
    assert tree.steps["say"].links[0].url == "https://handbook.example/"


def test_a_decision_takes_the_first_way_that_holds() -> None:
    step = read(EVERY_KIND).steps["loud"]
    assert step.decide(complete({"harm_safety": True})).id == "fast"
    assert step.decide(complete({"tips_per_hour": 20})).id == "fast"
    assert step.decide(complete({})).id == "otherwise"


@pytest.mark.parametrize(
    ("old", "new", "line", "code"),
    [
        ("for: 2 h", "for: 2 weeks", 29, "bad_duration"),
        ("for: 2 h", "for: 91 days", 29, "bad_duration"),
        ("    for: 2 h\n", "", 27, "missing_key"),
        ("role: lead", "role: chief", 13, "unknown_role"),
        ("    role: lead\n", "", 11, "missing_key"),
        ("role: editor", "role: expert", 21, "not_here"),
        ("      timeout:", "      late:", 27, "no_timeout"),
        ("      taken:", "      accepted:", 11, "hand_over_options"),
        ("      otherwise:", "      other:", 5, "no_otherwise"),
        ('harm_safety"', 'harm_safty"', 9, "bad_rule"),
        ('{when: "tips_per_hour >= 20 or harm_safety", ', "{", 9, "no_rule"),
        ("yes: {label", 'yes: {when: "true", label', 25, "not_here"),
        ("evidence: {at_least: 2", "evidence: {at_least: many", 43, "bad_number"),
        ("evidence: {at_least: 2, independent: 1}", "evidence: {most: 1}", 43, "unknown_key"),
        ("target: 1 h", "for: 1 h", 22, "not_here"),
        ("https://handbook.example/", "ftp://handbook.example/", 38, "bad_url"),
        ("to: say}", "to: reply}", 33, "loop"),
    ],
)
def test_what_a_kind_cannot_be_without_or_cannot_have(old: str, new: str, line: int, code: str) -> None:
    assert old in EVERY_KIND
    problems = check(EVERY_KIND.replace(old, new, 1), "x.yaml")
    assert (line, code) in {(problem.line, problem.code) for problem in problems}, [str(one) for one in problems]


def test_the_machine_never_turns_round_alone() -> None:
    """Decisions and times that run out lead back to each other: no person would ever be asked."""
    text = EVERY_KIND.replace("to: say}", "to: loud}").replace("to: sure}\n  lead", "to: reply}\n  lead")
    text = text.replace("Time is over}, to: say}", "Time is over}, to: loud}")
    problems = [problem for problem in check(text, "x.yaml") if problem.code == "loop"]
    assert any("a loop without a person in it" in problem.text for problem in problems), problems


def test_a_loop_needs_a_question() -> None:
    text = SMALL.replace("to: found", "to: rest") + (
        "  rest:\n    kind: action\n    text: {vi: Nghỉ, en: Rest}\n"
        "    options: {done: {label: {vi: Xong, en: Done}, to: look}}\n"
    )
    problems = check(text, "x.yaml")
    loop = next(problem for problem in problems if problem.code == "loop")
    assert (loop.line, "look → rest → look" in loop.text) == (16, True)
    # From inside the round no end can be reached either.
    assert {problem.line for problem in problems if problem.code == "dead_end"} == {16, 41}


def test_questions_alone_can_be_a_dead_end() -> None:
    text = SMALL.replace("to: write", "to: first").replace("to: nothing", "to: found")
    problems = {(problem.line, problem.code) for problem in check(text, "x.yaml")}
    assert {(5, "dead_end"), (16, "dead_end"), (23, "dead_end")} < problems


def test_there_must_be_an_end() -> None:
    text = "playbook: x\nname: {vi: x, en: x}\nstart: a\nsteps:\n" + "".join(
        f"  {here}:\n    kind: question\n    text: {{vi: x, en: x}}\n    options:\n"
        f"      one: {{label: {{vi: m, en: m}}, to: {there}}}\n      two: {{label: {{vi: h, en: h}}, to: {there}}}\n"
        for here, there in (("a", "b"), ("b", "a"))
    )
    assert [(problem.line, problem.code) for problem in check(text, "x.yaml")] == [(3, "no_end")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("# nothing\n", "empty"),
        ("just words", "not_a_mapping"),
        ("[1, 2]", "not_a_mapping"),
        ("\x00", "yaml"),
        ("a: " + "x" * 300_000, "too_long"),
        ("[" * 5_000, "yaml"),
        ("{" * 3_000 + "}" * 3_000, "yaml"),
        ("steps: {}", "missing_key"),
    ],
)
def test_bad_input_is_a_problem_and_never_a_crash(text: str, code: str) -> None:
    assert code in {problem.code for problem in check(text, "x.yaml")}


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    assert check(text, "x.yaml")


@settings(deadline=None)
@given(st.data())
def test_a_broken_playbook_is_read_or_refused(data: st.DataObject) -> None:
    """A line taken out, doubled or moved: never a crash, and what is read can be walked."""
    lines = SMALL.splitlines()
    at = data.draw(st.integers(0, len(lines) - 1))
    line = lines.pop(at)
    for _ in range(data.draw(st.integers(0, 2))):
        lines.insert(data.draw(st.integers(0, len(lines))), line)
    text = "\n".join(lines)
    if not check(text, "x.yaml"):
        assert walk(read(text), []).here.id == "first"


@settings(deadline=None, max_examples=50)
@given(grown(25), st.randoms(use_true_random=False), st.integers(0, 80))
def test_any_walk_ends_or_stands_at_a_question(text: str, rng: random.Random, choices: int) -> None:
    """Nobody is ever led in circles: after what is to be done there is a question or an end."""
    assert check(text, "grown.yaml") == ()
    tree = read(text)
    made: list[str] = []
    for _ in range(choices):
        here = walk(tree, made).here
        if here.kind == Kind.END:
            break
        made.append(rng.choice(here.options).id)
    while (here := walk(tree, made).here).kind == Kind.ACTION:
        made.append("done")
        assert len(made) <= choices + len(tree.steps)
    assert here.kind in (Kind.END, Kind.QUESTION)
    reached = walk(tree, made)
    assert [option.id for _step, option in reached.path] == made
    assert reached.ended == (here.kind == Kind.END)


@settings(deadline=None, max_examples=30)
@given(grown())
def test_every_step_has_one_number(text: str) -> None:
    tree = read(text)
    assert sorted(tree.numbers().values()) == list(range(1, len(tree.steps) + 1))
    assert set(tree.numbers()) == set(tree.steps)


def test_every_outcome_has_words() -> None:
    for outcome in (*known_outcomes(), "restarted"):
        for lang in LANGUAGES:
            assert outcome_words(outcome).name(lang) not in ("", outcome)
    assert {f"close:{reason}" for reason in ClosingReason.values()} < set(known_outcomes())
    assert outcome_words("of_a_newer_program").vi == "of_a_newer_program"
