"""Healthy: what a training looks like in which nothing is wrong."""

from __future__ import annotations

import numpy as np

from engine.diagnosis.sentences import title
from engine.diagnosis.stories.base import ScenarioStory
from engine.diagnosis.stories.reading import Reading, percent, value_or_dash
from engine.events import Severity
from engine.i18n import N_, _, number


def _wrong(reading: Reading) -> str:
    found = [e for e in reading.events if e.severity is not Severity.INFO]
    if found:
        names = ", ".join(dict.fromkeys(title(e.kind) for e in found))
        return _("The detectors report: {names}.").format(names=names)
    return _("Nothing is reported. The loss is {loss}, accuracy {accuracy} %.").format(
        loss=value_or_dash(reading.end("loss")), accuracy=percent(reading.end("accuracy"))
    )


def _scatter(reading: Reading) -> str:
    values = reading.values("loss")
    if len(values) < 40:
        return _("The run is too short to tell: let it continue.")
    rest = np.diff(values[-len(values) // 4 :])
    # Differences of independent values scatter √2 times as much as the values; the median is robust to single steps.
    scatter = 1.4826 * float(np.median(np.abs(rest))) / np.sqrt(2)
    return _(
        "The loss scatters by {scatter} from step to step around {level}: each step sees different samples. No "
        "trend can be read from two neighbouring points."
    ).format(scatter=number(scatter, 2), level=value_or_dash(reading.end("loss")))


def _flat_end(reading: Reading) -> str:
    return _(
        "No. Levelling off after progress is convergence; a plateau is reported only when progress comes after it."
    )


class HealthyStory(ScenarioStory):
    """Silence, to compare with."""

    name = "healthy"
    seen = N_(
        "Nobody asked about this one. A small network with sound settings learns to tell noisy stripes apart, so "
        "that you can see what scatter and levelling off look like when nothing is wrong."
    )
    known = N_(
        "A mini-batch is a sample, so its loss scatters. A diagnosis must not see events in that scatter, and no "
        "detector reports any here."
    )
    to_try = N_("Break it: raise the learning rate or corrupt a mini-batch, and see what is reported and when.")
    questions = (
        (N_("Is anything wrong with this run?"), _wrong),
        (N_("How much scatter is normal?"), _scatter),
        (N_("Is the flat end a plateau?"), _flat_end),
    )
    outcome = N_("Something reported")
    rule = N_("Something reported: the detectors report any event.")
    learning = N_("Learned: at least 90 % accuracy in the last twentieth.")
    tries = (
        (N_("A hundred times the learning rate"), {"lr": 0.1}, ""),
        (N_("Half of the labels at random"), {"label_noise": 0.5}, N_("Memorised, with a step in each epoch")),
        (
            N_("Corrupt the first mini-batch"),
            {"corrupt_batch": True},
            N_("Nothing comes before it to compare it with, so it is not reported"),
        ),
    )
