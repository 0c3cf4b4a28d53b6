"""The remedies, each with the settings that it changes, its cost and its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import IntEnum

from engine.diagnosis.measured import cured
from engine.diagnosis.model import Factor
from engine.events import EventKind as K
from engine.i18n import N_
from engine.run import Value
from engine.values import dataclass


class Steps(IntEnum):
    """Effect of a remedy on the length of the steps; opposite ones are never advised for the same run."""

    SHORTER = -1
    AS_THEY_ARE = 0
    LONGER = 1


class Way(IntEnum):
    """Which way a remedy turns its settings: one that must raise them is of no use where they are as high."""

    DOWN = -1
    ANY = 0
    UP = 1


# With any of these, longer steps are bad advice.
STEPS_TOO_LONG = (K.DIVERGED, K.OVERSHOOT, K.LATE_RISE, K.SPIKE)


@dataclass(frozen=True)
class RemedyEntry:
    """A remedy.

    Attributes
    ----------
    text_with_values : str
        The text with ``{before}`` and ``{after}`` of its first setting, used if the present value is known.
    watch : str
        What to look for afterwards, marked with `N_`.
    changes : tuple of (setting key, new value or Factor)
    steps : Steps
    cured : mapping of EventKind to float
        Share of the demos' runs that learned without that event, if measured (docs/remedies.md).
    is_for_adaptive : bool
        Whether it only applies to optimizers that divide by a root mean square.
    way : Way
        In which direction its numbers must lie from the present ones.
    """

    key: str
    text: str
    cost: str
    source: str
    text_with_values: str = ""
    watch: str = ""
    changes: tuple[tuple[str, Value | Factor], ...] = ()
    steps: Steps = Steps.AS_THEY_ARE
    cured: Mapping[K, float] = field(default_factory=dict)
    is_for_adaptive: bool = False
    way: Way = Way.ANY


def _calm(**settings: Value) -> float:
    """Share of the runs with RMSprop that learned without a giant spike, over both kinds of sequences."""
    return (cured("fluctuation", **settings) + cured("fluctuation", data="motor_10x10", **settings)) / 2


_SLOW_START = (K.PLATEAU, K.KICK_IN, K.STALLED)
_ENTRIES = (
    RemedyEntry(
        "undo_knob",
        N_("Restore its earlier value"),
        N_("The intended benefit of the change"),
        "definition",
        text_with_values=N_("Set “{key}” back from {before} to {after}"),
    ),
    RemedyEntry(
        "lower_lr",
        N_("Lower the learning rate to a tenth"),
        N_("Slower progress per step; try a third afterwards"),
        "step_change measured",
        text_with_values=N_("Lower the learning rate from {before} to {after}"),
        changes=(("lr", Factor(0.1)),),
        steps=Steps.SHORTER,
        cured={K.DIVERGED: cured("explosion", lr=1e-4), K.LATE_RISE: cured("late-rise", lr=3e-4, epochs=4000)},
        watch=N_("The same stretch of the loss should be calm; if it is not, the rate was not the cause"),
    ),
    RemedyEntry(
        "lower_lr_when_good",
        N_("Lower the learning rate to a tenth once the loss has come down (for example at 90 % accuracy)"),
        N_("Nothing before that point, slower fine-tuning after it; a low rate from the start only delays the rise"),
        "measured schedule",
        changes=(("schedule", "at_90"),),
        steps=Steps.SHORTER,
        cured={K.LATE_RISE: cured("late-rise", schedule="at_90")},
        watch=N_("The loss should stay down once it has come down"),
    ),
    RemedyEntry(
        "plateau_schedule",
        N_("Halve the learning rate whenever the loss stops falling"),
        N_("It can stall when it acts too early: give it a patience of ten epochs"),
        "schedule measured",
        changes=(("schedule", "plateau"),),
        steps=Steps.SHORTER,
        cured={K.LATE_RISE: cured("late-rise", schedule="plateau"), K.SPIKE: _calm(schedule="plateau")},
        watch=N_("The scatter should shrink after each halving"),
    ),
    RemedyEntry(
        "warmup",
        N_("Raise the learning rate from a small value over the first steps"),
        N_("A few hundred slower steps; no help when the full learning rate itself is too high"),
        "warmup",
        changes=(("schedule", "warmup"),),
        steps=Steps.SHORTER,
        watch=N_("The first steps should fall without a peak"),
    ),
    RemedyEntry(
        "gentler_schedule",
        N_("Raise the learning rate less, or over more steps"),
        N_("Slower exploration after each rise"),
        "schedule warmup",
        steps=Steps.SHORTER,
        watch=N_("The rise after each increase of the rate should be lower"),
    ),
    RemedyEntry(
        "clip_norm",
        N_("Clip the gradient norm at its usual size"),
        N_("Almost nothing while the limit is above the usual norm; far below it, training crawls"),
        "gradient_clipping measured",
        text_with_values=N_("Clip the gradient norm at {after}"),
        changes=(("clip_norm", 1.0),),
        steps=Steps.SHORTER,
        cured={
            # the usual norm is unknown beforehand: 1 is far below it in one demo, 0.1 and 1 near it in the other
            K.DIVERGED: (cured("explosion", clip_norm=100.0) + cured("explosion", clip_norm=1.0)) / 2,
            K.LATE_RISE: (cured("late-rise", clip_norm=0.1) + cured("late-rise", clip_norm=1.0)) / 2,
        },
        watch=N_("The rise should be gone or much lower, with most steps below the limit"),
    ),
    RemedyEntry(
        "clip_update",
        N_("Clip the root mean square of the update (gradient over √v) at 1"),
        N_("Almost nothing: ordinary steps are unchanged"),
        "update_clipping measured",
        changes=(("clip_update", 1.0),),
        steps=Steps.SHORTER,
        is_for_adaptive=True,
        cured={K.LATE_RISE: cured("late-rise", clip_update=1.0), K.SPIKE: _calm(clip_update=1.0)},
        watch=N_("The spikes should be gone, and calm stretches as they were"),
    ),
    RemedyEntry(
        "use_adam",
        N_("Use Adam with its usual betas (0.9, 0.999)"),
        N_("Two extra numbers per weight; the learning rate must be tuned again"),
        "adam measured",
        changes=(("optimizer", "adam"), ("beta1", 0.9), ("beta2", 0.999)),
        cured={K.SPIKE: _calm(optimizer="adam")},
        watch=N_("The spikes should be gone, and calm stretches as they were"),
    ),
    RemedyEntry(
        "raise_eps",
        N_("Raise ε to 0.001, so the denominator cannot shrink below it"),
        N_("Slower progress near the minimum; about half of the runs stayed calm"),
        "measured",
        text_with_values=N_("Raise ε from {before} to {after}"),
        changes=(("eps", 1e-3),),
        steps=Steps.SHORTER,
        is_for_adaptive=True,
        cured={K.SPIKE: _calm(eps=1e-3), K.LATE_RISE: cured("late-rise", eps=1e-3)},
        watch=N_("The spikes should be gone, and calm stretches as they were"),
        way=Way.UP,
    ),
    RemedyEntry(
        "lower_eps",
        N_("Lower ε far below the gradients"),
        N_("Tiny gradients count in full, and so does their noise"),
        "measured adam",
        text_with_values=N_("Lower ε from {before} to {after}"),
        changes=(("eps", 1e-15),),
        steps=Steps.LONGER,
        is_for_adaptive=True,
        way=Way.DOWN,
    ),
    RemedyEntry(
        "raise_lr",
        N_("Try three times the learning rate"),
        N_("It may become unstable: watch the first steps"),
        "step_change",
        text_with_values=N_("Raise the learning rate from {before} to {after}"),
        changes=(("lr", Factor(3.0)),),
        steps=Steps.LONGER,
        watch=N_("The loss should fall clearly within a tenth of the run; if it jumps up, halve the rate"),
    ),
    RemedyEntry(
        "bigger_batch",
        N_("Use four times the batch size"),
        N_("Four times the work per step; with RMSprop the epoch curve did not become calmer in measurements"),
        "noise_scale measured",
        text_with_values=N_("Raise the batch size from {before} to {after}"),
        changes=(("batch_size", Factor(4.0)),),
        watch=N_("The scatter of the loss should halve"),
    ),
    RemedyEntry(
        "skip_batches",
        N_("Rewind about 100 steps and skip the mini-batches around the event"),
        N_("The steps since then; merely nudging the weights also prevents many spikes, so success proves little"),
        "skip_batches measured",
    ),
    RemedyEntry(
        "find_batch",
        N_("Inspect the samples of that step: log their indices and their losses"),
        N_("One line of logging"),
        "skip_batches",
        watch=N_("Those samples should show a high loss every time they are used"),
    ),
    RemedyEntry(
        "standardize",
        N_("Give every input feature mean 0 and standard deviation 1"),
        N_("Two numbers for each feature to keep for later inputs; fit them on the training data alone"),
        "conditioning measured",
        changes=(("standardize", True),),
        cured={K.DIVERGED: cured("explosion", standardize=True)},
        watch=N_("The same learning rate should be stable from the first step on"),
    ),
    RemedyEntry(
        "kaiming_init",
        N_("Use Kaiming initialisation"),
        N_("Nothing, but training has to start over"),
        "kaiming measured",
        changes=(("init", "kaiming"),),
        cured=dict.fromkeys(_SLOW_START, cured("kick-in", init="kaiming")),
        watch=N_("The loss should fall from the first epoch on"),
    ),
    RemedyEntry(
        "larger_init",
        N_("Draw the initial weights with a larger scale"),
        N_("Training has to start over; too large a scale saturates or explodes"),
        "depth_scale measured",
        text_with_values=N_("Draw the initial weights with a standard deviation of {after} instead of {before}"),
        changes=(("init_std", Factor(5.0)),),
        cured=dict.fromkeys(_SLOW_START[:2], cured("kick-in", init_std=0.1)),
        watch=N_("The loss should fall from the first epoch on"),
    ),
    RemedyEntry(
        "batch_norm",
        N_("Put batch normalization after each layer"),
        N_("Some time per step; needs mini-batches of more than a few samples"),
        "batch_norm measured",
        changes=(("normalization", "batch"),),
        cured=dict.fromkeys(_SLOW_START, cured("kick-in", normalization="batch")),
        watch=N_("The loss should fall from the first epoch on"),
    ),
    RemedyEntry(
        "log_each_step",
        N_("Log the loss of each step, or one mean for each whole epoch"),
        N_("A noisier curve, but the true one"),
        "thread_epoch_spikes",
        changes=(("loss_logging", "step"),),
    ),
    RemedyEntry(
        "shuffle",
        N_("Draw a new order of the samples in every epoch"),
        N_("Nothing"),
        "shuffling",
        changes=(("shuffle", True),),
        watch=N_("The curve of one epoch should no longer resemble the one before"),
    ),
    RemedyEntry(
        "drop_last",
        N_("Leave out the last mini-batch when it is short"),
        N_("A few samples per epoch, different ones each time if the order is shuffled"),
        "measured thread_epoch_spikes",
        changes=(("drop_last", True),),
        watch=N_("The last step of an epoch should no longer stand out"),
    ),
    RemedyEntry(
        "mean_reduction",
        N_("Divide the loss by the actual number of samples in the mini-batch"),
        N_("Nothing"),
        "definition",
        changes=(("reduction", "mean"),),
    ),
    RemedyEntry(
        "schedule_by_step",
        N_("Change the learning rate a little at each step instead of once per epoch"),
        N_("Nothing"),
        "schedule",
    ),
    RemedyEntry(
        "smooth_the_plot",
        N_("Leave training as it is and read the smoothed curve: its trend is what counts"),
        N_("Nothing; smoothing hides single spikes"),
        "thread_fluctuation",
    ),
    RemedyEntry(
        "evaluate_without_dropout",
        N_("Compute the plotted loss with dropout switched off"),
        N_("One more forward pass for each value"),
        "regularisation",
        changes=(("dropout", 0.0),),
    ),
    RemedyEntry(
        "check_precision",
        N_("Find the first operation that gives NaN, and compute it in 32 bits"),
        N_("Anomaly detection slows the steps several-fold while it is on"),
        "mixed_precision",
        watch=N_("The loss should stay a number; if it is NaN in 32 bits too, the format is not the cause"),
    ),
    RemedyEntry(
        "check_data",
        N_("Search inputs and labels for NaN, infinity and empty batches"),
        N_("One pass over the data"),
        "definition",
        watch=N_("The first loss should be a finite number"),
    ),
    RemedyEntry(
        "warm_up_stage",
        N_("Begin the new stage with a tenth of the learning rate and raise it over a few hundred steps"),
        N_("A few hundred slower steps"),
        "warmup",
        steps=Steps.SHORTER,
        watch=N_("The jump should be lower and gone sooner"),
    ),
    RemedyEntry(
        "check_gradients",
        N_("Check after one step that every weight has a gradient and has changed"),
        N_("A minute"),
        "definition",
        watch=N_("Every weight should have a gradient and change at each step"),
    ),
    RemedyEntry(
        "overfit_ten",
        N_("Train on ten samples only: a working network memorises them"),
        N_("A minute"),
        "memorising",
        watch=N_("The loss of the ten samples should go to nearly 0"),
    ),
    RemedyEntry(
        "check_labels",
        N_("Inspect twenty inputs with their labels, exactly as they enter the network"),
        N_("Ten minutes"),
        "memorising",
        changes=(("label_noise", 0.0),),
    ),
    RemedyEntry(
        "wait",
        N_("No change needed: let it run on"),
        N_("Time"),
        "thread_kick_in",
    ),
    RemedyEntry(
        "larger_network",
        N_("Try a wider or deeper network"),
        N_("Time and memory per step, and more capacity to overfit"),
        "regularisation",
    ),
    RemedyEntry(
        "early_stopping",
        N_("Keep the weights with the lowest validation loss"),
        N_("Nothing, but the later steps were wasted"),
        "early_stopping",
        watch=N_("The kept weights should have the lowest validation loss of the run"),
    ),
    RemedyEntry(
        "weight_decay",
        N_("Add weight decay"),
        N_("A strength to choose; too much keeps training loss up"),
        "regularisation",
        text_with_values=N_("Set weight decay to {after} (now {before})"),
        changes=(("weight_decay", 0.01),),
        watch=N_("The validation loss should turn up later, or not at all"),
        way=Way.UP,
    ),
    RemedyEntry(
        "stronger_decay",
        N_("Add weight decay, or use three times as much"),
        N_("A strength to choose; too much keeps training loss up"),
        "omnigrok",
        watch=N_("Validation should improve sooner after the training loss has come down"),
    ),
    RemedyEntry(
        "smaller_init",
        N_("Draw the initial weights with a smaller scale"),
        N_("Training has to start over; with too small a scale nothing is learned at first"),
        "omnigrok",
        watch=N_("Validation should improve sooner after the training loss has come down"),
    ),
    RemedyEntry(
        "log_weight_norm",
        N_("Log training accuracy and the norm of the weights, and let it run on while the norm falls"),
        N_("Two numbers per row, and the time"),
        "omnigrok",
        watch=N_("The norm should level off where validation is good"),
    ),
    RemedyEntry(
        "dropout",
        N_("Add dropout before the last layers"),
        N_("Longer training and a noisier training loss"),
        "regularisation",
        changes=(("dropout", 0.3),),
        watch=N_("The validation loss should turn up later, or not at all"),
        way=Way.UP,
    ),
    RemedyEntry(
        "label_smoothing",
        N_("Smooth the labels by 0.1"),
        N_("Training loss no longer reaches 0; probabilities are less extreme"),
        "regularisation",
    ),
    RemedyEntry(
        "more_data",
        N_("Train on more data, or augment the data at random"),
        N_("Collecting the data; augmentation costs some time per sample"),
        "regularisation",
        watch=N_("The validation loss should turn up later, or not at all"),
    ),
    RemedyEntry(
        "check_split",
        N_("Split the validation set at random from the same data and compare"),
        N_("Some training data"),
        "regularisation",
    ),
    RemedyEntry(
        "watch_validation",
        N_("Watch the loss on data that training never sees"),
        N_("Some held-out data, and one pass over them per value"),
        "sawtooth early_stopping",
    ),
    RemedyEntry(
        "watch_the_goal",
        N_("Assess the run by the metric that matters, such as reward or sample quality"),
        N_("Evaluations during training"),
        "gan",
    ),
    RemedyEntry(
        "save_optimizer",
        N_("Save and load the state of optimizer, schedule and data order with the weights"),
        N_("Checkpoints of up to three times the size"),
        "definition",
        watch=N_("The loss should go on at its level when training is resumed"),
    ),
)

REMEDIES: dict[str, RemedyEntry] = {entry.key: entry for entry in _ENTRIES}
