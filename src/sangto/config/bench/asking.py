"""What a process that only reads the index measures of it: in a process of its own, as a web process is."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any, Final, TypeVar

from sangto.config.bench.machine import memory_mb, peak_memory_mb, percentile
from sangto.matching.encoder import Encoder
from sangto.matching.index import Index
from sangto.matching.matcher import Matcher

Answer = TypeVar("Answer")

TOP: Final = 10
READERS: Final = 4
# How long one and then four processes ask, with the same messages.
READERS_S: Final = 6.0


@dataclass(frozen=True, slots=True)
class Asked:
    """A message and the claim it asks about."""

    text: str
    claim: str
    document: str


def apart(work: Callable[..., Any], *arguments: Any) -> Any:
    """The work's answer from a fresh process, whose memory is that of the work alone."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_answered, args=(sender, work, arguments))
    process.start()
    sender.close()
    try:
        return receiver.recv()
    except EOFError:
        raise OSError("a measuring process ended without an answer") from None
    finally:
        process.join()


def times(folder: Path, asked: Sequence[Asked]) -> dict[str, Any]:
    """Opening, matching beside encoding alone, exact copies, and the memory after it all.

    Each message is encoded alone and then matched, so that a busy machine slows both alike.
    """
    encoder = Encoder.open()
    started = time.perf_counter()
    with Index.open(folder, encoder.dim, create=False, read_only=True) as index:
        open_s = time.perf_counter() - started
        matcher = Matcher(index, encoder)
        for one in asked[:5]:
            matcher.match(one.text + " ?", lang="vi")
        embed_ms, match_ms, copy_ms = [], [], []
        found = 0
        for one in asked:
            # As a passage: the encoder keeps the vectors of messages, and would give the matcher this one.
            embed_ms.append(_ms(partial(encoder.encode_passages, [one.text]))[0])
            match_ms.append(_ms(partial(matcher.match, one.text, lang="vi", top=TOP))[0])
            # Whatever its probability: drawn words are no paraphrase of a claim.
            match = matcher.match(one.text, lang="vi", top=TOP, floor=0.0)
            found += one.document in {hit.id for hit in match.hits}
            copy_ms.append(_ms(partial(matcher.match, one.claim, lang="vi"))[0])
        return {
            "open_s": round(open_s, 3),
            "embed_p50_ms": round(percentile(embed_ms, 0.50), 2),
            "match_p50_ms": round(percentile(match_ms, 0.50), 2),
            "match_p99_ms": round(percentile(match_ms, 0.99), 2),
            "ratio_to_embed": round(percentile(match_ms, 0.50) / percentile(embed_ms, 0.50), 2),
            "exact_copy_ms": round(percentile(copy_ms, 0.50), 3),
            "found_in_10": round(found / len(asked), 4),
            "rss_mb": memory_mb(),
            "peak_rss_mb": peak_memory_mb(),
        }


def readers_ratio(folder: Path, asked: Sequence[Asked]) -> float:
    """Matches a second of four processes, of those of one."""
    texts = [one.text for one in asked]
    one, four = (_rate(folder, texts, count) for count in (1, READERS))
    return round(four / one, 2)


def _rate(folder: Path, texts: Sequence[str], readers: int) -> float:
    context = multiprocessing.get_context("spawn")
    ready = context.Barrier(readers)
    counted = context.Queue()
    processes = [
        context.Process(target=_ask_for_a_while, args=(folder, texts, number, READERS_S, ready, counted))
        for number in range(readers)
    ]
    for process in processes:
        process.start()
    try:
        return float(sum(counted.get(timeout=300) for _ in processes))
    finally:
        for process in processes:
            process.join()


def _ask_for_a_while(
    folder: Path, texts: Sequence[str], number: int, seconds: float, ready: Barrier, counted: Any
) -> None:
    encoder = Encoder.open()
    with Index.open(folder, encoder.dim, create=False, read_only=True) as index:
        matcher = Matcher(index, encoder)
        matcher.match("một tin nhắn để làm nóng", lang="vi")
        ready.wait(timeout=120)
        started = time.perf_counter()
        done = 0
        while time.perf_counter() - started < seconds:
            # A number makes each message new: the encoder keeps the vectors of the last ones.
            matcher.match(f"{texts[(number * 37 + done) % len(texts)]} {done}", lang="vi")
            done += 1
        counted.put(done / (time.perf_counter() - started))


def _answered(sender: Any, work: Callable[..., Any], arguments: Sequence[Any]) -> None:
    sender.send(work(*arguments))
    sender.close()


def _ms(work: Callable[[], Answer]) -> tuple[float, Answer]:
    started = time.perf_counter()
    answer = work()
    return (time.perf_counter() - started) * 1000, answer
