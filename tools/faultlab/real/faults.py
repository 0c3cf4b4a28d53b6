"""The faults, one entry each: what is right of such a run, how it shows, and what is done to a sound training."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from tools.faultlab.faults.base import between
from tools.faultlab.real.tasks import NETS
from tools.faultlab.real.training import Plan, Running

Change = Callable[[Plan, np.random.Generator], None]
BY_STEP = ("step", "step", "every")
ANYHOW = ("step", "step", "every", "epoch", "running")


@dataclass(frozen=True)
class Entry:
    """A fault.

    Attributes
    ----------
    right : tuple of str
        Keys of the causes that are right.
    face : str
        The rule in `tools.faultlab.rules` by which it must show.
    prepare : function
        What the sound twin has too, so that the fault can show.
    """

    right: tuple[str, ...]
    face: str
    inject: Change
    prepare: Change = lambda plan, rng: None
    nets: tuple[str, ...] = NETS
    needs: tuple[str, ...] = ()
    cadences: tuple[str, ...] = ANYHOW
    optimizers: tuple[str, ...] = ("sgd", "momentum", "adam")


def _some_step(plan: Plan, rng: np.random.Generator) -> int:
    plan.onset = int(plan.steps * rng.uniform(0.3, 0.8))
    return plan.onset


def _high(plan: Plan, rng: np.random.Generator) -> None:
    plan.rates = plan.rates * between(rng, 15, 300)


def _tiny(plan: Plan, rng: np.random.Generator) -> None:
    plan.rates = plan.rates * between(rng, 1e-6, 5e-3)


def _decays_early(plan: Plan, rng: np.random.Generator) -> None:
    plan.rates = plan.rates * 0.1 ** (np.arange(plan.steps) // max(1, int(plan.steps * rng.uniform(0.01, 0.03))))


def _long_warm_up(plan: Plan, rng: np.random.Generator) -> None:
    plan.rates = plan.rate * np.minimum(1, np.arange(1, plan.steps + 1) / (plan.steps * rng.uniform(0.5, 1))) ** 4


def _raised(plan: Plan, rng: np.random.Generator) -> None:
    plan.rates[_some_step(plan, rng) :] = plan.rate * between(rng, 8, 60)


def _restarts(plan: Plan, rng: np.random.Generator) -> None:
    cycle = plan.onset = int(plan.steps * rng.uniform(0.3, 0.5))
    plan.rates = plan.rate * between(rng, 4, 15) * (1 + np.cos(np.pi * (np.arange(plan.steps) % cycle) / cycle)) / 2


def _loud(plan: Plan, rng: np.random.Generator) -> None:
    plan.rates = np.full(plan.steps, plan.rate * between(rng, 2, 8))


def _dropped(plan: Plan, rng: np.random.Generator) -> None:
    plan.rates[_some_step(plan, rng) :] *= 0.1


def _unscaled(plan: Plan, rng: np.random.Generator) -> None:
    scale = between(rng, 30, 500)

    def spoil(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        factors = torch.ones(x.shape[-1])
        factors[:: int(rng.choice((1, 3)))] = scale
        return x * factors, y

    plan.spoil = spoil


def _unrelated(plan: Plan, rng: np.random.Generator) -> None:
    def spoil(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        mixed = y.flatten()[torch.randperm(y.numel())].reshape(y.shape)
        return x, mixed

    plan.spoil = spoil


def _not_passed(plan: Plan, rng: np.random.Generator) -> None:
    def forget(run: Running) -> None:
        run.optimizer = run.fresh(iter([nn.Parameter(torch.zeros(1))]))

    plan.at_start.append(forget)


def _dead(plan: Plan, rng: np.random.Generator) -> None:
    def kill(run: Running) -> None:
        with torch.no_grad():
            for module in run.net.modules():
                if isinstance(module, nn.Conv2d) or (isinstance(module, nn.Linear) and module.out_features > 10):
                    module.bias -= 30

    plan.at_start.append(kill)


def _vanishing(plan: Plan, rng: np.random.Generator) -> None:
    plan.build.depth, plan.build.activation = 5, nn.Sigmoid


def _flat(plan: Plan, rng: np.random.Generator) -> None:
    rest = between(rng, 1e-3, 0.03)

    def shrink(run: Running) -> None:
        with torch.no_grad():
            for parameter in run.net.parameters():
                parameter *= rest

    plan.at_start.append(shrink)


def _bad_values(plan: Plan, rng: np.random.Generator) -> None:
    count = int(rng.choice((1, 3, 10_000)))

    def spoil(run: Running) -> None:
        x, y = run.task.train
        x = x.clone()
        x.reshape(len(x), -1)[:count, 0] = float("nan")
        run.task.train = x, y

    def note(run: Running, step: int) -> None:
        if plan.onset is None and not torch.isfinite(run.batch[0]).all():
            plan.onset = step

    plan.at_start.append(spoil)
    plan.before.append(note)


def _out_of_range(plan: Plan, rng: np.random.Generator) -> None:
    onset, has_logarithm = _some_step(plan, rng), rng.random() < 0.5

    def loss(out: Tensor, y: Tensor) -> Tensor:
        found = nn.functional.cross_entropy(out, y) if not y.dtype.is_floating_point else ((out - y) ** 2).mean()
        if running["step"] < onset:
            return found
        if has_logarithm:
            return found + torch.log(torch.zeros(1, requires_grad=True)).sum()
        return found + (out * 0 + 7e4).half().float().mean()

    running = {"step": 0}
    plan.loss = loss
    plan.before.append(lambda run, step: running.update(step=step))


def _odd_batch(plan: Plan, rng: np.random.Generator) -> None:
    onset, scale, length = _some_step(plan, rng), between(rng, 10, 60), int(rng.choice((1, 1, 2)))

    def spoil(run: Running, step: int) -> None:
        if onset <= step < onset + length:
            x, y = run.batch
            run.batch = (
                (x * scale if x.dtype.is_floating_point else x.flip(1)),
                y.flip(0) * (scale if y.dtype.is_floating_point else 1),
            )

    plan.before.append(spoil)


def _resumed(plan: Plan, rng: np.random.Generator) -> None:
    onset, back = _some_step(plan, rng), rng.uniform(0.02, 0.3)

    def resume(run: Running, step: int) -> None:
        if step == int(onset * back):
            run.saved = {name: values.clone() for name, values in run.net.state_dict().items()}
        if step == onset:
            run.net.load_state_dict(run.saved)
            run.optimizer = run.fresh(run.net.parameters())

    plan.before.append(resume)


def _new_stage(plan: Plan, rng: np.random.Generator) -> None:
    onset = _some_step(plan, rng)

    def begin(run: Running, step: int) -> None:
        if step == onset:
            x, y = run.task.train
            run.task.train = (x.roll(3, -1), y) if x.dtype.is_floating_point else ((x + 5) % int(x.max()), y)

    plan.before.append(begin)


def _in_order(plan: Plan, rng: np.random.Generator) -> None:
    plan.is_shuffled = False

    def sort(run: Running) -> None:
        x, y = run.task.train
        order = torch.argsort(y.reshape(len(y), -1).float().mean(1), stable=True)
        run.task.train = x[order], y[order]

    plan.at_start.append(sort)


def _nothing(plan: Plan, rng: np.random.Generator) -> None:
    """The fault is in how it is logged, or none at all."""


def _few_epochs(plan: Plan, rng: np.random.Generator) -> None:
    plan.samples, plan.batch = 640, 16
    plan.steps = 40 * int(rng.integers(5, 10))
    plan.rates = np.full(plan.steps, plan.rate / 2)


def _sums(plan: Plan, rng: np.random.Generator) -> None:
    plan.samples, plan.is_sum = 16 * int(rng.integers(18, 30)) + int(rng.integers(1, 6)), True


def _whole_batches(plan: Plan, rng: np.random.Generator) -> None:
    plan.samples, plan.batch = 320, 16
    plan.rates = np.full(plan.steps, plan.rate / 2)


def _small_batches(plan: Plan, rng: np.random.Generator) -> None:
    plan.batch, plan.rates = int(rng.choice((1, 2))), plan.rates * 0.3


def _bounces(plan: Plan, rng: np.random.Generator) -> None:
    plan.rates = plan.rates * between(rng, 6, 30)


def _large_batches(plan: Plan, rng: np.random.Generator) -> None:
    plan.batch = 64


def _drops_out(plan: Plan, rng: np.random.Generator) -> None:
    plan.build.dropout, plan.build.depth = float(rng.uniform(0.6, 0.85)), 2


def _few_samples(plan: Plan, rng: np.random.Generator) -> None:
    plan.samples, plan.batch, plan.build.width = int(rng.choice((40, 60, 90))), 16, 128
    plan.rates = np.full(plan.steps, plan.rate * rng.uniform(1, 2))


def _noisy_labels(plan: Plan, rng: np.random.Generator) -> None:
    share = rng.uniform(0.25, 0.4)

    def spoil(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        wrong = torch.rand(y.shape) < share
        return x, torch.where(wrong, y.flatten()[torch.randperm(y.numel())].reshape(y.shape), y)

    plan.spoil = spoil


def _other_data(plan: Plan, rng: np.random.Generator) -> None:
    strength = float(rng.uniform(1, 3))

    def move(run: Running) -> None:
        x, y = run.task.held
        run.task.held = x.flip(-1) * strength + strength * x.std() * torch.rand(x.shape[1:]), y

    plan.at_start.append(move)


def _large_eps(plan: Plan, rng: np.random.Generator) -> None:
    plan.eps = between(rng, 0.3, 100)


def _full_batch(plan: Plan, rng: np.random.Generator) -> None:
    plan.samples = plan.batch = 96
    plan.steps, plan.rates = 500, np.full(500, plan.rate)


def _sharpens(plan: Plan, rng: np.random.Generator) -> None:
    plan.rates = plan.rates * between(rng, 3, 15)


def _collapses(plan: Plan, rng: np.random.Generator) -> None:
    onset = _some_step(plan, rng)

    def push(run: Running, step: int) -> None:
        if step == onset:
            with torch.no_grad():
                for module in list(run.net.modules())[:-1]:
                    if isinstance(module, (nn.Conv2d, nn.Linear)) and module.bias.numel() != 10:
                        module.bias -= 60

    plan.before.append(push)


def _learns_fast(plan: Plan, rng: np.random.Generator) -> None:
    plan.steps, plan.batch = 700, 64
    plan.rates = np.full(plan.steps, plan.rate)
    _noisy_labels(plan, rng)
    plan.build.width, plan.build.depth = 8, 1


def _starved(plan: Plan, rng: np.random.Generator) -> None:
    plan.samples = plan.batch = 64
    plan.steps, plan.beta2, plan.eps = 700, float(rng.choice((0.9, 0.95, 0.99))), 1e-12
    plan.rates = np.full(plan.steps, plan.rate * between(rng, 2, 8))


def _calm(plan: Plan, rng: np.random.Generator) -> None:
    plan.samples = plan.batch = 64
    plan.steps = 700
    plan.rates = np.full(plan.steps, plan.rate / 4)


def _epoch_rates(plan: Plan, rng: np.random.Generator) -> None:
    epoch, phase = np.arange(plan.steps) // 40, np.arange(plan.steps) % 40 / 40
    top = plan.rate * between(rng, 3, 10)
    plan.rates = top * (0.5**epoch if rng.random() < 0.4 else (1.02 + np.cos(np.pi * phase)) / 2)


PICTURES = ("mlp", "cnn")
FAULTS = {
    "rate_too_high": Entry(("step_too_large", "dead_units"), "worse", _high),
    "rate_too_low": Entry(("lr_too_small",), "slow", _tiny),
    "rate_decays_early": Entry(("lr_too_small",), "slow", _decays_early),
    "long_warm_up": Entry(("warming_up",), "slow", _long_warm_up),
    "rate_raised": Entry(("schedule_rise", "step_too_large"), "rise", _raised),
    "warm_restarts": Entry(("schedule_rise",), "rise", _restarts),
    "rate_dropped": Entry(("schedule_drop",), "drop", _dropped, _loud),
    "inputs_unscaled": Entry(("unscaled_inputs", "step_too_large", "dead_units"), "worse", _unscaled, nets=PICTURES),
    "labels_shuffled": Entry(("labels_unrelated",), "slow", _unrelated),
    "weights_not_passed": Entry(("not_connected",), "slow", _not_passed),
    "units_dead": Entry(("dead_units",), "slow", _dead, nets=PICTURES),
    "deep_sigmoids": Entry(("vanishing_signal",), "slow", _vanishing, nets=("mlp",)),
    "weights_near_zero": Entry(("vanishing_signal", "flat_region"), "slow", _flat),
    "data_not_finite": Entry(("not_finite_data",), "lost", _bad_values, nets=PICTURES),
    "number_range": Entry(("number_range",), "lost", _out_of_range, nets=PICTURES),
    "odd_batch": Entry(("unusual_batch",), "rise", _odd_batch, cadences=BY_STEP),
    "resumed_older": Entry(("resumed",), "rise", _resumed),
    "new_data": Entry(("stage_change",), "rise", _new_stage),
    "not_shuffled": Entry(("not_shuffled",), "epoch", _in_order, _few_epochs, cadences=BY_STEP),
    "running_mean": Entry(("running_mean",), "epoch", _nothing, _few_epochs, cadences=("mean",)),
    "last_batch_sum": Entry(
        ("short_last_batch", "short_last_batch_noise"), "epoch", _sums, _whole_batches, cadences=("step",)
    ),
    "small_batches": Entry(("small_batch_noise",), "noise", _small_batches, _large_batches, cadences=BY_STEP),
    "bounces": Entry(("step_noise", "step_too_large"), "noise", _bounces, _large_batches, cadences=BY_STEP),
    "dropout": Entry(("dropout_noise",), "noise", _drops_out, _large_batches, cadences=BY_STEP),
    "few_samples": Entry(("memorises", "overconfident"), "turn", _few_samples, needs=("val",)),
    "noisy_labels": Entry(("memorises",), "turn", _noisy_labels, _few_samples, nets=PICTURES, needs=("val",)),
    "other_validation": Entry(("different_data",), "turn", _other_data, nets=PICTURES, needs=("val",)),
    "large_eps": Entry(("eps_dominates",), "slow", _large_eps, optimizers=("adam",)),
    "full_batch_edge": Entry(
        ("edge_of_stability", "step_too_large", "step_noise"), "late", _sharpens, _full_batch, optimizers=("sgd",)
    ),
    "collapse": Entry(("one_answer", "dead_units"), "rise", _collapses, nets=PICTURES),
    "nothing_left": Entry(("nothing_left",), "done", _learns_fast, nets=PICTURES),
    "small_denominator": Entry(("small_denominator",), "late", _starved, _calm, cadences=BY_STEP, optimizers=("adam",)),
    "rates_by_epoch": Entry(("epoch_schedule", "schedule_rise"), "epoch", _epoch_rates, _few_epochs, cadences=BY_STEP),
}
"""By name."""
