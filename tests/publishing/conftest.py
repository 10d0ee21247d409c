from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

import cast
import desk_kit


@pytest.fixture
def people(db: None, settings: Settings, tmp_path: Path) -> cast.Cast:
    desk_kit.use_folder(settings, tmp_path)
    return cast.make()
