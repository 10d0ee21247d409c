"""Work that rumours leave for later. Arguments are ids only."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app
from procrastinate.retry import RetryStrategy

from sangto.rumours import services


@app.task(name="rumours.tell_askers", retry=RetryStrategy(max_attempts=20, exponential_wait=2))
def tell_askers(rumour_id: str, documents: dict[str, str]) -> None:
    services.tell_askers(rumour_id=UUID(rumour_id), documents={lang: UUID(key) for lang, key in documents.items()})


@app.periodic(cron="* * * * *")
@app.task(name="rumours.tick_clocks", queueing_lock="rumours.tick_clocks")
def tick_clocks(timestamp: int) -> int:
    """Each minute: warnings, breaches and escalations that have come. What was missed is told by the next."""
    return services.tick_clocks()


@app.periodic(cron="*/5 * * * *")
@app.task(name="rumours.refresh_triage", queueing_lock="rumours.refresh_triage")
def refresh_triage(timestamp: int) -> int:
    """Each five minutes: how fast each open rumour spreads now, and how long it has waited."""
    return services.refresh_triage()
