"""Of small trainings, labelled by eye, the detectors report what they reported when the committed file was made.

How many claims hold on all of them is measured by ``python -m tests.benchmarks trainings``.
"""

from __future__ import annotations

import pytest

from engine.events import EventKind
from tests.made.expected import committed, events, sample


@pytest.mark.parametrize("name", sample())
def test_the_events_are_the_expected_ones(name: str) -> None:
    assert events(name) == committed().get(name, [])


def test_most_kinds_are_among_what_is_expected() -> None:
    kinds = {line[2] for lines in committed().values() for line in lines}
    assert len(kinds) >= len(EventKind) - 2
