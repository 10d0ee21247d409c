"""From the texts of many tips to their clusters: read, written out with diacritics, encoded, grouped."""

from __future__ import annotations

from collections.abc import Sequence

from sangto.matching.background import background_of
from sangto.matching.cleaning import read_message
from sangto.matching.clusters import Clusters, Tip
from sangto.matching.encoder import Encoder
from sangto.matching.restore import Restorer
from sangto.matching.types import Progress


def readable(text: str, restorer: Restorer) -> str:
    """What of a tip is encoded: Vietnamese without diacritics says next to nothing to the encoder, so they
    are put back.
    """
    message = read_message(text)
    return restorer.restore(message.core) if message.bare else message.core


def cluster_all(
    tips: Sequence[tuple[str, str]],
    encoder: Encoder,
    progress: Progress | None = None,
    restorer: Restorer | None = None,
) -> dict[str, str]:
    """Cluster id of each of many tips (id, text), in their order; of an id that is there twice the first text counts.

    Without a `restorer` the diacritics are learnt from those tips that have them.
    """
    texts = dict(reversed(tips))
    first = {tip_id: texts[tip_id] for tip_id, _ in tips}
    if restorer is None:
        restorer = Restorer.shipped()
        restorer.learn(read_message(text).core for text in first.values())
    shown = [readable(text, restorer) for text in first.values()]
    vectors = encoder.encode_queries(shown, _part(progress, 0.0, 0.9))
    clusters = Clusters(background_of(encoder).queries)
    return clusters.add_all(
        (Tip(tip_id, text, vector) for (tip_id, text), vector in zip(first.items(), vectors, strict=True)),
        _part(progress, 0.9, 1.0),
    )


def _part(progress: Progress | None, start: float, end: float) -> Progress | None:
    """Progress of one part of the work, as part of the whole."""
    if progress is None:
        return None
    return lambda share, line: progress(start + share * (end - start), line)
