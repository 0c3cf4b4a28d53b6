"""The possible causes of events, each with its weight for each kind of event and the signals for and against it.

The weights are the shares of runs with that cause, as far as demos and literature show; a signal that is present
multiplies the weight, an unknown one does not change it. The factors are stated by hand, each with its reason beside
it, so that a pattern which is all but proof outweighs every share (×8 and more), one that all but excludes leaves a
twentieth or less, and a hint doubles or halves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.detectors.epochs.mechanism import Mechanism
from engine.diagnosis import patterns as p
from engine.diagnosis import signals as s
from engine.diagnosis.signals import Signal
from engine.events import EventKind as K
from engine.i18n import N_

# The mechanism that the detector names is right for nine in ten simulated losses (tools.rates.boundary).
NAMED, NAMED_OTHER = 3.0, 0.3


@dataclass(frozen=True)
class CauseEntry:
    """A cause.

    Attributes
    ----------
    weights : mapping of EventKind to float
        Its share among the causes of a kind, without further information.
    signals : tuple of (Signal, float)
        Each signal that is True multiplies the weight by its factor.
    remedies : tuple of str
        Keys in `engine.diagnosis.remedies`, in the order to try.
    factors : tuple of str
        Keys of the factors that can prove or refute it.
    """

    key: str
    text: str
    confirm: str
    refute: str
    source: str
    weights: Mapping[K, float]
    remedies: tuple[str, ...]
    signals: tuple[tuple[Signal, float], ...] = ()
    factors: tuple[str, ...] = ()


KNOB = CauseEntry(
    key="knob_turned",
    text=N_("“{key}” was changed from {before} to {after} shortly before, {where}"),
    confirm=N_("Reverting it before that step prevents the event"),
    refute=N_("The same happens in a run without the change"),
    source="definition",
    weights={},
    remedies=("undo_knob",),
)

_ENTRIES = (
    CauseEntry(
        key="step_too_large",
        text=N_("Steps are longer than the curvature allows: beyond 2/λ each one overshoots by more than it gains"),
        confirm=N_("With a third of the learning rate the same stretch is calm"),
        refute=N_("It happens at the same step with a tenth of the learning rate"),
        source="step_change edge thread_explosion",
        weights={
            K.DIVERGED: 0.55,
            K.OVERSHOOT: 0.6,
            K.LATE_RISE: 0.2,
            K.SPIKE: 0.15,
            K.STALLED: 0.2,
            K.FLUCTUATION: 0.2,
        },
        remedies=("lower_lr", "clip_norm", "warmup"),
        signals=(
            (s.is_sharp, 3.0),  # the limit 2/λ is reached, as the cause says
            (p.rate_jumped, 2.0),  # longer steps from here on; a raised rate itself is a cause of its own
            (s.is_overlong, 1.5),  # measured overshoot, which noise shows now and then as well
            (s.is_abrupt, 0.3),  # overshooting grows over several steps
            (s.had_learned, 0.5),  # a rate that is too large mostly shows early
            (p.grew_before_nan, 3.0),  # growth from step to step is how overshooting ends
            (p.grew_while_rate_rose, 2.0),  # a warm-up passed the stable rate
            (p.rate_is_huge, 3.0),  # above every published rate for the optimizer
            (p.rate_is_tiny, 0.02),  # below every published rate: steps are short
            (s.is_throughout, 0.2),  # one step at least must have been taken
            (p.returns_slowly, 0.5),  # an overshoot falls back within a few steps
        ),
        factors=("lr", "clip_norm", "clip_update"),
    ),
    CauseEntry(
        key="unscaled_inputs",
        text=N_("Inputs on very different scales: one direction is so steep that any useful step is too long for it"),
        confirm=N_("With standardised inputs the same learning rate is stable"),
        refute=N_("The inputs have mean 0 and standard deviation 1 already"),
        source="conditioning step_change thread_explosion",
        weights={K.DIVERGED: 0.2, K.OVERSHOOT: 0.08, K.STALLED: 0.12},
        remedies=("standardize", "lower_lr"),
        signals=(
            (s.had_learned, 0.1),  # the inputs were the same before
            (s.setting_is("standardize", False), 4.0),  # what the cause needs
            (s.setting_is("standardize", True), 0.02),  # what refutes it
            (s.setting_is("data", "parabola"), 0.0),  # one direction only
            (s.is_throughout, 0.3),  # one step at least must have been taken
            (p.is_fine_tuning, 0.2),  # the inputs are prepared as they were for the trained weights
            (p.rate_is_tiny, 0.1),  # short steps are stable in steep directions too
        ),
        factors=("standardize", "lr"),
    ),
    CauseEntry(
        key="number_range",
        text=N_("A value left the range of its number format: half precision, the logarithm of 0, a division by 0"),
        confirm=N_("The loss is finite and level right up to the step before"),
        refute=N_("The loss grows over several steps before"),
        source="mixed_precision",
        weights={K.DIVERGED: 0.12},
        remedies=("check_precision", "clip_norm"),
        signals=(
            (s.is_abrupt, 6.0),  # a range is left at once, from a level loss
            (s.is_throughout, 6.0),  # a logarithm of 0 fails with the first weights
            (p.grew_before_nan, 0.2),  # growth before is what refutes it
            (p.gradient_is_no_number, 3.0),  # the backward pass left the range first
            (p.loss_scale_fell, 4.0),  # the scaler halves after each overflow
            (s.setting_is("precision", "float16", "fp16", "16", "16-mixed"), 3.0),  # 65 504 is the largest number
            (s.setting_is("precision", "float32", "fp32", "32", "32-true"), 0.3),  # 10³⁸ is seldom left
        ),
    ),
    CauseEntry(
        key="not_finite_data",
        text=N_("Inputs or labels contain NaN, infinity or nothing at all, so the very first loss is not a number"),
        confirm=N_("One pass over the data finds values that are not finite, or an empty batch"),
        refute=N_("All inputs and labels are finite, and the first loss is not a number all the same"),
        source="definition",
        weights={K.DIVERGED: 0.03},
        remedies=("check_data", "check_precision"),
        signals=(
            (s.is_throughout, 15.0),  # all but proof: nothing was learned before it
            (s.is_abrupt, 1.5),  # one bad sample late in an epoch
            (p.grew_before_nan, 0.1),  # bad values in data do not announce themselves
        ),
    ),
    CauseEntry(
        key="edge_of_stability",
        text=N_("Training sharpened the curvature until this learning rate became too long for it"),
        confirm=N_("The largest curvature is at its stability limit before the rise"),
        refute=N_("The largest curvature is well below its limit"),
        source="edge adaptive_edge catapult",
        weights={K.OVERSHOOT: 0.2, K.LATE_RISE: 0.25, K.FLUCTUATION: 0.1, K.SPIKE: 0.08},
        remedies=("lower_lr_when_good", "clip_norm", "plateau_schedule"),
        signals=(
            (s.is_sharp, 3.0),  # the curvature is at its limit, as the cause says
            (s.is_at_start, 0.3),  # sharpening takes time
            (s.had_learned, 1.5),  # and it comes with progress
            (p.returns_slowly, 0.5),  # beyond the edge the curvature falls, and the loss with it, within a few steps
        ),
        factors=("lr", "clip_norm"),
    ),
    CauseEntry(
        key="gradient_cliff",
        text=N_("The gradient jumped at a cliff of the loss, and the step jumped with it"),
        confirm=N_("Gradient norm jumps several-fold in the last one or two steps before the rise"),
        refute=N_("Clipping the gradient or the update does not change the rise"),
        source="measured gradient_clipping thread_late_rise",
        weights={K.LATE_RISE: 0.4, K.SPIKE: 0.15, K.DIVERGED: 0.08, K.OVERSHOOT: 0.06},
        remedies=("clip_norm", "lower_lr_when_good", "clip_update", "plateau_schedule"),
        signals=(
            (s.setting_is("optimizer", "adam", "adamw"), 1.5),  # momentum carries the jump on, and √v follows it late
            (s.setting_is("optimizer", "sgd", "rmsprop"), 0.5),  # no momentum carries it on
            (s.had_learned, 2.0),  # cliffs lie in narrow valleys, which are found late
            (s.gradient_jumped, 1.5),  # needed, but every rise of the loss raises the gradient
            (s.gradient_did_not_rise, 0.3),  # without a jump there is no cliff
            (p.returns_slowly, 0.5),  # one long step is made good soon
        ),
        factors=("clip_norm", "clip_update", "lr"),
    ),
    CauseEntry(
        key="small_denominator",
        text=N_(
            "Near the minimum the optimizer's denominator shrank with the gradients, so the next ordinary "
            "gradient made far too long a step"
        ),
        confirm=N_(
            "√v falls for hundreds of steps before, and the update (without the learning rate) climbs to its ceiling"
        ),
        refute=N_("√v is level or growing before the event"),
        source="adam_spikes update_clipping measured thread_fluctuation",
        weights={K.SPIKE: 0.2, K.LATE_RISE: 0.08, K.FLUCTUATION: 0.12},
        remedies=("clip_update", "use_adam", "plateau_schedule", "raise_eps"),
        signals=(
            (s.setting_is("optimizer", "rmsprop"), 3.0),  # its step has no momentum to average it
            (s.setting_is("optimizer", "adam", "adamw"), 2.0),  # divides by √v
            (s.setting_is("optimizer", "sgd", "momentum"), 0.0),  # no denominator
            (p.rate_is_tiny, 0.1),  # the update is at most rate × ceiling
            (s.is_update_large, 2.0),  # the update climbed towards its ceiling
            (s.denominator_fell, 3.0),  # what confirms it
        ),
        factors=("clip_update", "eps", "lr"),
    ),
    CauseEntry(
        key="unusual_batch",
        text=N_("A mini-batch unlike the others: wrong labels, corrupt or rare samples"),
        confirm=N_("The same samples give a high loss every time they are used"),
        refute=N_("Skipping the mini-batches around that step changes nothing"),
        source="skip_batches measured",
        weights={K.SPIKE: 0.35, K.DIVERGED: 0.06, K.OVERSHOOT: 0.06},
        remedies=("find_batch", "clip_norm", "skip_batches"),
        signals=(
            (s.setting_is("corrupt_batch", True), 6.0),  # such a mini-batch was put in
            (s.is_full_batch, 0.0),  # every step sees the same samples
            (s.is_small_batch, 1.5),  # few other samples outweigh a rare one
            (s.is_validation, 0.1),  # no mini-batch is drawn there
            (p.returns_slowly, 0.3),  # the next mini-batches are ordinary
            (p.rate_jumped, 0.3),  # a raised rate at the same place explains it
        ),
        factors=("skip_batches", "corrupt_batch", "label_noise"),
    ),
    CauseEntry(
        key="small_batch_noise",
        text=N_("Each step sees few samples, so loss and gradient scatter from mini-batch to mini-batch"),
        confirm=N_("With four times the batch size the scatter of the loss halves"),
        refute=N_("With all samples in every step the curve fluctuates as much"),
        source="noise_scale thread_fluctuation",
        weights={K.FLUCTUATION: 0.5, K.SPIKE: 0.08},
        remedies=("bigger_batch", "lower_lr", "smooth_the_plot"),
        signals=(
            (s.is_full_batch, 0.0),  # nothing is drawn
            (s.is_small_batch, 1.6),  # scatter goes with 1/√batch size
            # Under RMSprop the epoch curve was measured to swing as much with all samples as with two.
            (s.setting_is("optimizer", "rmsprop"), 0.5),
            (p.scatter_ignores_rate, 2.0),  # drawing samples does not depend on the rate
            (p.scatter_follows_rate, 0.4),  # bouncing does
        ),
        factors=("batch_size",),
    ),
    CauseEntry(
        key="step_noise",
        text=N_("The step is too long to settle: weights bounce around the minimum instead of approaching it"),
        confirm=N_("With a tenth of the learning rate the scatter falls about tenfold"),
        refute=N_("The scatter is the same with a tenth of the learning rate"),
        source="batch_edge schedule measured",
        weights={K.FLUCTUATION: 0.3},
        remedies=("lower_lr", "plateau_schedule", "clip_update"),
        signals=(
            (s.setting_is("optimizer", "rmsprop"), 2.0),  # its steps stay as long as gradients shrink
            (s.is_full_batch, 2.5),  # no sampling noise is left to explain it
            (s.is_sharp, 2.0),  # at the limit it bounces from wall to wall
            (p.scatter_follows_rate, 6.0),  # what the cause foretells, seen as the schedule went down
            (p.scatter_ignores_rate, 0.3),  # what refutes it
            (p.rate_is_tiny, 0.05),  # short steps do not bounce
        ),
        factors=("lr",),
    ),
    CauseEntry(
        key="short_last_batch_noise",
        text=N_("The last mini-batch of an epoch is much smaller than the others and pulls as strongly"),
        confirm=N_("Without the last mini-batch the scatter falls"),
        refute=N_("The number of samples is a multiple of the batch size"),
        source="measured",
        weights={K.FLUCTUATION: 0.06},
        remedies=("drop_last",),
        signals=(
            (s.setting_is("drop_last", True), 0.0),  # there is no short one
            (s.is_full_batch, 0.0),  # there is one mini-batch only
        ),
        factors=("drop_last",),
    ),
    CauseEntry(
        key="dropout_noise",
        text=N_("Dropout draws a new part of the network at each step, and the training loss scatters with it"),
        confirm=N_("Evaluated without dropout, the same weights give a smooth loss"),
        refute=N_("There is no dropout"),
        source="regularisation",
        weights={K.FLUCTUATION: 0.04},
        remedies=("evaluate_without_dropout",),
        signals=(
            (s.setting_is("dropout", 0.0, 0), 0.0),  # there is none
            (s.setting_below("dropout", 1.0), 1.5),  # there is some: how much it scatters is not said
        ),
    ),
    CauseEntry(
        key="running_mean",
        text=N_(
            "The plotted value is the mean since the epoch began: it restarts at the boundary, while the loss "
            "itself is smooth"
        ),
        confirm=N_("k·mₖ − (k−1)·mₖ₋₁ gives a per-step loss without jumps at the boundary"),
        refute=N_("The log contains the loss of each single step"),
        source="thread_epoch_spikes definition",
        weights={K.EPOCH_BOUNDARY: 0.4},
        remedies=("log_each_step",),
        signals=(
            (s.mechanism_is(Mechanism.RUNNING_MEAN), NAMED),
            (s.mechanism_is_not(Mechanism.RUNNING_MEAN), NAMED_OTHER),
            (s.setting_is("loss_logging", "running_mean"), 6.0),  # what the cause says
            (s.setting_is("loss_logging", "step", "ema"), 0.02),  # what refutes it
        ),
        factors=("loss_logging",),
    ),
    CauseEntry(
        key="not_shuffled",
        text=N_("The samples come in the same order in every epoch, so the same stretch of the curve repeats"),
        confirm=N_("The curve of one epoch resembles that of the epoch before"),
        refute=N_("A new order is drawn in every epoch"),
        source="shuffling thread_epoch_spikes",
        weights={K.EPOCH_BOUNDARY: 0.2},
        remedies=("shuffle",),
        signals=(
            (s.mechanism_is(Mechanism.REPEATED_ORDER), NAMED),
            (s.mechanism_is_not(Mechanism.REPEATED_ORDER), NAMED_OTHER),
            (s.setting_is("shuffle", False), 5.0),  # what the cause says
            (s.setting_is("shuffle", True), 0.02),  # what refutes it
        ),
        factors=("shuffle",),
    ),
    CauseEntry(
        key="short_last_batch",
        text=N_("The last mini-batch of the epoch is smaller than the others"),
        confirm=N_("Only the last step of each epoch stands out"),
        refute=N_("The number of samples is a multiple of the batch size, as it always is at batch size 1"),
        source="thread_epoch_spikes measured",
        weights={K.EPOCH_BOUNDARY: 0.2},
        remedies=("drop_last", "mean_reduction"),
        signals=(
            (s.mechanism_is(Mechanism.LAST_BATCH, Mechanism.SPIKE), NAMED),
            (s.mechanism_is_not(Mechanism.LAST_BATCH, Mechanism.SPIKE), NAMED_OTHER),
            (s.setting_is("reduction", "sum_over_nominal"), 4.0),  # the last loss is too small by the missing samples
            (s.setting_is("drop_last", True), 0.02),  # there is no short one
            (s.setting_is("batch_size", 1, "full"), 0.0),  # these divide every number of samples
        ),
        factors=("drop_last", "reduction"),
    ),
    CauseEntry(
        key="seen_once_more",
        text=N_(
            "At each boundary every sample has been seen once more: the loss steps down there and drifts up "
            "within the epoch"
        ),
        confirm=N_("Drawing samples with replacement makes the steps disappear"),
        refute=N_("The network is too small to memorise single samples of these data"),
        source="sawtooth memorising thread_epoch_spikes",
        weights={K.EPOCH_BOUNDARY: 0.2, K.PLATEAU: 0.02, K.KICK_IN: 0.02},
        remedies=("watch_validation", "more_data", "weight_decay"),
        signals=(
            (s.mechanism_is(Mechanism.STEP), NAMED),
            (s.mechanism_is_not(Mechanism.STEP), NAMED_OTHER),
            (p.is_staircase, 100.0),  # all but proof, and of small share for plateaus and kick-ins
        ),
        factors=("lr", "beta2"),
    ),
    CauseEntry(
        key="epoch_schedule",
        text=N_("The learning rate changes at the end of the epoch"),
        confirm=N_("The learning rate changes in steps at the same places"),
        refute=N_("The learning rate is constant across the boundary"),
        source="schedule",
        weights={K.EPOCH_BOUNDARY: 0.05},
        remedies=("schedule_by_step",),
        signals=(
            (s.mechanism_is(Mechanism.STEP, Mechanism.SPIKE), NAMED),
            (s.mechanism_is_not(Mechanism.STEP, Mechanism.SPIKE), NAMED_OTHER),
            (s.setting_is("schedule", "constant"), 0.0),  # the rate never changes
            (p.rate_dropped, 8.0),  # the logged rate changes at the boundary
            (p.rate_jumped, 8.0),  # the same, upwards
            (p.rate_stayed, 0.05),  # the logged rate refutes it
        ),
    ),
    CauseEntry(
        key="vanishing_signal",
        text=N_(
            "With these initial weights the difference between samples fades from layer to layer, and it grows "
            "unseen until the output can tell them apart"
        ),
        confirm=N_("Gradient of the first layer grows tenfold while the loss is still flat"),
        refute=N_("With Kaiming initialisation the plateau is as long"),
        source="depth_scale kaiming measured thread_kick_in",
        weights={K.PLATEAU: 0.35, K.KICK_IN: 0.45, K.STALLED: 0.2},
        remedies=("kaiming_init", "batch_norm", "larger_init"),
        signals=(
            (s.setting_is("init", "normal"), 2.5),  # weights of one scale for all widths
            (s.setting_is("init", "kaiming"), 0.1),  # made so that the signal keeps its size
            (s.setting_is("normalization", "batch"), 0.05),  # restores the scale in every layer
            (s.is_at_start, 1.5),  # it is a matter of the first weights
            (s.is_at_chance, 1.5),  # the output does not depend on the input yet
            (p.rate_is_tiny, 0.05),  # short steps explain it without the weights
            (p.is_fine_tuning, 0.05),  # the weights are not initial
            (p.is_staircase, 0.1),  # flat within epochs only
            (p.never_moves, 0.2),  # a faded gradient still moves the loss in the last digits
        ),
        factors=("init", "normalization"),
    ),
    CauseEntry(
        key="eps_dominates",
        text=N_("Gradients are smaller than the optimizer's ε, so it does not scale them up and hardly moves"),
        confirm=N_("RMS of a layer's gradient divided by ε is below 1"),
        refute=N_("With ε a million times smaller the plateau is as long"),
        source="measured adam",
        weights={K.PLATEAU: 0.06, K.STALLED: 0.12},
        remedies=("lower_eps", "kaiming_init"),
        signals=(
            (s.setting_is("optimizer", "sgd", "momentum"), 0.0),  # no ε
            (s.setting_below("eps", 1e-12), 0.02),  # below any gradient that moves a weight
            (s.setting_is("init", "normal"), 2.0),  # small gradients at the start
            (p.rate_is_tiny, 0.2),  # short steps explain it without ε
            (p.is_fine_tuning, 0.2),  # gradients of trained networks are seldom that small
        ),
        factors=("eps", "init"),
    ),
    CauseEntry(
        key="flat_region",
        text=N_("A flat stretch of the loss, such as the neighbourhood of a saddle point"),
        confirm=N_("Gradient norm is small during the plateau and grows towards its end"),
        refute=N_("Gradient norm is as large as during progress"),
        source="saddle thread_kick_in",
        weights={K.PLATEAU: 0.2, K.KICK_IN: 0.25},
        remedies=("wait", "use_adam", "raise_lr"),
        signals=(
            (p.rate_is_tiny, 0.1),  # short steps make every stretch flat
            (p.is_staircase, 0.1),  # flat within epochs only
        ),
        factors=("lr",),
    ),
    CauseEntry(
        key="lr_too_small",
        text=N_("Steps are so short that progress is lost in the scatter"),
        confirm=N_("With three times the learning rate the loss falls sooner"),
        refute=N_("With three times the learning rate it is as flat, or unstable"),
        source="step_change measured",
        weights={K.PLATEAU: 0.15, K.STALLED: 0.12, K.KICK_IN: 0.05, K.FLUCTUATION: 0.03},
        remedies=("raise_lr", "use_adam"),
        signals=(
            (s.run_has(K.OVERSHOOT, K.DIVERGED, K.LATE_RISE), 0.1),  # steps were too long elsewhere in the run
            (s.is_sharp, 0.05),  # at the limit the rate is as large as it can be
            (p.rate_is_tiny, 30.0),  # all but proof: what else is seen of such a run follows from it
            (p.rate_has_decayed, 4.0),  # below 2 % of its peak
            (p.rate_is_huge, 0.05),  # above every published rate
            (p.never_moves, 0.5),  # short steps still move the loss in the last digits
        ),
        factors=("lr",),
    ),
    CauseEntry(
        key="warming_up",
        text=N_("The learning rate was still warming up"),
        confirm=N_("Progress begins as the learning rate reaches its full value"),
        refute=N_("The learning rate is constant during the plateau"),
        source="warmup",
        weights={K.PLATEAU: 0.08, K.KICK_IN: 0.05},
        remedies=("wait",),
        signals=(
            (s.is_warming_up, 4.0),  # seen in the logged rate
            (s.setting_is("schedule", "constant"), 0.0),  # there is no warm-up
        ),
    ),
    CauseEntry(
        key="nothing_left",
        text=N_("The network has learned what it can from these data at this learning rate"),
        confirm=N_("A lower learning rate or a larger network brings the loss down further"),
        refute=N_("The loss is still at its first value"),
        source="schedule",
        weights={K.PLATEAU: 0.2},
        remedies=("plateau_schedule", "larger_network"),
        signals=(
            (s.is_at_start, 0.05),  # nothing was learned yet
        ),
    ),
    CauseEntry(
        key="schedule_drop",
        text=N_("The learning rate was lowered here, and the weights stop bouncing and settle"),
        confirm=N_("The loss and the learning rate fall at the same place"),
        refute=N_("The learning rate is the same before and after"),
        source="schedule",
        weights={K.KICK_IN: 0.08},
        remedies=("wait",),
        signals=(
            (p.rate_dropped, 12.0),  # all but proof: both fall at one place
            (p.rate_stayed, 0.05),  # the logged rate refutes it
            (s.setting_is("schedule", "constant"), 0.0),  # the rate never changes
        ),
    ),
    CauseEntry(
        key="dead_units",
        text=N_("Too long a step at the start killed the units: the network's output is constant"),
        confirm=N_("The output is the same for every input, at the targets' mean"),
        refute=N_("The outputs differ from sample to sample"),
        source="dead_relu measured",
        weights={K.STALLED: 0.2, K.PLATEAU: 0.04, K.OVERSHOOT: 0.05},
        remedies=("lower_lr", "standardize", "kaiming_init"),
        signals=(
            (s.run_has(K.OVERSHOOT), 2.0),  # the long step that kills them
            (s.setting_is("standardize", False), 2.0),  # large inputs make long steps
            (p.is_dead, 15.0),  # all but proof: one value again and again after it had moved
            (p.gradient_is_zero, 3.0),  # dead units pass none; frozen weights have none either
            (p.rate_is_tiny, 0.05),  # no step is long enough
        ),
        factors=("lr", "standardize", "init"),
    ),
    CauseEntry(
        key="labels_unrelated",
        text=N_("Inputs and labels do not match, or the inputs do not contain the answer"),
        confirm=N_("The network cannot memorise ten samples"),
        refute=N_("A simple baseline, such as the nearest neighbour, does better than chance"),
        source="memorising thread_fluctuation",
        weights={K.STALLED: 0.2},
        remedies=("overfit_ten", "check_labels"),
        signals=(
            (s.is_at_chance, 1.5),  # no better than guessing, as at every start
            (s.setting_below("label_noise", 0.01), 0.5),  # labels are said to be right; inputs may still not tell
            (p.rate_is_tiny, 0.2),  # short steps explain it
            (p.never_moves, 0.2),  # fitting noise moves the loss
        ),
        factors=("label_noise",),
    ),
    CauseEntry(
        key="not_connected",
        text=N_("The gradient does not reach the weights: frozen, detached, or not passed to the optimizer"),
        confirm=N_("Weights are the same before and after a step"),
        refute=N_("Weight norm changes from step to step"),
        source="definition",
        weights={K.STALLED: 0.16},
        remedies=("check_gradients", "overfit_ten"),
        signals=(
            (p.never_moves, 8.0),  # what the cause foretells
            (p.gradient_is_zero, 6.0),  # nothing reaches the weights
            (p.rate_is_tiny, 0.3),  # short steps look alike
        ),
    ),
    CauseEntry(
        key="memorises",
        text=N_("The network goes on to learn peculiarities of the training samples"),
        confirm=N_("More data or stronger regularisation delays the turn"),
        refute=N_("Training loss is no longer falling"),
        source="regularisation memorising",
        weights={K.OVERFITTING: 0.65},
        remedies=("early_stopping", "weight_decay", "more_data", "dropout"),
        signals=(
            (p.accuracy_falls_too, 2.0),  # answers get worse, not only surer
            (p.accuracy_holds, 0.5),  # speaks for overconfidence
        ),
    ),
    CauseEntry(
        key="overconfident",
        text=N_("Predictions stay right but become overconfident: the loss of the few wrong ones grows"),
        confirm=N_("Validation accuracy holds while validation loss rises"),
        refute=N_("Validation accuracy falls with it"),
        source="regularisation",
        weights={K.OVERFITTING: 0.2},
        remedies=("early_stopping", "label_smoothing", "weight_decay"),
        signals=(
            (p.accuracy_holds, 8.0),  # what the cause says
            (p.accuracy_falls_too, 0.3),  # what refutes it
        ),
    ),
    CauseEntry(
        key="different_data",
        text=N_("Validation and training data come from different distributions"),
        confirm=N_("A validation set split off from the training data shows no turn"),
        refute=N_("Both sets were drawn at random from the same data"),
        source="regularisation",
        weights={K.OVERFITTING: 0.1},
        remedies=("check_split",),
    ),
    CauseEntry(
        key="moving_target",
        text=N_(
            "The objective itself moves, as in adversarial or reinforcement learning: its loss may rise while the "
            "result gets better"
        ),
        confirm=N_("The metric that matters (image quality, reward) improves meanwhile"),
        refute=N_("The targets of the loss are fixed"),
        source="gan",
        weights={K.LATE_RISE: 0.03, K.FLUCTUATION: 0.03, K.OVERSHOOT: 0.03, K.SPIKE: 0.03, K.DIVERGED: 0.01},
        remedies=("watch_the_goal",),
        signals=(
            (s.has_moving_target, 50.0),  # the names of the losses say so, against a share of .03
            (p.is_policy, 400.0),  # a policy's loss says little of its success; against a share of .01 to .03
        ),
    ),
    CauseEntry(
        key="resumed",
        text=N_("The run was resumed here without its optimizer state, learning rate or data order"),
        confirm=N_("The step count goes back or jumps at the same place"),
        refute=N_("The run continued without interruption"),
        source="definition",
        weights={K.SPIKE: 0.01, K.OVERSHOOT: 0.01, K.LATE_RISE: 0.01, K.DIVERGED: 0.01},
        remedies=("save_optimizer",),
        signals=(
            (s.was_resumed, 40.0),  # the step count says so, against a share of .01
            (s.setting_is("resumed", True), 10.0),  # it is said, but not where
            (s.setting_is("resumed", False), 0.02),  # it is said not to be
            (s.keeps_its_state, 0.001),
            (p.was_paused, 20.0),  # clock times show a gap, which a busy machine makes too
            (p.returns_slowly, 60.0),  # moments and weights of before must be learned again; against a share of .01
            (p.rate_jumped, 0.1),  # a raised rate at the same place explains it
        ),
    ),
    CauseEntry(
        key="stage_change",
        text=N_(
            "A new stage of training begins here: layers were unfrozen, or data, objective or augmentation were changed"
        ),
        confirm=N_("The script or the settings change at the same place"),
        refute=N_("The same code, data and trainable weights run before and after"),
        source="definition",
        weights={K.SPIKE: 0.01, K.OVERSHOOT: 0.01, K.LATE_RISE: 0.01, K.DIVERGED: 0.005},
        remedies=("warm_up_stage", "lower_lr"),
        signals=(
            (p.returns_slowly, 30.0),  # a new task is learned over many steps; against a share of .01
            (p.shows_in_other_loss, 2.0),  # data or objective changed for all losses
            (p.rate_jumped, 0.3),  # a raised rate at the same place explains it, though stages bring new rates
        ),
        factors=("lr",),
    ),
    CauseEntry(
        key="one_answer",
        text=N_(
            "The network fell back to one constant answer, as overlap losses such as Dice do when every pixel is "
            "called background"
        ),
        confirm=N_("The predictions are the same for every input"),
        refute=N_("The predictions still differ from input to input"),
        source="definition",
        weights={K.LATE_RISE: 0.01, K.OVERSHOOT: 0.01, K.DIVERGED: 0.01},
        remedies=("lower_lr_when_good", "clip_norm", "plateau_schedule"),
        signals=(
            (p.is_back_at_zero, 150.0),  # all but proof: back at the level of nothing learned, against a share of .01
        ),
        factors=("lr", "clip_norm"),
    ),
    CauseEntry(
        key="schedule_rise",
        text=N_("The learning rate was raised here, by a warm restart or the schedule"),
        confirm=N_("The learning rate's curve goes up at the same place"),
        refute=N_("The learning rate is constant or falling there"),
        source="schedule",
        weights={K.SPIKE: 0.03, K.OVERSHOOT: 0.05, K.LATE_RISE: 0.04, K.DIVERGED: 0.03},
        remedies=("gentler_schedule", "lower_lr"),
        signals=(
            (p.rate_jumped, 100.0),  # all but proof: seen in the logged rate, against a share of .03 to .05
            (p.rate_stayed, 0.05),  # the logged rate refutes it
            (s.setting_is("schedule", "constant"), 0.0),  # the rate never changes
        ),
        factors=("lr",),
    ),
)

CAUSES: dict[str, CauseEntry] = {entry.key: entry for entry in (KNOB, *_ENTRIES)}
