"""A damaged length in an Arrow file is refused before it can end the process; sound files are read as they are."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Literal

import numpy as np
import polars as pl
import pytest

from engine.logs import LogError, open_log
from engine.logs.stores.arrow_file import largest_length


@pytest.mark.parametrize("packing", ["uncompressed", "lz4", "zstd"])
@pytest.mark.parametrize("words", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_a_sound_file_is_read(
    tmp_path: Path, packing: Literal["uncompressed", "lz4", "zstd"], words: bool, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    loss = rng.random(int(rng.integers(5, 5000)))
    frame = pl.DataFrame({"epoch": np.arange(len(loss)), "loss": loss})
    if words:
        frame = frame.with_columns(pl.lit("train").cast(pl.Categorical).alias("set"))
    frame.write_ipc(tmp_path / "a.arrow", compression=packing)
    (run,) = open_log(tmp_path / "a.arrow")
    assert run.table.values(run.series[0].name).tolist() == loss.tolist()
    length = largest_length((tmp_path / "a.arrow").read_bytes())
    least = len(loss) // 8
    assert least <= length <= least + 8 if packing == "uncompressed" else length == pytest.approx(8 * len(loss), abs=64)


@pytest.mark.parametrize("seed", range(3))
def test_what_reaches_beyond_its_batch_is_refused(tmp_path: Path, seed: int) -> None:
    frame = pl.DataFrame({"epoch": np.arange(20.0 + seed), "loss": np.linspace(3, 1, 20 + seed)})
    frame.write_ipc(tmp_path / "a.arrow", compression="uncompressed")
    data = (tmp_path / "a.arrow").read_bytes()
    rows, width = (20 + seed).to_bytes(8, "little"), (8 * (20 + seed)).to_bytes(8, "little")
    node, buffer = rows + bytes(8), width
    assert node in data and buffer in data
    for was, now in ((node, rows + rows[:-1] + b"\x01"), (buffer, (1 << 40).to_bytes(8, "little"))):
        (tmp_path / "a.arrow").write_bytes(data.replace(was, now))
        with pytest.raises(LogError, match=r"a\.arrow"):
            open_log(tmp_path / "a.arrow")


def test_a_shifted_body_is_refused_and_ends_no_process(tmp_path: Path) -> None:
    frame = pl.DataFrame({"epoch": np.arange(20), "loss": np.linspace(3, 1, 20)})
    frame.write_ipc(tmp_path / "a.arrow", compression="lz4")
    data = (tmp_path / "a.arrow").read_bytes()
    body = data.index(b"\x04\x22\x4d\x18") - 8
    script = "import sys; from engine.logs import *\nfor p in sys.argv[1:]:\n try: open_log(p)\n except LogError: pass"
    files = []
    for length in (1 << 40, 1 << 55, -5 - (1 << 60)):
        files.append(tmp_path / f"{len(files)}.arrow")
        files[-1].write_bytes(data[:body] + length.to_bytes(8, "little", signed=True) + data[body + 8 :])
    done = subprocess.run([sys.executable, "-c", script, *map(str, files)], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr[-300:]
    with pytest.raises(LogError):
        open_log(files[0])
