"""Eight writers, twenty thousand rows, random delays and deaths: no row is skipped, doubled or left behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit import mill
from sangto.audit import verify


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_twenty_thousand_rows(tmp_path: Path) -> None:
    run = mill.Mill(tmp_path, writers=8, rows=20_000, seed=20_000)
    figures = run.run(kill_writers=20, kill_sequencers=12, between_s=(0.2, 0.8))
    mill.check(run)
    report = verify.verify()
    print(
        f"\nsequencer: {figures.rows} rows ({figures.acknowledged} acknowledged) in {figures.seconds:.0f} s,"
        f" {figures.writers_killed} writers and {figures.sequencers_killed} sequencers killed,"
        f" pause after a sequencer's death at most {figures.longest_pause_s:.2f} s; log of {report.entries} sound"
    )
    assert report.sound
    assert figures.sequencers_killed == 12
