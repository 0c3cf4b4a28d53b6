"""What is known before a validation loss falls, from courses of closed form."""

from __future__ import annotations

import numpy as np
import pytest

from engine.diagnosis.measures.base import all_measured
from engine.events import EventKind
from tests.engine.diagnosis.measures.test_measures import facts, tell

K = EventKind
ROWS = 400


def stepped(*parts):
    """Levels, each with the row it begins at."""
    values = np.empty(ROWS)
    for row, level in parts:
        values[row:] = level
    return values


def told(name, training, held, kind=K.KICK_IN, start=300, end=320, **more):
    return tell(name, kind=kind, start=start, end=end, series="val_loss", loss=training, val_loss=held, **more)


@pytest.mark.parametrize("unit", [1.0, 1e3])
@pytest.mark.parametrize("known", [30, 150])
def test_how_long_training_was_known_is_a_share_of_the_time_before_the_fall(unit, known):
    training, held = unit * stepped((0, 2.0), (known, 0.1)), unit * stepped((0, 4.0), (300, 0.2))
    assert told("known_before_fall_share", training, held) == pytest.approx((300 - known) / 300, abs=0.02)
    assert told("known_gap_log", training, held) == pytest.approx(np.log10(40))
    assert told("known_fall_share", training, held) == pytest.approx(0)


@pytest.mark.parametrize("share", [0.25, 1.0])
def test_what_training_falls_by_beside_validation_is_a_share_of_its_fall(share):
    training, held = stepped((0, 9.0), (40, 2.0), (300, 2.0 - share)), stepped((0, 9.0), (300, 8.0))
    assert told("known_fall_share", training, held) == pytest.approx(share)


def test_training_that_falls_with_it_was_not_known_before():
    both = stepped((0, 2.0), (300, 0.1))
    assert told("known_before_fall_share", both, both) == pytest.approx(0, abs=0.01)
    assert told("known_fall_share", both, both) == pytest.approx(1)
    assert told("known_gap_log", both, both) == pytest.approx(0)


def test_of_a_flat_stretch_it_is_asked_where_it_ends():
    training, held = stepped((0, 2.0), (40, 0.1)), stepped((0, 4.0), (300, 0.2))
    expected = {"known_before_fall_share": 260 / 300, "known_gap_log": np.log10(40), "known_fall_share": 0}
    for name, value in expected.items():
        assert told(name, training, held, K.PLATEAU, 50, 300) == pytest.approx(value, abs=0.02)


def test_accuracy_before_the_fall_is_that_of_the_second_half():
    training, held = stepped((0, 2.0), (40, 0.1)), stepped((0, 4.0), (300, 0.2))
    right = stepped((0, 0.1), (40, 0.97), (310, 0.3))
    assert told("accuracy_before_fall_share", training, held, accuracy=right) == pytest.approx(0.97)


def test_of_a_training_loss_and_of_a_validation_loss_alone_nothing_is_told():
    fall = stepped((0, 2.0), (300, 0.1))
    alone = facts(K.KICK_IN, 300, 320, "val_loss", val_loss=fall)
    of_training = facts(K.KICK_IN, 300, 320, "loss", loss=fall, val_loss=fall, accuracy=fall)
    for found in (all_measured(alone), all_measured(of_training)):
        assert not [name for name in found if name.startswith(("known_", "accuracy_before_fall"))]


def test_a_loss_that_is_negative_has_no_gap_to_another():
    training, held = stepped((0, 2.0), (40, -1.0)), stepped((0, 4.0), (300, 0.2))
    assert told("known_gap_log", training, held) is None
    assert told("known_before_fall_share", training, held) == pytest.approx(260 / 300, abs=0.02)
