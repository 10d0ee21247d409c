"""Fits coefficients.json: how probable it is that the document found first makes the message's claim.

1. Texts: those of this project (pairs.yaml, the content folder, the train split of a labelled set); any other set of
   documents, messages and judgements can be added by its owner, whose coefficients then stay where they were made.
2. Worlds: the same messages are asked of all documents, of each half of them and of small desks, so that many a message
   finds its document missing, and sizes differ.
3. One logistic a route on the first document of each message, the only one that can be answered. Likeness never
lowers a probability.
4. The bar: the lowest probability at which messages that the fit had not seen (folds by subject) are answered with
   precision .99, and few of those that match nothing are answered.
"""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any, Final, cast

import numpy as np
import yaml
from numpy.typing import NDArray

from sangto.lib.folding import fold, has_diacritics
from sangto.matching.background import background_of
from sangto.matching.decision import FEATURES, FREE, Coefficients, Route
from sangto.matching.embeddings import Embeddings
from sangto.matching.encoder import Encoder
from sangto.matching.files import BadInput, read_corpora, read_judgements, read_lines, read_queries
from sangto.matching.index import Index
from sangto.matching.learnt import teach
from sangto.matching.matcher import Matcher, Ranked
from sangto.matching.passages import encode_documents
from sangto.matching.types import Document, Progress

Array = NDArray[np.float64]

# What the bar has to keep on messages that the fit had not seen.
PRECISION: Final = 0.99
# Share answered of the messages that were written to match nothing.
NOTHING_ANSWERED: Final = 0.01
FOLDS: Final = 5
_SMALL_DESKS: Final = 3
_SMALL_DESK: Final = 40
# Pull towards zero, in units of the features' own spread: few thousand messages must not make steep curves.
_RIDGE: Final = 1.0
_STEPS: Final = 3_000
# Vectors of messages kept between worlds: 30 MB.
_REMEMBERED: Final = 20_000


