"""Labelled pairs from the project's own texts, for fitting and measuring; the same texts give the same pairs."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from itertools import combinations
from pathlib import Path
from typing import Any, Final

import numpy as np
import yaml

from sangto.matching.background import Floats
from sangto.matching.cleaning import sentences
from sangto.matching.encoder import Encoder
from sangto.matching.files import Query, read_corpora, read_judgements, read_lines, read_queries
from sangto.matching.pair_features import read_side
from sangto.matching.traps import run as make_traps
from sangto.matching.types import Document

SEED: Final = 1
# Texts about something else that each is set against: the nearest, which a machine confuses, and one of the others.
_NEAREST: Final = 3
_NEXT: Final = 40
# A sentence of fewer words ("It is not.") says nothing without its neighbours.
_MIN_WORDS: Final = 6
_TWO_LANGUAGES: Final = ("claim", "title", "short_answer", "known", "how_checked")


@dataclass(frozen=True, slots=True)
class Example:
    """`source` says how the pair came about; pairs of one `group` are about one thing and stay in one fold."""

    one: str
    other: str
    same: bool
    source: str
    group: str


def retold() -> Iterator[Example]:
    """Stories of retellings.yaml: two wordings of a statement, and two statements of a story."""
    for number, story in enumerate(_packaged("retellings.yaml")):
        group = f"story-{number}"
        for statement in story:
            for one, other in combinations(statement, 2):
                yield Example(one, other, True, "retold", group)
        for first, second in combinations(story, 2):
            for one in first:
                for other in second:
                    yield Example(one, other, False, "retold-other", group)


def claims_and_messages(encoder: Encoder) -> Iterator[Example]:
    """pairs.yaml: a claim in two languages with its messages, against what is nearest among the others."""
    texts: list[str] = []
    owners: list[str] = []
    for number, pair in enumerate(_packaged("pairs.yaml")):
        wordings = [pair["vi"], pair["en"], *pair["m"]]
        for one, other in combinations(wordings, 2):
            yield Example(one, other, True, "yaml", f"pair-{number}")
        texts += wordings
        owners += [f"pair-{number}"] * len(wordings)
    likeness = _vectors(encoder, texts)
    likeness = likeness @ likeness.T
    for at, text in enumerate(texts):
        others = [int(i) for i in np.argsort(-likeness[at], kind="stable") if owners[i] != owners[at]]
        for i in others[:_NEAREST]:
            yield Example(text, texts[i], False, "yaml-near", owners[at])
        yield Example(text, texts[_any_of(others, text)], False, "yaml-other", owners[at])


def articles(content: Path) -> Iterator[Example]:
    """Articles in two languages: what was translated, the messages about the claim, sentences of one paragraph."""
    for path in sorted(content.glob("*.yaml")):
        entry: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
        group = str(entry["slug"])
        for field in _TWO_LANGUAGES:
            texts = entry.get(field)
            if isinstance(texts, dict) and {"vi", "en"} <= texts.keys():
                yield Example(texts["vi"], texts["en"], True, "translation", group)
        for tip in entry.get("tips", ()):
            for lang in ("vi", "en"):
                yield Example(entry["claim"][lang], tip["text"], True, "article-message", group)
        paragraphs = {lang: entry["why"][lang].split("\n\n") for lang in ("vi", "en")}
        for paragraph in (*paragraphs["vi"], *paragraphs["en"]):
            long = [sentence for sentence in sentences(paragraph) if len(sentence.split()) >= _MIN_WORDS]
            for one, other in combinations(long, 2):
                yield Example(one, other, False, "paragraph", group)
        if len(paragraphs["vi"]) == len(paragraphs["en"]):
            for vietnamese, english in zip(paragraphs["vi"], paragraphs["en"], strict=True):
                yield from _translated(sentences(vietnamese), sentences(english), group)


def labelled(own: Path, split: str, encoder: Encoder) -> Iterator[Example]:
    """The project's own set: messages and the claims they repeat, and what they do not repeat although it is near."""
    documents, right, queries = _own(own, split)
    used = sorted({name for query in queries for name in right.get(query.judged_by, ())})
    about = {name: [q for q in queries if name in right.get(q.judged_by, ())] for name in used}
    for name in used:
        for query in about[name]:
            yield Example(documents[name].text, query.text, True, f"claim-{query.kind}", name)
        for one, other in combinations(about[name], 2):
            yield Example(one.text, other.text, True, "message-message", name)
    asked = _vectors(encoder, [query.text for query in queries])
    near_claims = asked @ _vectors(encoder, [documents[name].text for name in used]).T
    near_messages = asked @ asked.T
    for at, query in enumerate(queries):
        own_claims = right.get(query.judged_by, frozenset())
        order = [used[i] for i in np.argsort(-near_claims[at], kind="stable")]
        others = [name for name in order if name not in own_claims]
        group = min(own_claims, default=others[0])
        for name in others[:_NEAREST]:
            source = f"near-{query.kind}" if own_claims else query.kind
            yield Example(documents[name].text, query.text, False, source, group)
        other = others[_any_of(range(len(others)), query.text)]
        yield Example(documents[other].text, query.text, False, "other-claim", group)
        strangers = [
            queries[i].text
            for i in np.argsort(-near_messages[at], kind="stable")
            if i != at
            and not own_claims & right.get(queries[i].judged_by, frozenset())
            and (own_claims or queries[i].judged_by in right)
        ]
        for text in strangers[: _NEAREST - 1]:
            yield Example(text, query.text, False, "near-message", group)


