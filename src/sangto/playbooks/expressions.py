"""The small language of decisions by rule. Pure: text in, a checked expression out; never `eval`.

    tips_per_hour >= 20 and (harm_safety or priority in ['urgent', 'high'])

Grammar, loosest first:
    either   = both { "or" both }
    both     = negated { "and" negated }
    negated  = "not" negated | compared
    compared = value [ ("==" | "!=" | "<" | "<=" | ">" | ">=") value | "in" "[" literal { "," literal } "]" ]
    value    = name | number | 'code' | "true" | "false" | "(" either ")"

Types are checked when it is read: a number is never compared with a code, a code only with one of its list, and the
whole must be true or false. So evaluating a checked expression over complete facts cannot fail.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from sangto.playbooks.facts import FACTS, Fact, Type, Value

# Longer rules are for several steps: nobody could say why the machine chose.
LENGTH_MAX: Final = 300
DEPTH_MAX: Final = 20
_TOKEN: Final = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|'(?P<text>[^']*)'|\"(?P<other>[^\"]*)\""
    r"|(?P<sign>==|!=|<=|>=|<|>|\(|\)|\[|\]|,))"
)
_COMPARE: Final[Mapping[str, Callable[[Value, Value], bool]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_EQUALITY: Final = frozenset({"==", "!="})


class BadExpression(ValueError):
    """The text is no expression over the known facts; it says where (`column` counts from 1) and why."""

    def __init__(self, problem: str, column: int) -> None:
        super().__init__(f"{problem} (at character {column})")
        self.problem = problem
        self.column = column


@dataclass(frozen=True, slots=True)
class Node:
    """A part of an expression. `op` is literal, fact, not, and, or, in, or a comparison."""

    op: str
    type: Type
    value: Value = False
    parts: tuple[Node, ...] = ()
    column: int = 1
    # The closed list that a code comes from.
    fact: Fact | None = None

    def evaluate(self, facts: Mapping[str, Value]) -> Value:
        match self.op:
            case "literal":
                return self.value
            case "fact":
                return facts[str(self.value)]
            case "not":
                return not self.parts[0].evaluate(facts)
            case "and":
                return all(part.evaluate(facts) for part in self.parts)
            case "or":
                return any(part.evaluate(facts) for part in self.parts)
            case "in":
                first, *others = (part.evaluate(facts) for part in self.parts)
                return first in others
            case _:
                left, right = (part.evaluate(facts) for part in self.parts)
                return _COMPARE[self.op](left, right)

    def names(self) -> frozenset[str]:
        own = frozenset({str(self.value)}) if self.op == "fact" else frozenset()
        return own.union(*(part.names() for part in self.parts))


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked rule: true or false for every complete set of facts."""

    text: str
    root: Node

    def holds(self, facts: Mapping[str, Value]) -> bool:
        return bool(self.root.evaluate(facts))

    @property
    def asks(self) -> frozenset[str]:
        """The facts it looks at."""
        return self.root.names()


