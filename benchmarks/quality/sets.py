"""The data sets: the project's own, and public ones from a folder that a user fills (benchmarks/README.md).

A collection is what is indexed once; its sets are what is asked of it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from quality.typing_styles import in_chat_spelling
from sangto.lib.folding import fold
from sangto.matching import traps
from sangto.matching.files import read_corpora, read_judgements, read_lines, read_queries
from sangto.matching.types import Document

OWN: Final = Path(__file__).resolve().parents[2] / "eval" / "own"
# Any other gives other traps of the same kinds.
TRAP_SEED: Final = 20
TRAP, TWIN = "trap", "twin"


@dataclass(frozen=True, slots=True)
class Message:
    """`right`: the documents that answer it, none where nothing does. `base`: the message that it is made from."""

    id: str
    text: str
    right: frozenset[str]
    kind: str = ""
    base: str = ""


@dataclass(frozen=True, slots=True)
class MessageSet:
    """`form`: `plain`; `traps` of traps and twins; `variants` of messages of the set before."""

    name: str
    title: str
    messages: Sequence[Message]
    form: str = "plain"


@dataclass(frozen=True, slots=True)
class Collection:
    """`train`: messages that an engine's bar may be fitted on."""

    documents: Sequence[Document]
    sets: Sequence[MessageSet]
    train: Sequence[Message] = field(default=())


@cache
def own() -> Collection:
    documents = read_corpora([OWN / "corpus.jsonl"])
    messages = _messages(OWN / "queries.tsv", OWN / "qrels.tsv")
    test, train = messages["test"], messages["train"]
    vietnamese = {document.id for document in documents if document.lang == "vi"}
    crossing = [one for one in test if one.kind == "en" and one.right and one.right <= vietnamese]
    return Collection(
        documents,
        (
            MessageSet("own", "own set, test", test),
            MessageSet("traps", "traps and twins", _traps(), form="traps"),
            MessageSet("en-vi", "English → Vietnamese", crossing),
        ),
        train,
    )


def _traps() -> list[Message]:
    with tempfile.TemporaryDirectory(prefix="sangto-traps-") as folder:
        file = Path(folder) / "traps.tsv"
        traps.run([OWN / "corpus.jsonl"], OWN / "queries.tsv", OWN / "qrels.tsv", file, seed=TRAP_SEED, split="test")
        rows = list(_table(file))
    return [
        Message(
            row["query_id"],
            row["text"],
            frozenset({row["document_id"]}) if row["role"] == TWIN else frozenset(),
            row["kind"],
            row["base_query_id"],
        )
        for row in rows
    ]


def checkthat_tweets(data: Path) -> Collection:
    folder = data / "checkthat2021_t2a_en"
    test = _messages(folder / "queries.test.tsv", folder / "qrels.test.tsv")[""]
    perturbed = _variants(folder / "queries.test.perturbed.tsv", test)
    return Collection(
        read_corpora([folder / "corpus.jsonl.gz"]),
        (
            MessageSet("2a", "2021 2A, test", test),
            MessageSet("2a-perturbed", "2021 2A, perturbed", perturbed, form="variants"),
        ),
    )


def checkthat_debates(data: Path) -> Collection:
    folder = data / "checkthat2021_t2b_en"
    dev = _messages(folder / "queries.dev.tsv", folder / "qrels.dev.tsv")[""]
    return Collection(read_corpora([folder / "corpus.jsonl.gz"]), (MessageSet("2b", "2021 2B, dev", dev),))


def vifactcheck(data: Path) -> Collection:
    folder = data / "vifactcheck_vi"
    plain = _messages(folder / "queries.dev.tsv", folder / "qrels_article.dev.tsv")[""]
    corpora = [folder / "corpus_articles.jsonl.gz", data / "vi_news_2017" / "news.jsonl.gz"]

    def typed(change: Callable[[Message], str]) -> list[Message]:
        return [Message(one.id, change(one), one.right, one.kind, one.id) for one in plain]

    return Collection(
        read_corpora(corpora),
        (
            MessageSet("vifact", "ViFactCheck, dev", plain),
            MessageSet("vifact-bare", "without diacritics", typed(lambda one: fold(one.text))),
            MessageSet("vifact-chat", "in chat spelling", typed(lambda one: in_chat_spelling(one.text, seed=one.id))),
        ),
    )


# The collection of each set by name, in the order of the table; those of the last three are read from a data folder.
COLLECTIONS: Final[Mapping[tuple[str, ...], Callable[[Path], Collection]]] = MappingProxyType(
    {
        ("own", "traps", "en-vi"): lambda _: own(),
        ("2a", "2a-perturbed"): checkthat_tweets,
        ("2b",): checkthat_debates,
        ("vifact", "vifact-bare", "vifact-chat"): vifactcheck,
    }
)
OWN_SETS: Final = next(iter(COLLECTIONS))
NAMES: Final = tuple(name for names in COLLECTIONS for name in names)


def _messages(queries: Path, qrels: Path) -> dict[str, list[Message]]:
    """By split; all under "" where the file has none."""
    right = read_judgements(qrels)
    by_split: dict[str, list[Message]] = {}
    for query in read_queries(queries):
        message = Message(query.id, query.text, right.get(query.judged_by, frozenset()), query.kind)
        by_split.setdefault(query.split, []).append(message)
    return by_split


def _variants(file: Path, base: Sequence[Message]) -> list[Message]:
    right = {one.id: one.right for one in base}
    return [
        Message(row["query_id"], row["text"], right[row["base_query_id"]], row["perturbation"], row["base_query_id"])
        for row in _table(file)
    ]


def _table(file: Path) -> Iterable[Mapping[str, str]]:
    lines = read_lines(file)
    header = next(lines)[1].split("\t")
    for _, line in lines:
        yield dict(zip(header, (cell.replace("\\n", "\n") for cell in line.split("\t")), strict=True))