def trapped(own: Path, split: str) -> Iterator[Example]:
    """Each generated trap against the claim and against its twin, and the twin against the claim."""
    documents, _, _ = _own(own, split)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "traps.tsv"
        files = (own / "queries.tsv", own / "qrels.tsv", out)
        make_traps([own / "corpus.jsonl"], *files, seed=SEED, split=split)
        lines = read_lines(out)
        header = next(lines)[1].split("\t")
        rows = [dict(zip(header, line.split("\t"), strict=True)) for _, line in lines]
    for trap, twin in zip(rows[::2], rows[1::2], strict=True):
        claim, kind, group = documents[trap["document_id"]].text, trap["kind"], trap["document_id"]
        yield Example(claim, trap["text"], False, f"trap-{kind}", group)
        yield Example(claim, twin["text"], True, f"twin-{kind}", group)
        yield Example(twin["text"], trap["text"], False, f"edit-{kind}", group)


def own_examples(own: Path, content: Path, encoder: Encoder, *, split: str) -> list[Example]:
    """Everything that may be learnt from, for `train`; for another split the labelled set and its traps alone."""
    examples = [*labelled(own, split, encoder), *trapped(own, split)]
    if split == "train":
        examples += [*retold(), *claims_and_messages(encoder), *articles(content)]
    return examples


def _translated(vietnamese: Sequence[str], english: Sequence[str], group: str) -> Iterator[Example]:
    """Sentence by sentence, where both have as many; a sentence against its neighbour's translation."""
    if len(vietnamese) != len(english):
        return
    for at, sentence in enumerate(english):
        yield Example(vietnamese[at], sentence, True, "translated-sentence", group)
        if at:
            yield Example(vietnamese[at - 1], sentence, False, "translated-neighbour", group)


def _own(own: Path, split: str) -> tuple[dict[str, Document], dict[str, frozenset[str]], list[Query]]:
    documents = {document.id: document for document in read_corpora([own / "corpus.jsonl"])}
    queries = [query for query in read_queries(own / "queries.tsv") if query.split == split]
    return documents, read_judgements(own / "qrels.tsv"), queries


def _vectors(encoder: Encoder, texts: Sequence[str]) -> Floats:
    return encoder.encode_queries([read_side(text).encoded for text in texts])


def _any_of(places: Sequence[int], text: str) -> int:
    """One beyond the nearest, the same for the same text."""
    beyond = places[_NEAREST:_NEXT] or places
    return random.Random(f"{SEED} {text}").choice(beyond)  # noqa: S311


def _packaged(name: str) -> Any:
    return yaml.safe_load(resources.files(__package__).joinpath(name).read_text("utf-8"))


__all__ = ["Example", "articles", "claims_and_messages", "labelled", "own_examples", "retold", "trapped"]
