"""Names and values of the first curves find a place before asides and the last curves do."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtGui import QColor

from gui.plots.labels.header import GAP, Entry, fitting

ENTRIES = [Entry(QColor("blue"), f"run {i}", "0.123", "≈ 0.12") for i in range(4)]


def width(entry: Entry) -> float:
    return 10.0 * len(entry.name + entry.value + entry.aside)


def needed(entries: list[Entry]) -> float:
    return sum(map(width, entries)) + GAP * (len(entries) - 1)


BRIEF = [replace(entry, aside="") for entry in ENTRIES]
BARE = [replace(entry, name="") for entry in BRIEF]


@pytest.mark.parametrize("wanted", [ENTRIES, BRIEF, BRIEF[:3], BRIEF[:1], BARE[:1]])
def test_as_much_is_said_as_there_is_room_for(wanted: list[Entry]) -> None:
    room = needed(wanted)
    assert fitting(ENTRIES, room, width) == (wanted, room)
    assert fitting(ENTRIES, room - 0.1, width)[0] != wanted


@pytest.mark.parametrize("room", [-5.0, 0.0, 3.0])
def test_without_room_nothing_is_said(room: float) -> None:
    assert fitting(ENTRIES, room, width) == ([], 0.0)
    assert fitting([], 100.0, width)[0] == []
