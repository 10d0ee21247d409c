"""The worker's part: send, try again, and destroy keys on their day. A job carries an outbox id and nothing else."""

from __future__ import annotations

import uuid

from procrastinate.contrib.django import app

from sangto.delivery import services


@app.task(name=services.SEND_JOB, queue="delivery")
def send_outbox(outbox_id: str) -> str:
    """One attempt; the outcome is kept as the job's result."""
    return services.send(outbox_id=uuid.UUID(outbox_id)).value


@app.periodic(cron="* * * * *")
@app.task(name="delivery.sweep", queue="delivery", queueing_lock="delivery.sweep")
def sweep(timestamp: int) -> int:
    """Each minute: whatever is due and not settled is tried, even if its own job was lost with a worker."""
    return services.defer_unsettled()


# Each hour rather than once a day: a worker that was down at the hour makes up for it soon after it is back.
@app.periodic(cron="7 * * * *")
@app.task(name="delivery.destroy_keys", queue="delivery", queueing_lock="delivery.destroy_keys")
def destroy_keys(timestamp: int) -> int:
    """The keys whose day has come, and what they sealed."""
    return services.destroy_due_keys(today=services.today())
