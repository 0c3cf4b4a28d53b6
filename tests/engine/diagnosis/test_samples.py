"""The samples show what their cards promise, and no warning besides."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.events import Severity
from engine.judging import judge
from engine.logs.reading import open_log

SAMPLES = sorted((Path(__file__).resolve().parents[3] / "resources" / "samples").glob("*.csv"))
FLAT_BEFORE = {"kick_in": {"plateau"}}


@pytest.mark.parametrize("path", SAMPLES, ids=[path.stem for path in SAMPLES])
def test_a_sample_shows_what_its_card_promises_and_no_more(path: Path) -> None:
    promised = json.loads(path.with_suffix(".json").read_text())["event"]
    (run,) = open_log(path)
    events = judge(run).events
    told = {event.kind.value for event in events if event.is_listed}
    wanted = set() if promised is None else {promised["kind"], *FLAT_BEFORE.get(path.stem, ())}
    assert told == wanted
    if promised is not None:
        gravest = max(events, key=lambda event: list(Severity).index(event.severity))
        assert gravest.severity.value == promised["severity"]
