"""Objects of R: histories and data frames are read, damage and a missing package are told."""

from __future__ import annotations

import gzip
import struct
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.logs import LogError, open_log
from engine.logs.stores.r_object import parse
from engine.series import Role

pandas = pytest.importorskip("pandas")
rdata = pytest.importorskip("rdata")
pytestmark = pytest.mark.filterwarnings("ignore:Unknown file type")


def curves(seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(4, 60))
    loss, held_out = 3 * np.exp(-np.arange(n) / n) * rng.uniform(0.5, 1, (2, n))
    loss[-1] = np.nan
    return loss, held_out


def history(loss: np.ndarray, held_out: np.ndarray) -> Any:
    """What fit() of keras returns in R: a list of parameters and one of metrics."""
    epochs = np.array([len(loss)], np.int32)
    return {"params": {"verbose": epochs, "epochs": epochs}, "metrics": {"loss": loss, "val_loss": held_out}}


def wide(loss: np.ndarray, held_out: np.ndarray) -> Any:
    return pandas.DataFrame({"epoch": np.arange(1, len(loss) + 1), "loss": loss, "val_loss": held_out})


def long(loss: np.ndarray, held_out: np.ndarray) -> Any:
    """What get_metrics() of luz and as.data.frame() of a history return."""
    n = len(loss)
    columns = {"epoch": [*range(1, n + 1)] * 2, "value": [*loss, *held_out], "metric": ["loss"] * (2 * n)}
    return pandas.DataFrame({**columns, "data": ["training"] * n + ["validation"] * n})


@pytest.mark.parametrize("compression", [None, "gzip", "xz"])
@pytest.mark.parametrize("saved", [history, wide, long])
@pytest.mark.parametrize("seed", range(4))
def test_what_a_training_in_r_saved_is_read(tmp_path: Path, saved: Any, compression: str | None, seed: int) -> None:
    loss, held_out = curves(seed)
    rdata.write_rds(tmp_path / "a.rds", saved(loss, held_out), compression=compression)
    (run,) = open_log(tmp_path / "a.rds")
    trained, tested = run.series
    assert (trained.role, tested.role, tested.partner) == (Role.TRAINING, Role.VALIDATION, trained.name)
    np.testing.assert_allclose(run.table.values(tested.name), held_out, rtol=1e-12)
    np.testing.assert_allclose(run.table.values(trained.name)[: len(loss) - 1], loss[:-1], rtol=1e-12)


def test_a_list_keeps_what_is_not_a_number(tmp_path: Path) -> None:
    loss, held_out = curves(0)
    rdata.write_rds(tmp_path / "a.rds", history(loss, held_out))
    (run,) = open_log(tmp_path / "a.rds")
    np.testing.assert_allclose(run.table.values("loss"), loss, rtol=1e-12)


@pytest.mark.parametrize("seed", range(20))
def test_damage_is_told(tmp_path: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    rdata.write_rds(tmp_path / "a.rds", wide(*curves(0)), compression=None)
    data = bytearray((tmp_path / "a.rds").read_bytes())
    at = int(rng.integers(14, len(data)))
    (tmp_path / "a.rds").write_bytes(data[:at])
    with pytest.raises(LogError):
        open_log(tmp_path / "a.rds")


def test_without_the_package_it_says_how_to_save_a_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.rds").write_bytes(gzip.compress(b"X\n\0\0\0\3" + bytes(40)))
    monkeypatch.setitem(sys.modules, "rdata", None)
    with pytest.raises(LogError, match=r"rdata.*write\.csv"):
        open_log(tmp_path / "a.rds")


SAVED_BY_R = Path(__file__).parents[2] / "data" / "formats" / "R-4.2.2-data-frame" / "log" / "history.RData"
SEQUENCE = b"\0\0\0\x0e\0\0\0\x03"  # three numbers: how many, the first, the distance


def with_length(length: float) -> bytes:
    """A data frame of R whose first column, 1 to 12, is told by its ends, with another length."""
    data = gzip.decompress(SAVED_BY_R.read_bytes())
    at = data.index(SEQUENCE, data.index(b"compact_intseq")) + len(SEQUENCE)
    assert struct.unpack(">ddd", data[at : at + 24]) == (12.0, 1.0, 1.0)
    return data[:at] + struct.pack(">d", length) + data[at + 8 :]


def compiled(again: int, rest: int) -> bytes:
    """Compiled code that is told to have so many parts that come again, and so many bytes behind it."""
    return b"X\n" + struct.pack(">4i5s2i", 3, 0x040202, 0x030500, 5, b"UTF-8", 21, again) + bytes(rest)


@given(st.one_of(st.floats(2.0**25 + 1), st.floats(max_value=-1.0), st.just(float("nan"))))
def test_a_sequence_longer_than_any_training_is_refused_before_it_is_made(length: float) -> None:
    with pytest.raises(ValueError, match="lengths"):
        parse(with_length(length))


def test_a_sequence_as_r_saved_it_is_read() -> None:
    assert parse(with_length(12.0)).versions.format == 3


@given(st.integers(0, 400), st.data())
def test_more_parts_of_code_than_the_file_has_room_for_are_refused(rest: int, data: st.DataObject) -> None:
    sizes = st.one_of(st.integers(len(compiled(0, rest)) // 4 + 1, 2**31 - 1), st.integers(-(2**31), -1))
    with pytest.raises(ValueError, match="lengths"):
        parse(compiled(data.draw(sizes), rest))


def test_damaged_lengths_are_told(tmp_path: Path) -> None:
    for number, data in enumerate((with_length(1e12), compiled(2_000_000_000, 40))):
        path = tmp_path / f"{number}.rds"
        path.write_bytes(data)
        with pytest.raises(LogError, match="damaged R data: its lengths"):
            open_log(path)
