"""Work that intake leaves for later. Arguments are ids only."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from sangto.intake import services


@app.task(name="intake.join_unsettled")
def join_unsettled(tip_id: str) -> None:
    services.join_unsettled(tip_id=UUID(tip_id))


@app.periodic(cron="23 3 * * *")
@app.task(name="intake.remove_old_texts", queueing_lock="intake.remove_old_texts")
def remove_old_texts(timestamp: int) -> None:
    """Each night. `timestamp` is when it was due; the service reads the clock itself."""
    while services.remove_old_texts():
        pass