@dataclass(frozen=True, slots=True)
class Example:
    """A message, the document it belongs to ("": none), and its subject: subjects are never on both sides of a fold."""

    message: str
    document_id: str
    subject: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One message in one world: its first documents as they were ranked. `free`: nothing but the bar holds it back."""

    route: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]
    right: tuple[bool, ...]
    free: bool
    known: bool
    """Whether the right document is in this world."""
    stray: bool
    """Whether it was written to match nothing anywhere."""
    subject: str


@dataclass(frozen=True, slots=True)
class Family:
    """Documents of which no two make the same claim, and messages about them that the documents do not contain."""

    documents: Sequence[Document]
    examples: Sequence[Example]


def own_texts(content: Path | None, labelled: Path | None) -> list[Family]:
    """The project's texts. Some claims stand in two families, so each is a world of its own.

    `labelled` is a folder with corpus.jsonl, queries.tsv and qrels.tsv; of its messages only the split `train` is used.
    """
    families = [_pairs()]
    if content is not None:
        families.append(_content(content))
    if labelled is not None:
        families.append(
            labelled_texts(labelled / "corpus.jsonl", labelled / "queries.tsv", labelled / "qrels.tsv", split="train")
        )
    return families


def _pairs() -> Family:
    documents: list[Document] = []
    examples: list[Example] = []
    pairs = yaml.safe_load(resources.files(__package__).joinpath("pairs.yaml").read_text("utf-8"))
    for number, pair in enumerate(pairs):
        name = f"pair-{number}"
        documents.append(Document(name, pair["vi"], lang="vi", extra=(pair["en"],)))
        # Neighbours in the file are on one subject.
        examples += [Example(message, name, f"pairs-{number // 5}") for message in pair["m"]]
    return Family(documents, examples)


def _content(folder: Path) -> Family:
    documents: list[Document] = []
    examples: list[Example] = []
    for path in sorted(folder.glob("*.yaml")):
        entry: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
        claim, title = entry["claim"], entry.get("title", {})
        extra = tuple(text for text in (claim.get("en", ""), title.get("en", "")) if text)
        documents.append(Document(entry["slug"], claim["vi"], title.get("vi", ""), lang="vi", extra=extra))
        examples += [Example(tip["text"], entry["slug"], entry["slug"]) for tip in entry.get("tips", ())]
    return Family(documents, examples)


def labelled_texts(corpus: Path, queries: Path, judgements: Path, *, split: str = "") -> Family:
    """A labelled set: messages without a judgement match nothing. `group` in the corpus joins documents on a
    subject.
    """
    documents, right = read_corpora([corpus]), read_judgements(judgements)
    subjects = _subjects(corpus)
    examples = []
    for query in read_queries(queries):
        if split and query.split != split:
            continue
        document_id = min(right.get(query.judged_by, ()), default="")
        # A message that matches nothing is named after the document it is near to ("d001.n1"), or stands alone.
        subject = subjects.get(document_id or query.id.split(".")[0], query.id)
        examples.append(Example(query.text, document_id, subject))
    if not examples:
        raise BadInput(f"{queries} has no messages{f' of split {split}' if split else ''} to learn from.")
    return Family(documents, examples)


def collect(families: Sequence[Family], encoder: Encoder, progress: Progress, *, seed: int = 1) -> list[Asked]:
    """Every message in every world of its family, but for those that are copies of a known text."""
    cache = Embeddings.open(encoder)
    # The same messages are asked in each world.
    encoder.recent_max = max(encoder.recent_max, _REMEMBERED)
    worlds = [
        (world, [*family.examples, *(replace(one, message=fold(one.message)) for one in _to_fold(family.examples))])
        for family in families
        for world in _worlds(family.documents, seed)
    ]
    total, place = sum(len(asked) for _, asked in worlds), 0
    found = []
    for world, asked in worlds:
        with tempfile.TemporaryDirectory() as folder, Index.open(Path(folder), encoder.dim) as index:
            index.put(world, encode_documents(world, encoder, cache=cache))
            index.commit(1)
            teach(index, background_of(encoder))
            matcher = Matcher(index, encoder, blank())
            there = {document.id for document in world}
            for example in asked:
                ranked = matcher.ranked(example.message, first=1)
                if ranked is not None:
                    found.append(_asked(example, ranked, there))
                place += 1
                progress(place / total, f"Asked {place:,} of {total:,} messages")
    return found


def fit(data: Sequence[Asked], version: str, answer_at: float = 0.9) -> Coefficients:
    """One logistic a route."""
    routes = {}
    for route, names in FEATURES.items():
        rows = [
            (v, r) for one in data for v, r, of in zip(one.values, one.right, one.route, strict=True) if of == route
        ]
        if not rows:
            routes[route] = Route(0.0, (0.0,) * len(names))
            continue
        free = np.array([name in FREE for name in names])
        less = np.array([name == "details_missing" for name in names])
        features = np.array([values for values, _ in rows])
        intercept, weights = _logistic(features, np.array([right for _, right in rows], dtype=np.float64), free, less)
        routes[route] = Route(round(float(intercept), 4), tuple(round(float(w), 4) for w in weights))
    return Coefficients(version, answer_at, routes)


@dataclass(frozen=True, slots=True)
class Unseen:
    """What the folds said of each message's first document: probability, whether it is right, whether it is free."""

    probability: Array
    right: NDArray[np.bool_]
    free: NDArray[np.bool_]
    known: NDArray[np.bool_]
    stray: NDArray[np.bool_]


def unseen(data: Sequence[Asked]) -> Unseen:
    """Each message's first document, judged by a fit that saw nothing of its subject."""
    subjects = sorted({one.subject for one in data})
    random.Random(1).shuffle(subjects)  # noqa: S311
    fold_of = {subject: number % FOLDS for number, subject in enumerate(subjects)}
    probabilities = np.zeros(len(data))
    for number in range(FOLDS):
        fitted = fit([one for one in data if fold_of[one.subject] != number], "trial")
        for place, one in enumerate(data):
            if fold_of[one.subject] == number:
                route = fitted.routes[one.route[0]]
                score = route.intercept + float(np.dot(route.weights, one.values[0]))
                probabilities[place] = 1 / (1 + np.exp(-np.clip(score, -30, 30)))
    flags = np.array([(one.right[0], one.free, one.known, one.stray) for one in data], dtype=np.bool_)
    return Unseen(probabilities, *flags.T)


def lowest_bar(found: Unseen) -> float:
    """The lowest probability from which both rules of the module hold; just under 1 where none does."""
    order = np.argsort(-found.probability, kind="stable")
    order = order[found.free[order]]
    right, stray = found.right[order], found.stray[order]
    answered = np.arange(1, len(order) + 1)
    precise = np.cumsum(right) / answered >= PRECISION
    nothing = np.cumsum(stray) / max(1, int(found.stray.sum())) <= NOTHING_ANSWERED
    # Of equal probabilities all are answered, or none.
    last = np.append(np.diff(found.probability[order]) < 0, True) if len(order) else np.zeros(0, dtype=np.bool_)
    good = np.flatnonzero(precise & nothing & last)
    return round(float(found.probability[order[good[-1]]]), 4) if len(good) else 0.999


