"""What a decision by rule may ask about the subject of a walk. Pure: names, types and words, no subject.

The list is closed, so that an expression is checked when the playbook is read and means the same at every desk. The
room that owns the subject fills it in (`subjects.register`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from sangto.lib.codes import Code, Priority, SpeakerKind, Topic, Urgency

Value = bool | int | float | str


class Type(StrEnum):
    """What kind of value a fact or an expression has."""

    NUMBER = "number"
    TRUTH = "truth"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that can be asked: its type, for a code the closed list, and what it says in words."""

    name: str
    kind: Type
    vi: str
    en: str
    codes: type[Code] | None = None
    # For the random walks of `simulate`: numbers are drawn up to about here.
    usual: float = 10.0

    @property
    def default(self) -> Value:
        """What holds where nothing is known: nothing was counted, nothing is the case."""
        defaults: dict[Type, Value] = {Type.NUMBER: 0, Type.TRUTH: False, Type.CODE: ""}
        return defaults[self.kind]

    def words(self, lang: str) -> str:
        return self.vi if lang.startswith("vi") else self.en


_ALL: Final = (
    Fact("tips", Type.NUMBER, "số tin nhắn", "messages", usual=50),
    Fact("tips_per_hour", Type.NUMBER, "tin nhắn trong giờ qua", "messages in the last hour", usual=30),
    Fact("doors", Type.NUMBER, "số lối nhận tin", "ways by which they came", usual=3),
    Fact("places", Type.NUMBER, "số địa phương được nhắc", "places named", usual=5),
    Fact("age_hours", Type.NUMBER, "số giờ từ tin đầu tiên", "hours since the first message", usual=48),
    Fact("topic", Type.CODE, "chủ đề", "topic", Topic),
    Fact("harm_health", Type.TRUTH, "có thể hại sức khỏe", "may harm health"),
    Fact("harm_money", Type.TRUTH, "có thể mất tiền", "may cost money"),
    Fact("harm_safety", Type.TRUTH, "có thể nguy hiểm tính mạng", "may endanger lives"),
    Fact("urgency", Type.CODE, "mức gấp", "urgency", Urgency),
    Fact("priority", Type.CODE, "mức ưu tiên", "priority", Priority),
    Fact("checkability", Type.NUMBER, "khả năng kiểm chứng (0 đến 1)", "checkability (0 to 1)", usual=1),
    Fact("speaker_kind", Type.CODE, "loại người phát ngôn", "who said it, as a kind", SpeakerKind),
    Fact("involves_publisher", Type.TRUTH, "nói về chính chúng ta", "about ourselves"),
    Fact("exhibits", Type.NUMBER, "số nguồn đã dẫn", "sources cited", usual=4),
    Fact("independent_exhibits", Type.NUMBER, "số nguồn không phải của mình", "sources that are not ours", usual=3),
    Fact("primary_exhibits", Type.NUMBER, "số nguồn gốc", "primary sources", usual=2),
    Fact("open_rumours", Type.NUMBER, "số tin đồn đang mở của bàn", "open rumours of the desk", usual=40),
    Fact("same_topic_open", Type.NUMBER, "số tin đồn đang mở cùng chủ đề", "open rumours of the same topic", usual=10),
    Fact(
        "same_topic_tips",
        Type.NUMBER,
        "tin nhắn cùng chủ đề trong 24 giờ",
        "messages on the topic in 24 hours",
        usual=80,
    ),
    Fact("working_hours", Type.TRUTH, "đang trong giờ làm việc", "within working hours"),
)
FACTS: Final[Mapping[str, Fact]] = MappingProxyType({fact.name: fact for fact in _ALL})


class UnknownFact(KeyError):
    """A room gave a fact that is not on the list, or a value of another type."""


def complete(given: Mapping[str, object]) -> dict[str, Value]:
    """Every fact, with its default where the subject says nothing of it.

    Raises UnknownFact for a name or a type that is not on the list: a misspelt fact would decide in silence.
    """
    facts: dict[str, Value] = {name: fact.default for name, fact in FACTS.items()}
    for name, value in given.items():
        fact = FACTS.get(name)
        if fact is None or not isinstance(value, bool | int | float | str) or not _fits(fact, value):
            raise UnknownFact(f"{name} = {value!r}")
        facts[name] = str(value) if fact.kind == Type.CODE else value
    return facts


def _fits(fact: Fact, value: Value) -> bool:
    match fact.kind:
        case Type.TRUTH:
            return isinstance(value, bool)
        case Type.NUMBER:
            return isinstance(value, int | float) and not isinstance(value, bool)
        case Type.CODE:
            return isinstance(value, str) and fact.codes is not None and (not value or value in fact.codes.values())
