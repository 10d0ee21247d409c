"""The worker's part: the replay table holds a day."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from sangto.live import services


@app.periodic(cron="17 * * * *")
@app.task(name="live.forget_old", queue="live", queueing_lock="live.forget_old")
def forget_old(timestamp: int) -> int:
    """Each hour: drop what nobody is given again."""
    return services.forget_old(timezone.now())
