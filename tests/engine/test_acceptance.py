"""Kept trainings are used only by the code that would train them the same way."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine.events import EventKind
from tools.pages.acceptance import CASES, ENGINE, TRAINS, Case, source_hash, table_name


@pytest.fixture
def engine(tmp_path: Path) -> Path:
    for folder in TRAINS:
        shutil.copytree(ENGINE / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_equal_code_has_an_equal_hash(engine: Path) -> None:
    assert source_hash(engine) == source_hash()


@pytest.mark.parametrize("folder", TRAINS)
def test_a_change_of_the_code_that_trains_makes_another_hash(engine: Path, folder: str) -> None:
    path = next(iter(sorted((engine / folder).rglob("*.py"))))
    path.write_text(path.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
    assert source_hash(engine) != source_hash()


def test_a_new_file_makes_another_hash(engine: Path) -> None:
    (engine / "scenarios" / "another.py").touch()
    assert source_hash(engine) != source_hash()


def test_code_settings_seed_and_scenario_have_tables_of_their_own() -> None:
    cases = {case.scenario + repr(case.settings): case for case in CASES}.values()
    names = [table_name(case, seed, source) for case in cases for seed in (1, 2) for source in ("a", "b")]
    assert len(set(names)) == len(names)


def test_what_must_be_shown_changes_no_training() -> None:
    plateau, kick = (Case("kick-in", kind, None) for kind in (EventKind.PLATEAU, EventKind.KICK_IN))
    assert table_name(plateau, 1, "a") == table_name(kick, 1, "a")
