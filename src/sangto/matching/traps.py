"""Traps: messages that read like a claim and say something else, each with a twin that says the same.

What a matcher must not answer cannot be collected, it must be made: one detail of a sentence is changed by rule
(number,
date, place, name, negation, certainty), the sentence is put into a question as people ask it, and the same question
without the change is its twin, which must still be answered. The same seed gives the same traps.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from sangto.lib.folding import fold, has_diacritics, words
from sangto.matching.files import BadInput, read_corpora, read_judgements, read_lines
from sangto.matching.trap_details import dates, names, numbers, places
from sangto.matching.trap_grammar import Edit, modalities, negations
from sangto.matching.trap_words import inside

KINDS: Final = ("number", "date", "place", "name", "negation", "modality")
# Ways to type Vietnamese, by turns.
_VARIANTS: Final = ("plain", "bare", "chat")
# Kinds of messages that repeat the claim nearly in its words: their changed details contradict it for sure.
_SEED_KINDS: Final = frozenset({"near", "vi", "en", "paraphrase_vi", "paraphrase_en"})
_LONGEST_WORDS: Final = 45


@dataclass(frozen=True, slots=True)
class Seed:
    """A sentence about a document. `claim` is the document's own; a detail is changed only where the claim has it."""

    id: str
    document_id: str
    text: str
    lang: str
    claim: str = ""


@dataclass(frozen=True, slots=True)
class Trap:
    """`detail`: what was changed, "old → new"."""

    id: str
    document_id: str
    kind: str
    lang: str
    text: str
    twin: str
    detail: str


def generate(seeds: Sequence[Seed], *, seed: int) -> list[Trap]:
    """For each sentence and kind that can be changed one trap; claims in two variants."""
    traps = []
    for one in seeds:
        claim = one.claim or one.text
        is_claim = one.text == claim
        for kind in KINDS:
            for turn in range(2 if is_claim else 1):
                chance = random.Random(f"{seed} {one.id} {kind} {turn}")  # noqa: S311
                edit = _edited(kind, one.text.strip(), claim, one.lang, chance)
                if edit is None:
                    continue
                variant = _VARIANTS[(turn + chance.randrange(2)) % 3] if one.lang == "vi" else "plain"
                # A sentence that denies the whole is said, not asked: "is it true that there is no …" asks the same.
                said = not edit.old
                put = _framing(one.lang, chance) if is_claim and not said else _as_it_is
                text, twin = (
                    _typed(put(version), variant, chance.random()) for version in (edit.text, one.text.strip())
                )
                if fold(text) != fold(twin):
                    name = f"{one.id}-{kind}{turn or ''}"
                    traps.append(Trap(name, one.document_id, kind, one.lang, text, twin, f"{edit.old} → {edit.new}"))
    return traps


def run(corpus: Sequence[Path], queries: Path, qrels: Path, out: Path, *, seed: int, split: str = "") -> dict[str, int]:
    """Writes TSV query_id, text, kind, lang, role, base_query_id, document_id; the number of each kind."""
    documents = {document.id: document for document in read_corpora(corpus)}
    right = read_judgements(qrels)
    seeds: list[Seed] = []
    used: set[str] = set()
    for query_id, text, kind, of in _rows(queries):
        document = next((documents[name] for name in sorted(right.get(query_id, ())) if name in documents), None)
        if document is None or (split and of != split):
            continue
        used.add(document.id)
        lang = "en" if kind.endswith("en") or (kind == "near" and document.lang == "en") else "vi"
        if kind in _SEED_KINDS and len(words(text)) <= _LONGEST_WORDS:
            seeds.append(Seed(query_id, document.id, text, lang, document.text))
    seeds += [Seed(f"c-{name}", name, documents[name].text, documents[name].lang or "vi") for name in sorted(used)]
    traps = generate(seeds, seed=seed)
    lines = ["query_id\ttext\tkind\tlang\trole\tbase_query_id\tdocument_id"]
    for trap in traps:
        for role, text in (("trap", trap.text), ("twin", trap.twin)):
            cells = (f"{trap.id}-{role}", text, trap.kind, trap.lang, role, trap.id, trap.document_id)
            lines.append("\t".join(cell.replace("\t", " ").replace("\n", " ") for cell in cells))
    try:
        out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{out} cannot be written ({error.strerror}). Choose another --out.") from error
    return {"traps": len(traps), **{kind: sum(trap.kind == kind for trap in traps) for kind in KINDS}}


