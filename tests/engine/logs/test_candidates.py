"""Only formats whose clues a file has are imported and asked; none that would fit is left out."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from engine.logs.base import all_formats
from engine.logs.candidates import candidates
from engine.logs.source import Source
from tests.engine.logs.test_formats import DOCUMENTS, TABLES

WRITTEN = Path(__file__).resolve().parents[2] / "data" / "formats"
STORED = sorted(path for path in WRITTEN.rglob("*") if path.is_file() and path.suffix not in (".py", ".gz"))


def left_out(source: Source) -> set[str]:
    """The formats that a file fits and that would not be asked."""
    asked = {kind.name for kind in candidates(source)}
    return {name for name, kind in all_formats().items() if name not in asked and kind().matches(source)}


@pytest.mark.parametrize("name", [*TABLES, *DOCUMENTS])
def test_what_a_text_fits_is_asked(tmp_path: Path, name: str) -> None:
    path = tmp_path / "log.txt"
    text = TABLES[name][0] if name in TABLES else json.dumps(DOCUMENTS[name])
    path.write_text(text)
    assert left_out(Source(path)) == set()


def test_what_the_files_of_libraries_fit_is_asked() -> None:
    assert {path.name: found for path in STORED if (found := left_out(Source(path)))} == {}


def test_the_text_of_a_module_tells_its_clues(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("nothing")
    read = {kind.name for kind in candidates(Source(tmp_path / "empty.txt"))}
    assert read == {name for name, kind in all_formats().items() if kind.clues is None}


def test_a_plain_table_loads_no_readers_of_archives_databases_and_notebooks(tmp_path: Path) -> None:
    path = tmp_path / "plain.csv"
    path.write_text("step,loss\n" + "".join(f"{i},{1 / (i + 1):.6f}\n" for i in range(50)))
    script = (
        "import sys; from engine.logs import open_log; open_log(sys.argv[1]); "
        "print(*sorted({'sqlite3', 'zipfile', 'html.parser', 'polars', 'scipy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
