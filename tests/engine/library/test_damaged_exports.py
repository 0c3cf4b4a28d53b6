"""An exported run that is damaged anywhere is imported or refused, with its name."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

import pytest

from engine.library import LibraryError, exchange
from engine.library.exchange import export_run, import_run
from engine.logs import open_log


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    (tmp_path / "a.csv").write_text("step,loss\n" + "".join(f"{i},{2 / (i + 1)}\n" for i in range(30)))
    export_run(open_log(tmp_path / "a.csv")[0], (), tmp_path / "a.overshoot")
    return tmp_path / "a.overshoot"


def taken(path: Path, data: bytes) -> bool:
    """Whether a file with these bytes is imported; if not, it is refused by its name."""
    path.write_bytes(data)
    try:
        import_run(path)
    except LibraryError as error:
        assert path.name in str(error)
        return False
    return True


def damaged(data: bytes, draw: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(draw.choice((1, 1, 3))):
        at = draw.randrange(len(changed))
        if draw.random() < 0.2:
            del changed[at : at + draw.choice((1, 30))]
        else:
            changed[at] ^= 1 << draw.randrange(8)
    return bytes(changed)


@pytest.mark.parametrize("seed", range(4))
def test_a_damaged_archive_is_refused(exported: Path, seed: int) -> None:
    whole, draw = exported.read_bytes(), random.Random(seed)
    outcomes = [taken(exported, damaged(whole, draw)) for _ in range(150)]
    assert not all(outcomes)


@pytest.mark.parametrize("part", ["run.json", "table.parquet"])
def test_a_damaged_part_is_refused(exported: Path, part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_of: object) -> None:
        raise ValueError("apart")

    monkeypatch.setattr(exchange, "frame_apart", refused)
    with zipfile.ZipFile(exported) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    draw, outcomes = random.Random(7), []
    for _ in range(150):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as file:
            for name, data in parts.items():
                file.writestr(name, damaged(data, draw) if name == part else data)
        outcomes.append(taken(exported, buffer.getvalue()))
    assert not all(outcomes)


def test_a_file_that_is_not_there_is_said_as_such(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        import_run(tmp_path / "none.overshoot")
