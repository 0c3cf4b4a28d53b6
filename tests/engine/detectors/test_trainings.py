"""Small trainings, labelled by eye: how many claims hold and how much of what was seen is found.

The limits lie a few claims below what the present detectors reach; whoever changes these should reach them as well.
"""

from pathlib import Path

import numpy as np
import pytest

from tools.labelled import claims, found

FOLDER = Path(__file__).parents[2] / "data" / "trainings"
SURE = 0.7


@pytest.fixture(scope="module")
def made():
    return claims(FOLDER)


def test_six_in_ten_claims_hold(made):
    assert len(made) >= 80
    assert np.mean([claim.held for claim in made]) >= 0.6


def test_the_surer_ones_hold_more_often(made):
    surer = [claim.held for claim in made if claim.confidence > SURE]
    others = [claim.held for claim in made if claim.confidence <= SURE]
    assert np.mean(surer) > np.mean(others) + 0.2


def test_four_in_ten_labels_are_found():
    assert np.mean(found(FOLDER)) >= 0.42
