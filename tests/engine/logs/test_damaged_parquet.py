"""A damaged Parquet file is refused, and never ends the process that reads it."""

from __future__ import annotations

import os
import random
import time
from io import BytesIO
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from engine.logs import LogError, open_log
from engine.logs.formats import columnar
from engine.logs.stores.apart import frame_apart, parquet_file
from engine.logs.stores.page_start import page_start
from engine.logs.stores.parquet_file import is_vouched_for

CODECS = ("zstd", "snappy", "gzip", "uncompressed")


def frame(rows: int = 300) -> pl.DataFrame:
    draw = np.random.default_rng(0)
    losses = [None if i % 7 == 3 else float(v) for i, v in enumerate(draw.random(rows))]
    return pl.DataFrame({"step": np.arange(rows), "loss": losses, "note": ["a", "b", "cc"] * (rows // 3)})


def written(**settings: object) -> bytes:
    buffer = BytesIO()
    frame().write_parquet(buffer, **settings)  # type: ignore[arg-type]
    return buffer.getvalue()


def dies(_path: Path) -> pl.DataFrame:
    os._exit(134)


def hangs(_path: Path) -> pl.DataFrame:
    time.sleep(60)
    raise AssertionError


def panics(_path: Path) -> pl.DataFrame:
    raise pl.exceptions.PanicException("wrong\nlength")


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("rows", [None, 40])
def test_a_sound_file_is_vouched_for(codec: str, rows: int | None) -> None:
    assert is_vouched_for(written(compression=codec, row_group_size=rows, data_page_size=500))


@pytest.mark.parametrize("codec", CODECS)
def test_a_file_whose_lengths_do_not_add_up_is_not(codec: str) -> None:
    data = written(compression=codec)
    assert not is_vouched_for(data[:-1])
    assert not is_vouched_for(data[: len(data) // 2] + b"\0" + data[len(data) // 2 :])
    assert not is_vouched_for(data[:-8] + (2**31).to_bytes(4, "little") + data[-4:])


def test_runs_of_more_values_than_the_page_has_are_not_vouched_for() -> None:
    data = bytearray(written(compression="uncompressed", statistics=False))
    levels = frame()["loss"].is_not_null().to_numpy()
    packed = np.packbits(levels, bitorder="little").tobytes()
    at = data.find(packed[:20])
    assert at > 0
    head = at - 1
    data[head] ^= 0x40  # of the length of the run
    assert not is_vouched_for(bytes(data))


@pytest.mark.parametrize("seed", range(3))
def test_damage_anywhere_is_read_or_refused(tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_args: object) -> pl.DataFrame:
        raise ValueError("apart")

    monkeypatch.setattr(columnar, "frame_apart", refused)
    draw = random.Random(seed)
    whole = written(compression=CODECS[seed])
    for _ in range(60):
        data = bytearray(whole)
        for _change in range(draw.choice((1, 1, 4))):
            data[draw.randrange(4, len(data))] = draw.choice((0, 0x7F, 0xFF, draw.randrange(256)))
        (tmp_path / "a.parquet").write_bytes(data)
        try:
            open_log(tmp_path / "a.parquet")
        except LogError as error:
            assert "a.parquet" in str(error)


def test_a_file_with_an_unknown_codec_is_read_apart(tmp_path: Path) -> None:
    data = written(compression="lz4")
    assert not is_vouched_for(data)
    (tmp_path / "a.parquet").write_bytes(data)
    (run,) = open_log(tmp_path / "a.parquet")
    assert run.table.count("loss") == frame()["loss"].count()


def test_what_is_read_apart_is_the_same() -> None:
    assert frame_apart(written(), parquet_file).equals(frame())


@pytest.mark.parametrize(
    ("read", "said"), [(dies, "add up"), (panics, "wrong"), (parquet_file, r"(?i)parquet|thrift|footer")]
)
def test_a_process_that_ends_is_an_error(read: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        frame_apart(b"PAR1" + b"\xff" * 40 + b"PAR1", read)  # type: ignore[arg-type]


def test_a_process_that_takes_too_long_is_ended() -> None:
    began = time.monotonic()
    with pytest.raises(ValueError, match="add up"):
        frame_apart(b"", hangs, seconds=1.0)
    assert time.monotonic() - began < 30


def test_snappy_copies_reach_over_themselves() -> None:
    packed = bytes((6, 0x04, ord("a"), ord("b"), 0b000_000_01, 2))  # two letters, then four of those from two back
    assert page_start(packed, 1, 6) == b"ababab"
    with pytest.raises(ValueError, match="damaged copy"):
        page_start(bytes((6, 0b000_000_01, 9)), 1, 4)
    with pytest.raises(ValueError, match="too short"):
        page_start(b"", 1, 4)
