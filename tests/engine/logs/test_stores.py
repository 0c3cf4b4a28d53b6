"""Binary stores: damage is skipped and said, unfinished ends are not, and nothing is unpickled or unpacked blindly."""

from __future__ import annotations

import gzip
import json
import sqlite3
import zipfile
from contextlib import closing, suppress
from pathlib import Path

import numpy as np
import pytest

from engine.logs import LogError, ReadOptions, open_log
from engine.logs.source import Source
from engine.logs.stores import leveldb_log, record_file, sqlite, wire
from engine.run import Run
from engine.run_warnings import WarningKind

CASES = Path(__file__).resolve().parents[2] / "data" / "formats"
FRAMED = {"wandb": "run-abcdefgh.wandb", "swanlab": "run-abcdefgh.swanlab"}


def stored(library: str, name: str) -> bytes:
    *_older, path = sorted(CASES.glob(f"{library}-*/log/{name}"))
    return path.read_bytes()


def opened(path: Path, data: bytes) -> Run:
    path.write_bytes(data)
    (run,) = open_log(path)
    return run


@pytest.mark.parametrize("library", FRAMED)
@pytest.mark.parametrize("at", [0.3, 0.5, 0.8])
def test_damage_in_framed_messages_costs_one_message_and_is_said(library: str, at: float, tmp_path: Path) -> None:
    data = bytearray(stored(library, FRAMED[library]))
    data[int(len(data) * at)] ^= 0xFF
    run = opened(tmp_path / FRAMED[library], bytes(data))
    assert 19 <= run.table.count("train/loss") <= 20
    assert [w.what.value for w in run.warnings] == ["damaged_records"]


@pytest.mark.parametrize("library", FRAMED)
def test_a_run_that_is_still_written(library: str, tmp_path: Path) -> None:
    data = stored(library, FRAMED[library])
    counts = []
    for size in range(len(data) * 2 // 3, len(data), 97):
        run = opened(tmp_path / FRAMED[library], data[:size])
        assert run.warnings == []
        counts.append(run.table.count("train/loss"))
    assert counts == sorted(counts)
    assert counts[0] > 2


def framed(messages: list[bytes]) -> bytes:
    """Messages in LevelDB's framing, after a mark of seven bytes."""
    import zlib

    out = bytearray(b":TEST\0\0")
    for message in messages:
        rest, is_first = message, True
        while rest or is_first:
            left = leveldb_log.BLOCK - len(out) % leveldb_log.BLOCK
            if left < leveldb_log.HEADER:
                out += bytes(left)
                continue
            piece, rest = rest[: left - leveldb_log.HEADER], rest[left - leveldb_log.HEADER :]
            kind = (1 if not rest else 2) if is_first else (4 if not rest else 3)
            checksum = zlib.crc32(bytes([kind]) + piece)
            out += checksum.to_bytes(4, "little") + len(piece).to_bytes(2, "little") + bytes([kind]) + piece
            is_first = False
    return bytes(out)


@pytest.mark.parametrize("size", [1, 100, 32_000, 32_754, 32_755, 32_761, 100_000])
def test_messages_of_any_size_in_blocks(size: int) -> None:
    messages = [bytes([i]) * (size + i) for i in range(1, 6)]
    assert leveldb_log.read_messages(framed(messages)).whole == messages


def test_records_are_found_again_behind_any_damage() -> None:
    data = next(CASES.glob("torch-*-plain/log/*")).read_bytes()
    whole = record_file.read_records(data).whole
    for at in range(0, len(data), 101):
        found = record_file.read_records(data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :])
        assert len(found.whole) >= len(whole) - 2
        assert found.whole[-1] == whole[-1] or at > len(data) - len(whole[-1]) - 20
        assert set(found.whole) <= set(whole)


@pytest.mark.parametrize("data", [b"\x80", b"\x0a\x05ab", b"\x0b", b"\xff" * 20, b"\x09\x00"])
def test_what_is_no_message_is_refused(data: bytes) -> None:
    with pytest.raises(wire.WireError):
        list(wire.fields(data))


