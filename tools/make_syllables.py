"""Makes src/sangto/matching/syllables.json: what a reader of bare Vietnamese knows before it has seen a desk's texts.

Prior: the scores of Vietnamese syllables in the vocabulary of the encoder's tokenizer (multilingual-e5-small, MIT).
Counts: texts of this project. Run: python tools/make_syllables.py
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from sangto.lib.folding import nfc
from sangto.matching.cleaning import one_tone_place
from sangto.matching.convert import ensure_model
from sangto.matching.encoder import default_cache
from sangto.matching.restore import tokens_of, written_out

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "src/sangto/matching/syllables.json"
TEXTS = (
    "content/*.yaml",
    "src/sangto/locale_src/*.yaml",
    "src/sangto/playbooks/library/*.yaml",
    "src/sangto/matching/pairs.yaml",
    "src/sangto/matching/checkable.yaml",
)
# Scores of the tokenizer's vocabulary are flatter than the frequencies of words.
STEEPNESS = 1.3

_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_STOPPED = re.compile(r"(?:c|ch|p|t)$")
_ONSET = r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnprstvx])?"
_RHYMES = """
a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec em en eng eo ep et ê
êch êm ên ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu o oa oac oach oai oam oan oang
oanh oao oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong op ot ooc oong ô ôc ôi ôm ôn ông ôp ôt ơ
ơi ơm ơn ơp ơt u ua uân uâng uât uây uc uê uêch uênh ui um un ung uôc uôi uôm uôn uông uôt up ut uy uya uych
uyên uyêt uynh uyt uyu ư ưa ưc ưi ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu y yêm yên yêng yêt yêu yn ynh yt
""".split()
_SYLLABLE = re.compile(_ONSET + "(?:" + "|".join(sorted(_RHYMES, key=len, reverse=True)) + ")")


def is_syllable(word: str) -> bool:
    """By the rules of Vietnamese spelling: onset, rhyme, and only two tones before a stop."""
    spread = unicodedata.normalize("NFD", word)
    tones = _TONES.findall(spread)
    plain = unicodedata.normalize("NFC", _TONES.sub("", spread))
    if len(tones) > 1 or not _SYLLABLE.fullmatch(plain):
        return False
    return not _STOPPED.search(plain) or tones in (["\u0301"], ["\u0323"])


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def own_texts() -> Iterator[str]:
    for pattern in TEXTS:
        for path in sorted(ROOT.glob(pattern)):
            yield from strings(yaml.safe_load(path.read_text("utf-8")))
    own = ROOT / "eval/own"
    if own.is_dir():
        yield from own_set(own)


def own_set(folder: Path) -> Iterator[str]:
    """Messages of the project's own labelled set that are marked for training."""
    lines = (folder / "queries.tsv").read_text("utf-8").splitlines()
    head = lines[0].split("\t")
    for line in lines[1:]:
        row = dict(zip(head, line.split("\t"), strict=False))
        if row.get("split") == "train":
            yield row["text"]


def main() -> None:
    tokenizer = json.loads((ensure_model(default_cache()) / "tokenizer.json").read_text("utf-8"))
    prior: dict[str, float] = {}
    for piece, score in tokenizer["model"]["vocab"]:
        word = one_tone_place(nfc(piece[1:]))
        if piece.startswith("▁") and word.islower() and not word.isascii() and len(word) > 1 and is_syllable(word):
            prior[word] = max(prior.get(word, -99.0), STEEPNESS * score)
    tables: list[Counter[str]] = [Counter(), Counter(), Counter()]
    for text in own_texts():
        if written_out(text):
            words = ["<s>", *tokens_of(text)]
            for size, table in enumerate(tables, 1):
                for at in range(len(words) - size + 1):
                    entry = words[at : at + size]
                    if "<s>" not in entry[1:]:
                        table[" ".join(entry)] += 1
    total = sum(tables[0].values())
    for word, count in tables[0].items():
        if word.isascii() and word.isalpha() and is_syllable(word) and count > 1:
            prior[word] = math.log(count / total)
    largest = math.log(sum(map(math.exp, prior.values())))
    prior = {word: round(value - largest, 2) for word, value in sorted(prior.items())}
    TARGET.write_text(
        json.dumps(
            {
                "note": "Made by tools/make_syllables.py. Prior: natural log, from scores in the vocabulary of the "
                "tokenizer of intfloat/multilingual-e5-small (MIT). Counts: texts of this project (Apache-2.0).",
                "prior": prior,
                "one": _kept(tables[0], 1),
                "two": _kept(tables[1], 1),
                "three": _kept(tables[2], 2),
            },
            ensure_ascii=False,
            separators=(",", ":"),
        ).replace('},"', '},\n"')
        + "\n",
        "utf-8",
    )
    print(
        f"{TARGET.name}: {len(prior):,} syllables, {[len(t) for t in tables]} counts, {TARGET.stat().st_size:,} bytes"
    )


def _kept(table: Counter[str], least: int) -> dict[str, int]:
    return {entry: count for entry, count in sorted(table.items()) if count >= least}


if __name__ == "__main__":
    main()
