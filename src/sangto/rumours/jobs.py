"""Work that rumours leave for later. Arguments are ids only."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app
from procrastinate.retry import RetryStrategy

from sangto.rumours import services


@app.task(name="rumours.tell_askers", retry=RetryStrategy(max_attempts=20, exponential_wait=2))
def tell_askers(rumour_id: str, documents: dict[str, str]) -> None:
    services.tell_askers(rumour_id=UUID(rumour_id), documents={lang: UUID(key) for lang, key in documents.items()})