def test_objects_in_arrays_are_never_loaded(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", loss=np.array([1.0, 0.5, 0.25]), evil=np.array([{"a": 1}, None], object))
    (run,) = open_log(tmp_path / "a.npz")
    assert run.table.columns == ("loss",) or list(run.table.columns) == ["loss"]
    np.save(tmp_path / "b.npy", np.array([1, None], object), allow_pickle=True)
    with pytest.raises(LogError):
        open_log(tmp_path / "b.npy")


def test_an_array_is_no_larger_than_its_file(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.zeros(4))
    data = (tmp_path / "a.npy").read_bytes()
    (tmp_path / "a.npy").write_bytes(data.replace(b"(4,), }             ", b"(40000000000000,), }"))
    with pytest.raises(LogError):
        open_log(tmp_path / "a.npy")


@pytest.mark.parametrize("name", ["xl/workbook.xml", "loss.npy", "metrics.jsonl"])
def test_an_archive_that_expands_without_bound_is_refused(name: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("task.json", "{}")
        archive.writestr(name, bytes(300 << 20))
    with pytest.raises(LogError):
        open_log(tmp_path / "a.zip")


def test_older_trackio_tells_runs_apart_by_name(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "p.db") as store:
        store.execute(
            "CREATE TABLE metrics (id INTEGER PRIMARY KEY, timestamp TEXT, run_name TEXT, step INTEGER, metrics TEXT)"
        )
        for name in ("a", "b"):
            for i in range(4):
                text = json.dumps({"loss": 1.0 / (i + 1), "acc": "Infinity" if i == 3 else 0.5})
                store.execute(
                    "INSERT INTO metrics (timestamp, run_name, step, metrics) VALUES ('x', ?, ?, ?)", (name, i, text)
                )
    runs = open_log(tmp_path / "p.db")
    assert [run.name.rpartition(": ")[2] for run in runs] == ["a", "b"]
    assert runs[0].table.values("accuracy").tolist()[-1] == float("inf")


def test_a_study_that_maximises_has_no_losses(tmp_path: Path) -> None:
    (path,) = CASES.glob("optuna-*-journal/log/journal.log")
    (tmp_path / "journal.log").write_text(path.read_text().replace('"directions":[1]', '"directions":[2]'))
    runs = open_log(tmp_path / "journal.log")
    assert {w.what.value for run in runs for w in run.warnings} == {"guessed_column"}


def test_a_compressed_database_opens_like_a_plain_one(tmp_path: Path) -> None:
    (path,) = CASES.glob("trackio-*/log/*.gz")
    (tmp_path / "p.db").write_bytes(gzip.decompress(path.read_bytes()))
    assert len(open_log(tmp_path / "p.db")) == len(open_log(path)) == 2


@pytest.mark.parametrize("directions", [1, 0.5, "minimize", None, {"a": 1}])
def test_a_journal_whose_directions_are_damaged_is_read_with_a_guess(tmp_path: Path, directions: object) -> None:
    operations: list[dict[str, object]] = [
        {"op_code": 0, "worker_id": "a", "study_name": "s", "directions": directions},
        {"op_code": 4, "worker_id": "a", "study_id": 0},
        *({"op_code": 7, "trial_id": 0, "step": i, "intermediate_value": 1 / (i + 1)} for i in range(5)),
    ]
    (tmp_path / "journal.log").write_text("".join(json.dumps(item) + "\n" for item in operations))
    (run,) = open_log(tmp_path / "journal.log", ReadOptions(format="optuna_journal"))
    assert [warning.what for warning in run.warnings] == [WarningKind.GUESSED_COLUMN]


@pytest.mark.parametrize("case", sorted(path.parent.parent.name for path in CASES.glob("*/log/*.db*")))
def test_cells_of_any_type_are_read_or_refused(case: str, tmp_path: Path) -> None:
    """SQLite keeps any type in any column, and a copy of a table has none of its constraints."""
    (stored,) = (CASES / case / "log").glob("*.db*")
    whole = tmp_path / "whole.db"
    whole.write_bytes(gzip.decompress(stored.read_bytes()) if stored.suffix == ".gz" else stored.read_bytes())
    with closing(sqlite3.connect(":memory:")) as store:
        store.execute("ATTACH ? AS whole", (str(whole),))
        for name in {name for name, _column in columns(whole)}:
            store.execute(f'CREATE TABLE "{name}" AS SELECT * FROM whole."{name}"')
        store.commit()
        free = store.serialize()
    for table, column in columns(whole):
        for cell in (None, "text", b"\xff", 1e300, -1):
            with closing(sqlite3.connect(":memory:")) as store:
                store.deserialize(free)
                store.execute(f'UPDATE "{table}" SET "{column}" = ? WHERE rowid % 3 = 0', (cell,))
                store.commit()
                whole.with_name("changed.db").write_bytes(store.serialize())
            with suppress(LogError):
                open_log(whole.with_name("changed.db"), ReadOptions(format=case.split("-")[0] + "_store"))


def columns(path: Path) -> list[tuple[str, str]]:
    """Each table that has rows, with each of its columns."""
    with closing(sqlite3.connect(path)) as store:
        tables = [
            name
            for (name,) in store.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
            )
        ]
        filled = [name for name in tables if store.execute(f'SELECT 1 FROM "{name}" LIMIT 1').fetchone()]
        return [(t, str(c[1])) for t in filled for c in store.execute(f'PRAGMA table_info("{t}")').fetchall()]


def test_a_database_for_which_memory_runs_out_is_refused(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "a.db").close()
    with pytest.raises(LogError, match="out of memory"), sqlite.opened(Source(tmp_path / "a.db")):
        raise MemoryError