def _rows(path: Path) -> Iterator[tuple[str, str, str, str]]:
    """query_id, text, kind, split; the last two may be missing."""
    lines = read_lines(path)
    header = next(lines, (0, ""))[1].split("\t")
    if "query_id" not in header or "text" not in header:
        raise BadInput(f"{path} has no columns query_id and text. Its first line must name them, with tabs.")
    for _, line in lines:
        cells = dict(zip(header, line.split("\t"), strict=False))
        yield cells["query_id"], cells.get("text", ""), cells.get("kind", ""), cells.get("split", "")


# Changes, one function a kind: text, the claim's own text, language, chance → the change or nothing.


def _edited(kind: str, text: str, claim: str, lang: str, chance: random.Random) -> Edit | None:
    edits = [edit for edit in _EDITORS[kind](text, lang, chance) if edit.text != text]
    if claim != text:
        # In a message, only what the claim states too; its grammar is left alone.
        if kind in ("negation", "modality"):
            return None
        edits = [
            edit
            for edit in edits
            if _stated(edit.old, claim) and not _stated(edit.new, claim) and not _stated(edit.old, edit.text)
        ]
    return chance.choice(edits) if edits else None


def _stated(detail: str, claim: str) -> bool:
    return re.search(rf"(?<![\w.,]){re.escape(fold(detail))}(?![\w]|[.,]\d)", fold(claim)) is not None


_EDITORS: Final[Mapping[str, Callable[[str, str, random.Random], Iterator[Edit]]]] = MappingProxyType(
    {
        "number": numbers,
        "date": dates,
        "place": places,
        "name": names,
        "negation": negations,
        "modality": modalities,
    }
)

# As people ask. "{}" begins with a capital where it starts the message.
_FRAMES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "vi": (
            "Cho hỏi {} có đúng không ạ?",
            "Mọi người ơi, {} phải không?",
            "Nghe nói {} hả mọi người?",
            "{}, tin này có thật không?",
            "{}",
            "Có ai biết {} là thật hay giả không?",
            "Em mới đọc được tin {}. Có chính xác không ạ?",
            "Chia sẻ gấp: {}!",
        ),
        "en": (
            "Is it true that {}?",
            "They say {}. Is that right?",
            "Can anyone confirm that {}?",
            "{}. True or fake?",
            "{}",
            "My aunt sent me this: {}. Real?",
            "I read that {}. Any truth in it?",
        ),
    }
)


def _framing(lang: str, chance: random.Random) -> Callable[[str], str]:
    frame = chance.choice(_FRAMES[lang])

    def put(text: str) -> str:
        bare = text.rstrip(". ")
        return frame.format(bare if frame.startswith("{}") else inside(bare))

    return put


def _as_it_is(text: str) -> str:
    return text


_CHAT: Final = (
    ("không", "ko"), ("được", "dc"), ("người", "ng"), ("với", "vs"), ("mọi người", "mn"), ("gì", "j"),
        ("điện thoại", "đt"),
    ("rồi", "r"), ("tài khoản", "tk"), ("số điện thoại", "sđt"), ("bệnh viện", "bv"), ("trước", "trc"), ("cũng", "cx"),
)  # fmt: skip


def _typed(text: str, variant: str, chance: float) -> str:
    if variant == "bare" and has_diacritics(text):
        return fold(text) if chance < 0.7 else fold(text).replace("?", "")
    if variant == "chat" and has_diacritics(text):
        text = text.lower()
        for long, short in sorted(_CHAT, key=lambda pair: -len(pair[0])):
            text = re.sub(rf"(?<!\w){long}(?!\w)", short, text)
        return re.sub(r"[.,!]+(?=\s|$)", "", text) + (" 😥" if chance < 0.3 else "")
    return text