def figures(found: Unseen, bar: float) -> dict[str, float | int]:
    """What the bar means on messages that the fit had not seen; copies, which are answered anyway, are not
    among them.
    """
    answered = found.free & (found.probability >= bar)
    known = int(found.known.sum())
    return {
        "messages": len(found.right),
        "with_document": known,
        "rank_1": _share(int((found.right & found.known).sum()), known),
        "answered": _share(int((answered & found.right).sum()), known),
        "wrongly_answered": _share(int((answered & ~found.right & found.known).sum()), known),
        "absent_answered": _share(int((answered & ~found.known).sum()), len(found.right) - known),
        "stray_answered": _share(int((answered & found.stray).sum()), int(found.stray.sum())),
        "precision": _share(int((answered & found.right).sum()), int(answered.sum())),
    }


def as_json(coefficients: Coefficients, note: str, measured: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "version": coefficients.version,
        "note": note,
        "answer_at": coefficients.answer_at,
        "measured": dict(measured),
        "routes": {
            name: {"intercept": route.intercept, "weights": dict(zip(FEATURES[name], route.weights, strict=True))}
            for name, route in sorted(coefficients.routes.items())
        },
    }


def blank() -> Coefficients:
    return Coefficients("blank", 1.0, {name: Route(0.0, (0.0,) * len(FEATURES[name])) for name in FEATURES})


def _worlds(documents: Sequence[Document], seed: int) -> Iterator[list[Document]]:
    chance = random.Random(seed)  # noqa: S311
    shuffled = list(documents)
    chance.shuffle(shuffled)
    half = len(shuffled) // 2
    yield list(documents)
    yield shuffled[:half]
    yield shuffled[half:]
    for _ in range(_SMALL_DESKS):
        yield chance.sample(shuffled, min(_SMALL_DESK, len(shuffled)))


def _to_fold(examples: Iterable[Example]) -> Iterator[Example]:
    """Every third Vietnamese message is asked once more as it is typed without diacritics."""
    marked = [one for one in examples if has_diacritics(one.message)]
    yield from marked[::3]


def _asked(example: Example, ranked: Ranked, there: set[str]) -> Asked:
    return Asked(
        tuple(one.route for one in ranked.first),
        tuple(tuple(one.values[name] for name in FEATURES[one.route]) for one in ranked.first),
        tuple(one.candidate.prepared.document.id == example.document_id for one in ranked.first),
        ranked.free,
        example.document_id in there,
        not example.document_id,
        example.subject,
    )


def _subjects(corpus: Path) -> dict[str, str]:
    found = {}
    for _, line in read_lines(corpus):
        values = json.loads(line)
        found[str(values["id"])] = str(values.get("group") or values["id"])
    return found


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def _logistic(features: Array, labels: Array, free: NDArray[np.bool_], less: NDArray[np.bool_]) -> tuple[float, Array]:
    """Maximum likelihood with a ridge, by projected gradient (Nesterov steps) on standardised features.

    Weights are not negative but for those that are `free`; those of `less` are not positive.
    """
    centre, spread = features.mean(axis=0), features.std(axis=0) + 1e-9
    x = np.hstack([np.ones((len(features), 1)), (features - centre) / spread])
    ridge = np.full(x.shape[1], _RIDGE)
    ridge[0] = 0.0
    low = np.where(free | less, -np.inf, 0.0)
    high = np.where(less, 0.0, np.inf)
    rate = 1.0 / (0.25 * float(np.linalg.eigvalsh(x.T @ x)[-1]) + _RIDGE)
    current = ahead = np.zeros(x.shape[1])
    for step in range(_STEPS):
        gradient = x.T @ (1 / (1 + np.exp(-x @ ahead)) - labels) + ridge * ahead
        following = ahead - rate * gradient
        following[1:] = np.clip(following[1:], low, high)
        ahead = following + step / (step + 3) * (following - current)
        current = following
    weights = current[1:] / spread
    return float(current[0] - (weights * centre).sum()), cast("Array", weights)
