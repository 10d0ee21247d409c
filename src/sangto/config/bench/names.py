"""Who is at the desk that is measured: for programs that never load Django."""

from __future__ import annotations

from typing import Final

SLUG: Final = "do-luong"
EDITOR: Final = "bien-tap@do-luong.example"
REVIEWER: Final = "duyet@do-luong.example"
# Of a desk that is thrown away with its folder.
PASSWORD: Final = "chi-de-do-luong-thoi-2026"  # noqa: S105
