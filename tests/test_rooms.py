"""No circle, and no arrow back: read from the code's own imports (``python -m tests.rooms`` prints them)."""

from __future__ import annotations

import pytest

from tests.rooms import FLOORS, ROOT, back, circles, module_arrows, room_arrows


@pytest.mark.parametrize("top", ["gui", "engine"])
def test_no_modules_import_each_other_in_a_circle(top: str) -> None:
    assert circles(module_arrows(ROOT, top)) == []


def test_the_rooms_of_the_window_form_no_circle_and_no_arrow_goes_back() -> None:
    rooms = room_arrows(module_arrows(ROOT, "gui"), "gui")
    assert set(rooms) == {room for floor in FLOORS for room in floor}
    assert circles(rooms) == []
    assert back(rooms) == []


def test_a_circle_and_an_arrow_back_are_seen() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [["a", "b", "c"]]
    assert back({"look": {"shell"}, "shell": {"look"}}) == [("look", "shell")]