def parse(text: str) -> Expression:
    """Raises BadExpression."""
    if len(text) > LENGTH_MAX:
        raise BadExpression(f"a rule has at most {LENGTH_MAX} characters", LENGTH_MAX)
    return Expression(text, _Parser(text).whole())


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    column: int


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    at = 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            at += len(text[at:]) - len(text[at:].lstrip())
            raise BadExpression(f"'{text[at]}' is not understood here", at + 1)
        kind = str(match.lastgroup)
        found.append(_Token("text" if kind == "other" else kind, match[kind], match.start(kind) + 1))
        at = match.end()
    found.append(_Token("end", "", len(text) + 1))
    return found


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._at = 0
        self._depth = 0

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _take(self) -> _Token:
        token = self._next
        self._at += 1
        return token

    def _is(self, word: str) -> bool:
        return self._next.kind in ("name", "sign") and self._next.text == word

    def _expect(self, word: str) -> None:
        if not self._is(word):
            raise BadExpression(f"'{word}' is missing before '{self._next.text or 'the end'}'", self._next.column)
        self._at += 1

    def whole(self) -> Node:
        if self._next.kind == "end":
            raise BadExpression("the rule is empty", 1)
        node = self._either()
        if self._next.kind != "end":
            raise BadExpression(f"'{self._next.text}' comes after the end of the rule", self._next.column)
        return _truth(node)

    def _either(self) -> Node:
        return self._joined("or", self._both)

    def _both(self) -> Node:
        return self._joined("and", self._negated)

    def _joined(self, word: str, below: Callable[[], Node]) -> Node:
        first = below()
        if not self._is(word):
            return first
        parts = [_truth(first)]
        while self._is(word):
            self._take()
            parts.append(_truth(below()))
        return Node(word, Type.TRUTH, parts=tuple(parts), column=first.column)

    def _negated(self) -> Node:
        if not self._is("not"):
            return self._compared()
        column = self._take().column
        self._deeper(column)
        node = Node("not", Type.TRUTH, parts=(_truth(self._negated()),), column=column)
        self._depth -= 1
        return node

    def _compared(self) -> Node:
        left = self._value()
        if self._is("in"):
            return self._among(left, self._take().column)
        if self._next.kind == "sign" and self._next.text in _COMPARE:
            sign = self._take()
            right = self._value()
            _comparable(left, right, sign)
            return Node(sign.text, Type.TRUTH, parts=(left, right), column=left.column)
        return left

    def _among(self, left: Node, column: int) -> Node:
        self._expect("[")
        parts = [left]
        while True:
            item = self._value()
            if item.op != "literal":
                raise BadExpression("a list holds codes and numbers only", item.column)
            _comparable(left, item, _Token("sign", "==", column))
            parts.append(item)
            if not self._is(","):
                break
            self._take()
        self._expect("]")
        return Node("in", Type.TRUTH, parts=tuple(parts), column=left.column)

    def _value(self) -> Node:
        token = self._take()
        if token.kind == "number":
            number = float(token.text) if "." in token.text else int(token.text)
            return Node("literal", Type.NUMBER, number, column=token.column)
        if token.kind == "text":
            return Node("literal", Type.CODE, token.text, column=token.column)
        if token.kind == "sign" and token.text == "(":
            self._deeper(token.column)
            inside = self._either()
            self._expect(")")
            self._depth -= 1
            return inside
        if token.kind == "name" and token.text in ("true", "false"):
            return Node("literal", Type.TRUTH, token.text == "true", column=token.column)
        if token.kind == "name" and token.text in FACTS:
            fact = FACTS[token.text]
            return Node("fact", fact.kind, token.text, column=token.column, fact=fact)
        if token.kind == "name" and token.text not in ("and", "or", "not", "in"):
            raise BadExpression(f"no fact is called '{token.text}' (known: {', '.join(FACTS)})", token.column)
        raise BadExpression(f"a fact, a number or a code is missing before '{token.text or 'the end'}'", token.column)

    def _deeper(self, column: int) -> None:
        self._depth += 1
        if self._depth > DEPTH_MAX:
            raise BadExpression(f"brackets and 'not' go deeper than {DEPTH_MAX}", column)


def _truth(node: Node) -> Node:
    if node.type != Type.TRUTH:
        raise BadExpression("this is neither true nor false: compare it with something", node.column)
    return node


def _comparable(left: Node, right: Node, sign: _Token) -> None:
    if left.type != right.type:
        raise BadExpression(f"a {left.type} is compared with a {right.type}", sign.column)
    if left.type != Type.NUMBER and sign.text not in _EQUALITY:
        raise BadExpression(f"'{sign.text}' compares numbers only", sign.column)
    fact = left.fact or right.fact
    for side in (left, right):
        if side.op == "literal" and side.type == Type.CODE:
            if fact is None or fact.codes is None:
                raise BadExpression("two codes are compared with each other, and no fact", side.column)
            if str(side.value) not in fact.codes.values():
                known = ", ".join(fact.codes.values())
                raise BadExpression(f"'{side.value}' is no code of {fact.name} (known: {known})", side.column)
