"""Which sentences evidence can settle: a statement of fact, against opinion, question, prediction, wish, advert, call.

A logistic over the encoder's vector (its mean removed) and a few surface features, fitted on the sentences in
checkable.yaml. A question that carries a claim ("is it true that ...?") counts as checkable.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

import numpy as np
import yaml
from numpy.typing import NDArray

from sangto.lib.folding import MAX_CHARS, fold, tidy, words
from sangto.matching.encoder import Encoder
from sangto.matching.types import Progress

Floats = NDArray[np.float32]
Array = NDArray[np.float64]

VERSION: Final = 1
# Pull of all weights towards zero, and how large the vector counts beside the surface features (a unit vector's parts
# are near .05). Chosen by AUC on development data; 3 to 30, and 5 to 20, differ by less than .01.
_RIDGE: Final = 10.0
_SCALE: Final = 10.0
_URL: Final = re.compile(r"(?:https?://|www\.)\S+")
_NUMBER: Final = re.compile(r"\d+(?:[.,:/]\d+)*")
_UNIT: Final = re.compile(
    r"\d\s*(?:%|percent|per cent|phan tram|por ciento|procent|yuzde|процента?|بالمئة|км|km|kg|cm|mm|m3|m\b|ml|mg|gb|kv"
    r"|dong|trieu|ty\b|nghin|lit|gam|hecta|tan\b|nguoi|ca\b|nam\b|thang|ngay|gio|phut|do\b|cap\b|met|cay so|million"
    r"|billion|thousand|people|cases|deaths|years?|months?|days?|hours?|dollars?|euro|degrees?|\$|€|£)"
)
_EMOJI: Final = re.compile(r"[\U0001f000-\U0001faff\u2600-\u27bf]")
_NAME: Final = re.compile(r"(?<=[^\s.!?…:]\s)[A-ZÀ-ỸА-Я][\w-]+")


def _any(*patterns: str) -> re.Pattern[str]:
    """Matched on folded text, whole words."""
    return re.compile(r"(?<!\w)(?:" + "|".join(patterns) + r")(?!\w)")


# Told of somebody, or asked whether so: what follows is a claim.
_TOLD: Final = _any(
    "is it (?:really )?true", "is that (?:true|right)", "true or false", "fake or real", "i heard", "they say",
    "someone told me", "can (?:anyone|someone) confirm", "according to", "confirmed", "announced", "reported?",
    "co dung (?:khong|ko|k|hong)", "co that (?:khong|ko|k)", "that (?:khong|ko|k)",
    "(?:dung|phai) (?:khong|ko|k|hong)", "that hay gia", "nghe (?:noi|bao|don|tin)", "thay (?:noi|bao)",
    "theo (?:ong|ba|bo|so|cuc|cong an|bac si|vien)", "co phai", "cho biet", "xac nhan", "cong bo", "ghi nhan",
    "khoi to", "phat hien",
)  # fmt: skip
# An open question: when, where, how, why, which.
_ASKED: Final = _any(
    "^(?:what|when|where|which|why|how|who|whose|should|will|could|would|can|do|does|any(?:one|body))", "khi nao",
    "bao gio", "may gio", "o dau", "tai sao", "vi sao", "sao (?:khong|ko|k)", "lam (?:sao|the nao)", "the nao",
    "nhu the nao", "ai biet", "ai co", "co nen", "cho (?:em|minh|toi|e|m)? ?(?:hoi|xin)", "bao lau", "mua o",
    "an gi",
)  # fmt: skip
_FELT: Final = _any(
    "i (?:think|believe|feel|hope|wish|want|love|hate|like|prefer|guess|doubt|bet|agree|disagree|support)", "imo",
    "imho", "in my opinion", "honestly", "my (?:heart|dream)", "hopefully", "theo (?:toi|minh|em)",
    "toi (?:nghi|tin|thay|mong)", "minh (?:nghi|thay|thich|ghet)", "uoc gi", "gia nhu", "mong", "hy vong",
    "hi vong", "chuc", "thich", "ghet", "buon", "vui", "so qua", "lo qua", "dep", "ngon", "hay qua", "do qua", "te",
    "chan", "thuong", "cam on", "xin chao", "thanks?", "thank you", "congratulations", "happy",
    "good (?:morning|night|evening)", "lol", "haha+", "huhu", "omg",
)  # fmt: skip
_URGED: Final = _any(
    "^(?:please|let(?:'|’)?s|let|do(?:n(?:'|’)?t)|never|always|stay|get|share|retweet|sign|join|call|buy|be|check)",
    "we (?:must|should|need|ought|have to|can|will)", "(?:should|must|ought)", "hay", "nen", "dung co", "xin",
    "moi", "phai", "can phai", "de nghi", "kinh mong", "chia se", "dang ky", "inbox", "lien he", "click",
    "subscribe", "follow",
)  # fmt: skip
_AHEAD: Final = _any(
    "will", "going to", "gonna", "probably", "maybe", "one day", "next year", "would", "if i", "se", "chac",
    "chac chan", "sap toi", "mai mot", "roi se", "the nao cung", "sang nam",
)  # fmt: skip
_PAST: Final = _any(
    "was", "were", "had", "has", "did", "said", "fell", "rose", "found", "killed", "died", "went", "made", "took",
    "cut", "da", "vua", "bi", "duoc", "tung", "lam", "gay", "gom", "chua khoi", "tang", "giam", "chet", "bat",
    "phat", "cam",
)  # fmt: skip
_ME: Final = _any("i", "i'm", "i’m", "i've", "my", "me", "we", "our", "us", "toi", "minh", "em", "tui", "con toi")

SURFACE: Final = (
    "length", "numbers", "any_number", "unit", "names", "question", "exclaims", "emoji", "link", "told", "asked",
    "felt", "urged", "ahead", "past", "me", "short",
)  # fmt: skip


def surface(text: str) -> list[float]:
    """What can be seen without the encoder, in the order of `SURFACE`."""
    plain = tidy(text, limit=2_000)
    line = _URL.sub(" ", plain)
    folded = fold(line).strip()
    count = max(1, len(words(line)))
    numbers = len(_NUMBER.findall(line))
    return [
        math.log(count) / 3,
        min(numbers / count, 0.4) * 5,
        float(numbers > 0),
        float(bool(_UNIT.search(folded))),
        min(len(_NAME.findall(line)) / count, 0.5) * 3,
        float(line.rstrip(" \"'”»").endswith(("?", "؟"))),
        float("!" in line),
        float(bool(_EMOJI.search(line))),
        float(line != plain),
        float(bool(_TOLD.search(folded))),
        float(bool(_ASKED.search(folded))),
        float(bool(_FELT.search(folded))),
        float(bool(_URGED.search(folded))),
        float(bool(_AHEAD.search(folded))),
        float(bool(_PAST.search(folded))),
        float(bool(_ME.search(folded))),
        float(count < 5),
    ]


@dataclass(frozen=True, slots=True)
class Coefficients:
    """Logistics over [vector - mean, surface] and over the surface alone."""

    encoder: str
    mean: Floats
    vector: Floats
    surface: Floats
    intercept: float
    cheap: Floats
    cheap_intercept: float


class Checkable:
    """Scores are 0..1: how likely it is that evidence can settle a text; 0 for a text without words."""

    def __init__(self, encoder: Encoder, coefficients: Coefficients) -> None:
        self._encoder = encoder
        self._coefficients = coefficients
        # The vector's weights belong to one encoder; with another only the surface is looked at.
        self.by_meaning = coefficients.encoder == encoder.name

    @classmethod
    def shipped(cls, encoder: Encoder) -> Checkable:
        return cls(encoder, load())

    def scores(self, texts: Sequence[str], progress: Progress | None = None) -> list[float]:
        """One score a text, about 10 ms each (the encoder)."""
        if not self.by_meaning:
            return cheap(texts, self._coefficients)
        return self.from_vectors(self._encoder.encode_queries(texts, progress), texts)

    def from_vectors(self, vectors: Floats, texts: Sequence[str]) -> list[float]:
        """The same from vectors that `encode_queries` has already given for these texts, shape (n, dim)."""
        own = self._coefficients
        if not self.by_meaning:
            return cheap(texts, own)
        seen = _surfaces(texts)
        values = own.intercept + (vectors - own.mean) @ own.vector + seen @ own.surface
        return _shares(values, texts)

    def cheap(self, texts: Sequence[str]) -> list[float]:
        """Without the encoder, well under a millisecond each: for choosing the sentences of a long forward."""
        return cheap(texts, self._coefficients)


def cheap(texts: Sequence[str], coefficients: Coefficients | None = None) -> list[float]:
    """Scores by what can be seen alone: numbers, names, words of asking, feeling and urging (Vietnamese, English)."""
    own = coefficients or load()
    return _shares(own.cheap_intercept + _surfaces(texts) @ own.cheap, texts)


@cache
def load() -> Coefficients:
    """checkable.json in the package. Raises ValueError where it does not fit the features of this version."""
    values = json.loads(resources.files(__package__).joinpath("checkable.json").read_text("utf-8"))
    for part in ("surface", "cheap"):
        if tuple(values[part]) != SURFACE:
            raise ValueError(
                f"checkable.json, {part}: features must be {', '.join(SURFACE)}. Fit it again: sangto.matching train"
            )
    return Coefficients(
        values["encoder"],
        np.array(values["mean"], dtype=np.float32),
        np.array(values["vector"], dtype=np.float32),
        np.array(list(values["surface"].values()), dtype=np.float32),
        values["intercept"],
        np.array(list(values["cheap"].values()), dtype=np.float32),
        values["cheap_intercept"],
    )


def labelled(path: Path | None = None) -> list[tuple[str, str, bool]]:
    """Language, sentence, and whether evidence can settle it, from checkable.yaml in the package or another file."""
    source = path or resources.files(__package__).joinpath("checkable.yaml")
    values: dict[str, dict[str, str]] = yaml.safe_load(source.read_text("utf-8"))
    return [
        (lang, line.strip(), kind == "claim")
        for lang, kinds in values.items()
        for kind in ("claim", "other")
        for line in kinds[kind].splitlines()
        if line.strip()
    ]


def fit_checkable(encoder: Encoder, path: Path | None = None, progress: Progress | None = None) -> dict[str, Any]:
    """What checkable.json holds, fitted on labelled sentences; "measured" is on sentences the fit had not seen."""
    rows = labelled(path)
    texts = [text for _, text, _ in rows]
    vectors = encoder.encode_queries(texts, progress).astype(np.float64)
    labels = np.array([float(label) for *_, label in rows])
    languages = np.array([lang for lang, *_ in rows])
    mean = vectors.mean(axis=0)
    seen = _surfaces(texts).astype(np.float64)
    both = np.hstack([(vectors - mean) * _SCALE, seen])
    measured = {}
    for name, features in (("scores", both), ("cheap", seen)):
        right = _held_out(features, labels) == (labels > 0)
        measured[name] = {"all": _share_of(right)} | {
            str(lang): _share_of(right[languages == lang]) for lang in sorted(set(languages))
        }
    whole, alone = _logistic(both, labels), _logistic(seen, labels)
    dim = vectors.shape[1]
    return {
        "version": VERSION,
        "note": "Fitted on checkable.yaml, sentences written for this project. Score = logistic(intercept + "
        "vector . (encoder's query vector - mean) + surface . features); cheap: the features alone.",
        "measured": {"sentences": len(rows), "right_of_unseen": measured},
        "encoder": encoder.name,
        "intercept": round(float(whole[0]), 4),
        "surface": _named(whole[dim + 1 :]),
        "cheap_intercept": round(float(alone[0]), 4),
        "cheap": _named(alone[1:]),
        "mean": [round(float(value), 5) for value in mean],
        "vector": [round(float(value) * _SCALE, 3) for value in whole[1 : dim + 1]],
    }


def as_text(values: dict[str, Any]) -> str:
    """JSON with one line a key, so that two fits can be compared by eye."""
    lines = [f"  {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _surfaces(texts: Sequence[str]) -> Floats:
    return np.array([surface(text) for text in texts], dtype=np.float32).reshape(len(texts), len(SURFACE))


def _shares(values: NDArray[Any], texts: Sequence[str]) -> list[float]:
    shares = 1 / (1 + np.exp(-np.clip(values, -30, 30)))
    return [float(share) if words(text[:MAX_CHARS]) else 0.0 for share, text in zip(shares, texts, strict=True)]


def _held_out(features: Array, labels: Array, folds: int = 5) -> NDArray[np.bool_]:
    """Decisions on each sentence by a fit without its fold."""
    found = np.zeros(len(labels), dtype=bool)
    for fold_number in range(folds):
        held = np.arange(len(labels)) % folds == fold_number
        weights = _logistic(features[~held], labels[~held])
        found[held] = weights[0] + features[held] @ weights[1:] > 0
    return found


def _logistic(features: Array, labels: Array) -> Array:
    """Intercept and weights by Newton's method with a ridge."""
    design = np.hstack([np.ones((len(features), 1)), features])
    ridge = np.full(design.shape[1], _RIDGE)
    ridge[0] = 0.0
    weights = np.zeros(design.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        slope = design.T @ (chance - labels) + ridge * weights
        curve = (design * (chance * (1 - chance))[:, None]).T @ design + np.diag(ridge)
        step = np.linalg.solve(curve, slope)
        weights -= step
        if float(np.abs(step).max()) < 1e-8:
            break
    return weights


def _share_of(right: NDArray[np.bool_]) -> float:
    return round(float(right.mean()), 3)


def _named(weights: Array) -> dict[str, float]:
    return {name: round(float(weight), 3) for name, weight in zip(SURFACE, weights, strict=True)}
