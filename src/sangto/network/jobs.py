"""What the worker does for people: suspensions end, yearly reviews are announced."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from sangto.network import services


@app.periodic(cron="*/5 * * * *")
@app.task(name="network.end_suspensions", queueing_lock="network.end_suspensions")
def end_suspensions(timestamp: int) -> int:
    """Announce who is back. Signing in works from the very moment, also without this."""
    return services.end_suspensions(now=timezone.now())


@app.periodic(cron="5 1 * * *")
@app.task(name="network.remind_of_reviews", queueing_lock="network.remind_of_reviews")
def remind_of_reviews(timestamp: int) -> int:
    """In the morning of Viet Nam (01:05 UTC): what is due within a month."""
    return services.remind_of_reviews(today=timezone.localdate())
