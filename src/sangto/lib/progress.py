"""Shows on a terminal how far long work has come: a bar where a person looks, a few lines where a file is written."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field
from typing import Final, Self, TextIO

BAR_WIDTH: Final = 24
# A log needs no more than this to show that work goes on.
LINE_EVERY_S: Final = 5.0
# Faster than this nobody can read.
DRAW_EVERY_S: Final = 0.1


@dataclass
class Progress:
    """Called with the share done (0 to 1) and a short line; `with` it, the bar is closed even if the work fails."""

    out: TextIO = field(default_factory=lambda: sys.stderr)
    _last_at: float = field(default=0.0, init=False)
    _last_line: str = field(default="", init=False)
    _drawn: bool = field(default=False, init=False)

    def __call__(self, share: float, line: str) -> None:
        share = min(1.0, max(0.0, share))
        now = time.monotonic()
        news = share >= 1.0 or not self._last_line or (self.out.isatty() and line != self._last_line)
        if not news and now - self._last_at < (DRAW_EVERY_S if self.out.isatty() else LINE_EVERY_S):
            return
        self._last_at, self._last_line = now, line
        if self.out.isatty():
            full = round(share * BAR_WIDTH)
            self.out.write(f"\r\x1b[2K[{'█' * full}{'·' * (BAR_WIDTH - full)}] {share:4.0%}  {line}")
            self._drawn = True
        else:
            self.out.write(f"{share:4.0%}  {line}\n")
        self.out.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._drawn:
            self.out.write("\n")
            self.out.flush()
            self._drawn = False
