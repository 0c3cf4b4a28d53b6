"""No circle, no arrow back, no long folder: read from the code itself (``python -m tests.rooms`` prints it)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rooms import (
    FLOORS,
    ROOT,
    back,
    circles,
    counted_folders,
    module_arrows,
    names_in,
    plug_in_lists,
    room_arrows,
)

MOST_NAMES = 9
SORTED = ("gui", "engine/detectors")


@pytest.mark.parametrize("top", ["gui", "engine"])
def test_no_modules_import_each_other_in_a_circle(top: str) -> None:
    assert circles(module_arrows(ROOT, top)) == []


def test_the_rooms_of_the_engine_form_no_circle() -> None:
    rooms = room_arrows(module_arrows(ROOT, "engine"), "engine")
    assert rooms["training"] >= {"probes", "scenarios", "tasks"}  # the arrows were found
    assert circles(rooms) == []


def test_the_rooms_of_the_window_form_no_circle_and_no_arrow_goes_back() -> None:
    rooms = room_arrows(module_arrows(ROOT, "gui"), "gui")
    assert set(rooms) == {room for floor in FLOORS for room in floor}
    assert circles(rooms) == []
    assert back(rooms) == []


def test_a_circle_and_an_arrow_back_are_seen() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [["a", "b", "c"]]
    assert back({"look": {"shell"}, "shell": {"look"}}) == [("look", "shell")]


@pytest.mark.parametrize("folder", counted_folders(ROOT, *SORTED), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_folder_is_taken_in_at_a_glance(folder: Path) -> None:
    assert len(names_in(folder)) <= MOST_NAMES, names_in(folder)


def test_only_a_list_of_plug_ins_may_be_long(tmp_path: Path) -> None:
    kinds = tmp_path / "engine" / "kinds"
    parts = tmp_path / "engine" / "parts"
    for folder in (kinds, parts):
        folder.mkdir(parents=True)
        (folder / "one.py").touch()
    (tmp_path / "engine" / "all.py").write_text('found = discover("engine.kinds", Kind)\n')
    assert plug_in_lists(tmp_path) == {kinds}
    assert counted_folders(tmp_path, "engine") == [tmp_path / "engine", parts]
    assert names_in(tmp_path / "engine") == ["all", "kinds", "parts"]
