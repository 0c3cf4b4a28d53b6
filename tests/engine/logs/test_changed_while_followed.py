"""A log that is followed is truncated, rotated, replaced by another format, or written by a clock that jumps back."""

from __future__ import annotations

import json
import os
import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from engine.logs import LogError, open_log
from engine.logs.following import Follower

FORMATS = {
    "table": "step,loss\n" + "".join(f"{i},{2 / (i + 1):.4f}\n" for i in range(30)),
    "json lines": "".join(json.dumps({"step": i, "loss": 3 / (i + 1)}) + "\n" for i in range(40)),
    "text": "".join(f"Epoch {i}/50 - loss: {4 / (i + 1):.4f}\n" for i in range(50)),
}


def losses(follower: Follower) -> list[float]:
    return follower.runs[0].table.values(follower.runs[0].series[0].name).tolist()


def fresh(path: Path) -> list[float]:
    (run,) = open_log(path)
    return run.table.values(run.series[0].name).tolist()


@pytest.mark.parametrize("before", FORMATS)
@pytest.mark.parametrize("after", FORMATS)
@pytest.mark.parametrize("way", ["in place", "renamed", "emptied first"])
def test_another_log_in_its_place_is_read_anew(before: str, after: str, way: str, tmp_path: Path) -> None:
    path = tmp_path / "run.log"
    path.write_text(FORMATS[before])
    follower = Follower(path)
    text = FORMATS[after].replace("0.", "1.")
    if way == "renamed":
        (tmp_path / "new").write_text(text)
        (tmp_path / "new").replace(path)
    else:
        if way == "emptied first":
            path.write_text("")
            follower.poll()
            assert losses(follower)  # what was there is kept until there is something else
        path.write_text(text)
    assert follower.poll()
    assert losses(follower) == fresh(path)
    assert follower.generation == 1
    with path.open("a") as file:
        file.write(FORMATS[after].splitlines(keepends=True)[-1])
    follower.poll()
    assert losses(follower) == fresh(path)


def test_what_is_no_log_any_more_leaves_the_run_and_says_why(tmp_path: Path) -> None:
    path = tmp_path / "run.log"
    path.write_text(FORMATS["table"])
    follower = Follower(path)
    known = losses(follower)
    path.write_bytes(bytes(range(256)) * 8)
    follower.poll()
    assert losses(follower) == known
    assert isinstance(follower.error, LogError)
    path.write_text(FORMATS["json lines"])
    assert follower.poll()
    assert follower.error is None
    assert losses(follower) == fresh(path)


def test_a_clock_that_jumps_back_hides_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "run.log"
    path.write_text(FORMATS["table"])
    os.utime(path, (2e9, 2e9))
    follower = Follower(path)
    with path.open("a") as file:
        file.write("30,0.05\n")
    os.utime(path, (1e9, 1e9))
    assert follower.poll()
    assert losses(follower)[-1] == 0.05
    text = path.read_text().replace("0.05", "0.04")
    path.write_text(text)  # as long as before, with an older time than it was first read with
    os.utime(path, (5e8, 5e8))
    follower.poll()
    assert losses(follower)[-1] == 0.04


def test_numbers_survive_many_rotations(tmp_path: Path) -> None:
    path = tmp_path / "run.log"
    rng = np.random.default_rng(0)
    path.write_text(FORMATS["table"])
    follower = Follower(path)
    for turn in range(200):
        if rng.random() < 0.3:
            path.write_text("step,loss\n" + "".join(f"{i},{turn}.5\n" for i in range(rng.integers(2, 40))))
        else:
            with path.open("a") as file:
                file.write(f"{turn + 100},{rng.random():.4f}\n")
        follower.poll()
        assert losses(follower) == fresh(path)


def archive(name: str, content: bytes) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, content)
    return made.getvalue()


def test_a_zip_in_a_zip_in_a_zip_is_read_or_refused(tmp_path: Path) -> None:
    content = FORMATS["table"].encode()
    for depth in range(12):
        content = archive(f"level{depth}.zip" if depth else "run.csv", content)
    (tmp_path / "nested.zip").write_bytes(content)
    with pytest.raises(LogError):
        open_log(tmp_path / "nested.zip")


def test_a_zip_that_lies_about_the_size_of_a_file_gives_no_more_than_it_says(tmp_path: Path) -> None:
    content = bytearray(archive("run.csv", b"0,1\n" * 1_000_000))
    size = (4_000_000).to_bytes(4, "little")
    assert content.count(size) == 2  # in the file's own header and in the directory
    path = tmp_path / "lies.zip"
    path.write_bytes(bytes(content).replace(size, (100).to_bytes(4, "little")))
    with pytest.raises(LogError):
        open_log(path)


@pytest.mark.parametrize("said", [0, 1, 2**32 - 1])
def test_a_gzip_that_lies_about_its_size_gives_what_it_holds(said: int, tmp_path: Path) -> None:
    import gzip

    content = gzip.compress(FORMATS["table"].encode())
    path = tmp_path / "lies.csv.gz"
    path.write_bytes(content[:-4] + said.to_bytes(4, "little"))
    (run,) = open_log(path)
    assert run.table.count("loss") == 30
