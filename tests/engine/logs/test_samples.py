"""The sample logs are what the script makes, and are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.logs import open_log
from tests.made.samples import FOLDER, SAMPLES, write


def test_the_script_makes_the_files_that_are_there(tmp_path: Path) -> None:
    for path in write(tmp_path):
        assert path.read_bytes() == (FOLDER / path.name).read_bytes(), path.name


@pytest.mark.parametrize("name", SAMPLES)
def test_samples_are_read(name: str) -> None:
    (run,) = open_log(FOLDER / f"{name}.csv")
    assert run.x is not None
    assert len(run.table) >= 80
    assert run.warnings == []
