"""Negation and certainty changed in a sentence, by the grammar of Vietnamese and English: for the generator
of traps."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from sangto.matching.trap_words import inside


@dataclass(frozen=True, slots=True)
class Edit:
    """A sentence with one detail changed; `old` is empty where the whole sentence is denied."""

    text: str
    old: str
    new: str


# Before these a Vietnamese sentence takes its "không"; the first that stands in it is used.
_DENIABLE_VI: Final = (
    (r"\bsẽ (?!không)", "sẽ không "),
    (r"\bcó thể (?!không)", "không thể "),
    (r"\bđều (?!không)", "đều không "),
    (r"(?<!không )(?<!chưa )\bgây (?=\w)", "không gây "),
    (r"(?<=\w )giúp (?=\w)", "không giúp "),
    (r"(?<=\w )chữa (?=\w)", "không chữa "),
    (r"(?<=\w )chứa (?=\w)", "không chứa "),
    (r"(?<=\w )lây (?=\w)", "không lây "),
    (r"\bđã (?=bị |mở |thu |cho |yêu |phát |vượt |nuốt |được )", "không "),
    (r"(?<!không )(?<!có )\bđược (?=tặng|chụp|miễn|nghỉ|thưởng|trả|vay|phát|hỗ trợ|quy đổi)", "không được "),
    (r"(?<!không )\bbị (?=phạt|cấm|khóa|tước|hủy|ngập|sập|bỏ|tịch thu|thu hồi|tính)", "không bị "),
    (r"(?<!không )\bphải (?=nộp|đóng|đổi|xác thực|làm|học|trả|gọi|hút|đá)", "không phải "),
    (r"\b(?<!không )làm (?=mất|vỡ|hỏng|tan|tăng|giảm|trẻ|bé|người|mắt|tiểu)", "không làm "),
    (r"\b(?<!không )(?:lọc|tiêu diệt|cứu|hạ|hút|ghi nhận|công khai|thu hồi|phát hiện|khuyên) (?=\w)", "không {} "),
    (r"\bthu (?=phí|thuế|\d)", "không thu "),
    (r"\btặng (?=\w)", "không tặng "),
    (r"\bdừng (?=\w)|\bngừng (?=\w)", "không {} "),
    (r"\bđóng cửa (?=\w)", "không đóng cửa "),
    (r"\bhết giá trị\b", "không hết giá trị"),
    (r"\bmiễn phí (?=vé|học|cho)", "không miễn phí "),
    (r"\bbắn pháo hoa\b", "không bắn pháo hoa"),
)
_AFFIRMED_VI: Final = (
    (r"\bkhông lây\b", "lây"),
    (r"\bkhông được (?=cấp|qua|giảm)", "được "),
    (r"\bkhông còn\b", "vẫn còn"),
    (r"\bkhông cần\b", "vẫn cần"),
    (r"\bkhông thể\b", "có thể"),
    (r"\bkhông bao giờ\b", "vẫn có lúc"),
    (r"\bkhông gây\b", "gây"),
)
_VERBS_EN: Final[Mapping[str, str]] = MappingProxyType(
    {
        **{f"{verb}s": verb for verb in (
            "cause", "cure", "contain", "spread", "kill", "prove", "prevent", "show", "pay", "produce", "let",
            "draw", "hide", "stop", "make",
            "keep", "carry", "restore", "block", "drop", "help", "protect", "damage", "raise", "lower", "melt",
            "destroy", "remove",
        )},
        "hides": "hide", "carries": "carry", "restores": "restore", "blocks": "block",
        "caused": "cause", "steered": "steer", "returned": "return", "released": "release", "passed": "pass",
            "spent": "spend",
        "killed": "kill", "wore": "wear", "found": "find", "banned": "ban", "posted": "post",
    }
)  # fmt: skip
_PAST_EN: Final = frozenset({"caused", "steered", "returned", "released", "passed", "spent", "killed", "wore"})
_PLURAL_EN: Final = ("use", "change", "make", "cause", "carry", "store", "wear", "contain", "need", "spread")
_DENIED_FRAMES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "vi": ("Không có chuyện {}", "Cơ quan chức năng bác bỏ tin {}", "Làm gì có chuyện {}"),
        "en": ("It is not true that {}", "Officials deny that {}", "There is no truth in the story that {}"),
    }
)


def negations(text: str, lang: str, chance: random.Random) -> Iterator[Edit]:
    yield from _grammatical(text, lang)
    if chance.random() < 0.3:
        frame = chance.choice(_DENIED_FRAMES[lang])
        yield Edit(frame.format(inside(text.rstrip(". "))), "", frame.format("").strip())


def _grammatical(text: str, lang: str) -> Iterator[Edit]:
    """One "not" put in or taken out where the grammar allows it: the first place that fits."""
    if lang == "vi":
        for pattern, replacement in (*_AFFIRMED_VI, *_DENIABLE_VI):
            match = re.search(pattern, text)
            # Twice "not" in one sentence says little clearly.
            if match is None or (pattern in dict(_DENIABLE_VI) and "không" in text):
                continue
            new = replacement.format(match.group(0).strip())
            yield Edit(text[: match.start()] + new + text[match.end() :], match.group(0).strip(), new.strip())
            return
        return
    for pattern, new in (
        (r"\bwill (?!not)", "will not "),
        (r"\bcan (?!not)", "cannot "),
        (r"\bnever (\w+)s\b", r"often \1s"),
        (r"\bhas (?=caused|been|banned)", "has not "),
        (r"(?<!someone )\b(is|are|was|were) (?!not|there)(?=\w)", r"\1 not "),
        (r"\bwithout (?=coughing)", "while "),
    ):
        match = re.search(pattern, text)
        if match:
            changed = match.expand(new)
            replaced = text[: match.start()] + changed + text[match.end() :]
            yield Edit(replaced, match.group(0).strip(), changed.strip())
            return
    for match in re.finditer(r"\b[a-z]+\b", text):
        verb = match.group(0)
        if match.start() == 0 or text[: match.start()].rsplit(maxsplit=1)[-1].lower() in (
            "to",
            "that",
            "which",
            "they",
            "who",
            "the",
            "and",
        ):
            continue
        helper = "did" if verb in _PAST_EN else "does" if verb in _VERBS_EN and verb.endswith("s") else ""
        base = _VERBS_EN.get(verb, verb)
        if not helper and verb in _PLURAL_EN and text[: match.start()].rstrip().endswith("s"):
            helper = "do"
        if helper:
            new = f"{helper} not {base}"
            yield Edit(text[: match.start()] + new + text[match.end() :], verb, new)
            return


_MODAL: Final[Mapping[str, tuple[tuple[str, str], ...]]] = MappingProxyType(
    {
        "vi": (
            (r"\bsẽ (?!không)", "có thể "),
            (r"\bbắt buộc phải\b|\bbắt buộc\b", "được khuyến khích"),
            (r"\bphải (?=nộp|đóng|đổi|xác thực|học|trả|xuất trình)", "nên "),
            (r"\bbị (?=phạt|cấm|tước|tịch thu)", "đang được đề xuất "),
            (r"\bbị cấm\b", "đang được xem xét cấm"),
            (r"\bđược (?=tặng|miễn|nghỉ|thưởng|vay|hỗ trợ|quy đổi)", "đang được đề xuất "),
            (r"\bhết giá trị\b", "đang được đề xuất cho hết giá trị"),
            (r"(?<=\w )bắt (?=người|học|dân)", "đang xem xét bắt "),
            (r"(?<=\w )ngừng (?=cấp|bán|khám)", "đang cân nhắc ngừng "),
            (r"(?<=\w )cho (?=tiêm)", "đang xem xét cho "),
        ),
        "en": (
            (r"\bwill\b", "may"),
            (r"\bmust\b", "should"),
            (r"\bhas to\b", "is advised to"),
            (r"\bpassed a law\b", "is considering a law"),
            (r"\bwere banned\b", "were proposed for a ban"),
            (r"\bis banned\b", "may be banned"),
            (r"\bnever strikes\b", "might not strike"),
            (r"\brequired to\b", "advised to"),
        ),
    }
)


def modalities(text: str, lang: str, _: random.Random) -> Iterator[Edit]:
    for pattern, new in _MODAL[lang]:
        match = re.search(pattern, text)
        if match:
            gap = " " if match.group(0).endswith(" ") and not new.endswith(" ") else ""
            replaced = text[: match.start()] + new + gap + text[match.end() :]
            yield Edit(replaced, match.group(0).strip(), new.strip())
            return
