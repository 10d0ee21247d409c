"""Whether the files of an index are whole: damage is named when an index is opened, before anything reads them."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from zlib import crc32

from sangto.matching.problems import IndexMismatch

# What tantivy writes behind each file of a segment: a JSON object with a check sum, its length, this number.
_TANTIVY_END: Final = 1337
_TAIL: Final = struct.Struct("<II")
_READ_AT_ONCE: Final = 1 << 20


def check_words(folder: Path) -> None:
    """Raises IndexMismatch where a file of the last commit is cut or altered (100 MB take about 0.1 s).

    Files that a writer removes meanwhile are left to the next reading.
    """
    try:
        meta = json.loads((folder / "meta.json").read_bytes())
        segments = [str(segment["segment_id"]).replace("-", "") for segment in meta["segments"]]
    except FileNotFoundError:
        return
    except (ValueError, TypeError, KeyError) as error:
        raise damaged(folder.parent, "meta.json") from error
    for segment in segments:
        for path in folder.glob(f"{segment}.*"):
            try:
                whole = _whole(path)
            except FileNotFoundError:
                continue
            if not whole:
                raise damaged(folder.parent, path.name)


def damaged(folder: Path, what: str) -> IndexMismatch:
    return IndexMismatch(f"The index in {folder} is damaged ({what}). Delete the folder and rebuild it.")


@contextmanager
def reading(folder: Path) -> Iterator[None]:
    """What damaged files make the libraries say becomes IndexMismatch."""
    try:
        yield
    except (ValueError, TypeError, KeyError, OverflowError, MemoryError, UnicodeError) as error:
        raise damaged(folder, str(error)[:200] or type(error).__name__) from error
    except BaseException as error:
        # A panic in tantivy is no Exception.
        if type(error).__name__ == "PanicException":
            raise damaged(folder, str(error)[:200]) from error
        raise


def _whole(path: Path) -> bool:
    size = path.stat().st_size
    with path.open("rb") as file:
        if size < _TAIL.size:
            return False
        file.seek(size - _TAIL.size)
        length, number = _TAIL.unpack(file.read(_TAIL.size))
        body = size - _TAIL.size - length
        if number != _TANTIVY_END or body < 0:
            return False
        file.seek(body)
        try:
            end: dict[str, Any] = json.loads(file.read(length))
            expected = end["crc"]
        except (ValueError, TypeError, KeyError):
            return False
        file.seek(0)
        check = 0
        while body > 0:
            part = file.read(min(_READ_AT_ONCE, body))
            if not part:
                return False
            check = crc32(part, check)
            body -= len(part)
    return bool(check == expected)
