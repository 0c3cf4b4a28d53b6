"""The learning rate is put up by a warm restart or a step of the schedule."""

import numpy as np

from tools.faultlab.draws import base_rate, scheduled
from tools.faultlab.faults.base import ORDINARY, Fault, between, some_step
from tools.faultlab.setup import Setup


class ScheduleRise(Fault):
    name = "schedule_rise"
    families = (*ORDINARY, "policy")

    def prepare(self, setup: Setup, rng: np.random.Generator) -> None:
        setup.onset = some_step(setup, rng, 0.3, 0.75)
        setup.clip_norm, setup.schedule = None, "cosine"
        first = scheduled("cosine", setup.lr, setup.onset)
        setup.rates = np.concatenate([first, np.full(setup.steps - setup.onset, first[-1])])

    def inject(self, setup: Setup, rng: np.random.Generator) -> None:
        onset, top = setup.onset or 0, base_rate(setup.family, setup.optimizer) * between(rng, 2, 15)
        setup.schedule, rest = "restarts", setup.steps - onset
        setup.rates[onset:] = scheduled("cosine", top, rest) if rng.random() < 0.6 else top
