"""What the clock does with walks that wait."""

from __future__ import annotations

from procrastinate.contrib.django import app

from sangto.playbooks import services


@app.periodic(cron="* * * * *")
@app.task(name="playbooks.pass_timeouts", queueing_lock="playbooks.pass_timeouts")
def pass_timeouts(timestamp: int) -> int:
    """Each minute: every wait that is over goes on. One that was missed is made up for by the next."""
    return services.pass_timeouts()
