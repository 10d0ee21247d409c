"""Work that the catalogue does at night."""

from __future__ import annotations

from procrastinate.contrib.django import app

from sangto.catalogue import indexer


@app.periodic(cron="41 3 * * *")
@app.task(name="catalogue.forget_unused_vectors", queueing_lock="catalogue.forget_unused_vectors")
def forget_unused_vectors(timestamp: int) -> None:
    indexer.forget_unused_vectors()
