"""Whether the files of an index are whole: damage is named when an index is opened, before anything reads them."""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, Final
from zlib import crc32

from sangto.matching.problems import IndexMismatch, IndexProblem

# What tantivy writes behind each file of a segment: a JSON object with a check sum, its length, this number.
_TANTIVY_END: Final = 1337
_TAIL: Final = struct.Struct("<II")
_READ_AT_ONCE: Final = 1 << 20
# Beside the words: the check sums of their files, by name. A file that is whole and of another index has another one.
SUMS_NAME: Final = "sums.json"


def check_words(folder: Path) -> None:
    """Raises IndexMismatch where a file of the last commit is cut, altered or another (100 MB take about 0.1 s).

    Files that a writer removes meanwhile are left to the next reading.
    """
    known = _known_sums(folder.parent)
    for path in _files(folder):
        try:
            with path.open("rb") as file:
                said = _said_sum(file)
                whole = said is not None and known.get(path.name, said) == said == _real_sum(file)
        except FileNotFoundError:
            continue
        if not whole:
            raise damaged(folder.parent, path.name)


def remember_words(folder: Path) -> None:
    """For the writer, after a commit: notes the check sum that each file of the words says of itself.

    Lost, or older than the last commit, the note names fewer files, and no file wrongly: names are never used twice.
    """
    known = _known_sums(folder.parent)
    sums: dict[str, int] = {}
    for path in _files(folder):
        with suppress(FileNotFoundError):
            if path.name in known:
                sums[path.name] = known[path.name]
                continue
            with path.open("rb") as file:
                said = _said_sum(file)
            if said is not None:
                sums[path.name] = said
    body = json.dumps(sums, sort_keys=True)
    whole = json.dumps({"check": crc32(body.encode("ascii")), "sums": sums}, sort_keys=True)
    # The commit stands already; a full disk costs this note and nothing else.
    with suppress(OSError):
        unfinished = folder.parent / f"{SUMS_NAME}.unfinished"
        unfinished.write_text(whole, "ascii")
        unfinished.replace(folder.parent / SUMS_NAME)


def stamp_of(folder: Path) -> tuple[int, int, int] | None:
    """Another one after each commit, and where the index is built anew; None while there is none."""
    try:
        status = (folder / "words" / "meta.json").stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


def damaged(folder: Path, what: str) -> IndexMismatch:
    return IndexMismatch(f"The index in {folder} is damaged ({what}). Delete the folder and rebuild it.")


@contextmanager
def reading(folder: Path) -> Iterator[None]:
    """What damaged files make the libraries say becomes IndexMismatch; what the system says, IndexProblem."""
    try:
        yield
    except FileNotFoundError as error:
        raise damaged(folder, f"{_name(error)} is missing") from error
    except (IsADirectoryError, NotADirectoryError) as error:
        raise damaged(folder, f"{_name(error)} is a folder, or in place of one") from error
    except OSError as error:
        raise IndexProblem(
            f"The index in {folder} cannot be used ({error.strerror}: {_name(error)}). "
            "Nothing was changed. Check the disk and who may read and write the folder."
        ) from error
    except (ValueError, TypeError, KeyError, OverflowError, MemoryError, UnicodeError) as error:
        raise damaged(folder, str(error)[:200] or type(error).__name__) from error
    except BaseException as error:
        # A panic in tantivy is no Exception.
        if type(error).__name__ == "PanicException":
            raise damaged(folder, str(error)[:200]) from error
        raise


def _files(folder: Path) -> list[Path]:
    """What the last commit of the words needs. Raises IndexMismatch where its list cannot be read.

    Of the lists of deleted documents it needs one a segment; another is of a commit that is being made, or was cut off.
    """
    try:
        meta = json.loads((folder / "meta.json").read_bytes())
        deletes = {
            str(segment["segment_id"]).replace("-", ""): (segment.get("deletes") or {}).get("opstamp")
            for segment in meta["segments"]
        }
    except FileNotFoundError:
        return []
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise damaged(folder.parent, "meta.json") from error
    if not all(segment.isalnum() for segment in deletes):
        raise damaged(folder.parent, "meta.json")
    return [
        path
        for segment, opstamp in deletes.items()
        for path in folder.glob(f"{segment}.*")
        if path.suffix != ".del" or path.name == f"{segment}.{opstamp}.del"
    ]


def _known_sums(folder: Path) -> Mapping[str, int]:
    """What `remember_words` noted; nothing where the note is damaged."""
    try:
        values = json.loads((folder / SUMS_NAME).read_bytes())
        sums: dict[str, int] = values["sums"]
        right = values["check"] == crc32(json.dumps(sums, sort_keys=True).encode("ascii"))
        return sums if right and isinstance(sums, dict) else {}
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return {}


def _said_sum(file: BinaryIO) -> int | None:
    """The check sum at the end of the file; None where there is none."""
    size = file.seek(0, os.SEEK_END)
    if size < _TAIL.size:
        return None
    file.seek(size - _TAIL.size)
    length, number = _TAIL.unpack(file.read(_TAIL.size))
    body = size - _TAIL.size - length
    if number != _TANTIVY_END or body < 0:
        return None
    file.seek(body)
    try:
        end: dict[str, Any] = json.loads(file.read(length))
        said = end["crc"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return said if isinstance(said, int) else None


def _real_sum(file: BinaryIO) -> int:
    """The check sum of what stands before the end."""
    size = file.seek(0, os.SEEK_END)
    file.seek(size - _TAIL.size)
    body = size - _TAIL.size - int(_TAIL.unpack(file.read(_TAIL.size))[0])
    file.seek(0)
    check = 0
    while body > 0:
        part = file.read(min(_READ_AT_ONCE, body))
        if not part:
            return -1
        check = crc32(part, check)
        body -= len(part)
    return check


def _name(error: OSError) -> str:
    return Path(str(error.filename)).name if error.filename else str(error)[:200]
