"""Nothing in a file is executed; nothing fills the memory; errors tell what is wrong."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import lzma
import os
import pickle
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.logs import LogError, open_log
from engine.logs.compression import FREE_BYTES
from engine.logs.names import loss_columns
from engine.logs.text import LONGEST_NAME

TEXT = b"step,loss\n1,0.5\n2,0.25\n3,0.125\n"
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": zstandard.ZstdCompressor().compress,
}


@pytest.mark.parametrize("kind", PACKERS)
def test_compressed_logs_are_read_whatever_their_name(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes(PACKERS[kind](TEXT))
    (run,) = open_log(path)
    assert run.table.values("loss").tolist() == [0.5, 0.25, 0.125]


@pytest.mark.parametrize("kind", PACKERS)
def test_a_damaged_archive_is_an_error_and_a_cut_one_gives_its_start(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes(PACKERS[kind](TEXT)[:9] + b"\xff" * 40)
    with pytest.raises(LogError):
        open_log(path)


def test_a_cut_gzip_gives_what_came_before(tmp_path: Path) -> None:
    rows = b"".join(b"%d,0.%06d\n" % (i, (i * 7919) % 1000003) for i in range(20000))
    whole = gzip.compress(b"step,loss\n" + rows)
    path = tmp_path / "log.csv.gz"
    path.write_bytes(whole[: len(whole) // 2])
    (run,) = open_log(path)
    assert 1000 < len(run.table) < 20000


@pytest.mark.parametrize("kind", PACKERS)
def test_a_bomb_is_refused(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.logs.compression.FREE_BYTES", 1 << 20)
    monkeypatch.setattr("engine.logs.compression.LARGEST_RATIO", 10)
    path = tmp_path / "bomb.csv"
    path.write_bytes(PACKERS[kind](b"step,loss\n" + b"1,0.5\n" * 1_000_000))
    with pytest.raises(LogError, match="expands"):
        open_log(path)
    assert FREE_BYTES >= 1 << 20


def test_hostile_names_come_out_as_plain_short_text(tmp_path: Path) -> None:
    names = [
        "<b>loss</b>",
        "\x1b[31mred loss\x1b[0m",
        "\u202eevil loss",
        "=cmd|' /C calc'!A0 loss",
        "x" * 1_000_000 + " loss",
        "a\u200bb loss",
    ]
    path = tmp_path / "log.csv"
    path.write_text(
        "step\t" + "\t".join(names) + "\n" + "".join(f"{i}\t1\t2\t3\t4\t5\t6\n" for i in range(3)), encoding="utf-8"
    )
    (run,) = open_log(path)
    for name in run.table.columns:
        assert len(name) <= LONGEST_NAME
        assert name.isprintable()
        assert "\u202e" not in name
    assert {"<b>loss</b>", "red loss", "evil loss"} <= set(run.table.columns)


def test_pickles_are_never_loaded(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple:
            return (Path.touch, (tmp_path / "sprung",))

    (tmp_path / "log.pkl").write_bytes(pickle.dumps({"loss": [0.5, 0.4], "trap": Trap()}))
    with pytest.raises(LogError):
        open_log(tmp_path / "log.pkl")
    assert not (tmp_path / "sprung").exists()


def test_pipes_and_devices_are_refused(tmp_path: Path) -> None:
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(LogError, match="neither"):
            open_log(tmp_path / "pipe")


def test_links_in_a_folder_do_not_lead_out(tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside.csv"
    inside.mkdir()
    outside.write_bytes(TEXT)
    (inside / "results.csv").symlink_to(outside)
    (inside / "loop").symlink_to(inside)
    with pytest.raises(LogError):
        open_log(inside)
    (run,) = open_log(inside / "results.csv")  # but a link that a person names is followed
    assert run.table.count("loss") == 3


@pytest.mark.parametrize(
    "content",
    [
        b"\0" * 5000,
        os.urandom(5000),
        b"PK\x03\x04" + bytes(200),
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b'"' * 9999,
        b",\n" * 999,
        b"\n" * 999,
    ],
    ids=["zeros", "random", "zip", "brackets", "nested", "quotes", "commas", "blank"],
)
def test_what_is_no_log_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "strange"
    path.write_bytes(content)
    with pytest.raises(LogError) as raised:
        open_log(path)
    assert str(path) in str(raised.value)


def test_a_file_without_permission_is_named(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes(TEXT)
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("the superuser may read everything")
    with pytest.raises(LogError, match="cannot be read"):
        open_log(path)


def test_a_very_long_line_is_no_trouble(tmp_path: Path) -> None:
    path = tmp_path / "log.txt"
    path.write_bytes(b"epoch 1 loss 0.5\n" + b"x 1 " * 2_000_000 + b"\nepoch 2 loss 0.25\nepoch 3 loss 0.2\n")
    (run,) = open_log(path)
    assert run.table.values("loss").tolist() == [0.5, 0.25, 0.2]


def test_an_endless_line_of_cells_does_not_become_columns(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes(b"1,2.5," * 3_000_000)
    with pytest.raises(LogError):
        open_log(path)
    path.write_bytes(TEXT + b"1,2.5," * 3_000_000 + b"\n4,0.0625\n")
    (run,) = open_log(path)
    assert run.table.values("loss")[[0, 1, 2, -1]].tolist() == [0.5, 0.25, 0.125, 0.0625]


SEEDS = (
    TEXT,
    b'{"step": 1, "loss": 0.5}\n{"step": 2, "loss": NaN}\n',
    b'{"log_history": [{"step": 1, "loss": 0.5}, {"step": 2, "loss": 0.4}]}',
    b"epoch 1 - iter 14/149 - loss 0.49\r\x1b[1mepoch 1 - iter 28/149 - loss 0.45\x1b[0m\n",
    b"# step, loss_train, loss_test, metrics_test\n0 1 2\n1 1 2\n",
    gzip.compress(TEXT),
)


@settings(max_examples=300, deadline=5000, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), seed=st.sampled_from(SEEDS))
def test_changed_bytes_are_read_or_refused(
    data: st.DataObject, seed: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    changed = bytearray(seed)
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(changed)))
        changed[at : at + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=9))
    path = tmp_path_factory.getbasetemp() / "changed.log"
    path.write_bytes(changed)
    try:
        runs = open_log(path)
    except LogError:
        return
    assert all(len(run.table.values(s.name)) for run in runs for s in run.series)


@pytest.mark.parametrize(
    "text",
    ["1" * 20_000 + "%|", "5/" + "1" * 20_000 + "s", "1" * 20_000 + ": loss 2", "a" * 20_000 + "float(", "1." * 9000],
)
def test_no_run_of_characters_takes_quadratic_time(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(f"{text} 1/2 it/s loss=1\n" * 20)
    began = time.process_time()
    with contextlib.suppress(LogError):
        open_log(tmp_path / "a.log")
    assert time.process_time() - began < 3


def test_thousands_of_columns_take_no_quadratic_time() -> None:
    names = [f"loss_{i}" for i in range(5000)]
    began = time.process_time()
    assert loss_columns(names) == tuple(names)
    assert time.process_time() - began < 1
