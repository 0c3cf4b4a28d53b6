"""Label and unit of each number in an event's evidence, including those added by probes."""

from __future__ import annotations

from engine.i18n import N_
from engine.values import dataclass


@dataclass(frozen=True)
class Evidence:
    """A label and a unit; an empty unit is a plain number, ``loss`` the unit of the series."""

    label: str
    unit: str = ""


LOSS, ROWS, TIMES, SCATTERS, SHARE, YES = N_("loss"), N_("rows"), "×", N_("× scatter"), N_("share"), N_("1 = yes")
SAMPLES = N_("samples")

EVIDENCE: dict[str, Evidence] = {
    "batch_size": Evidence(N_("Batch size"), SAMPLES),
    "best_validation": Evidence(N_("Best validation loss before"), LOSS),
    "chance_level_classes": Evidence(N_("Number of classes with this chance level")),
    "change_at_boundary": Evidence(N_("Change of the logarithm")),
    "denominator_fall_factor": Evidence(N_("Fall of the denominator before"), TIMES),
    "drop_factor": Evidence(N_("Factor by which the loss falls"), TIMES),
    "epochs_seen": Evidence(N_("Epochs seen")),
    "first_non_finite_row": Evidence(N_("First non-finite value")),
    "gradient_jump_factor": Evidence(N_("Jump of the gradient norm"), TIMES),
    "gradient_over_eps": Evidence(N_("Smallest gradient scale in units of ε"), TIMES),
    "growth_per_step": Evidence(N_("Growth from step to step"), TIMES),
    "has_returned": Evidence(N_("Returned to its level"), YES),
    "height_factor": Evidence(N_("Height over the level before"), TIMES),
    "height_scatters": Evidence(N_("Height in units of the scatter"), SCATTERS),
    "initial_loss": Evidence(N_("Loss at the start"), LOSS),
    "is_non_finite_throughout": Evidence(N_("No finite value at all"), YES),
    "last_finite": Evidence(N_("Last finite value"), LOSS),
    "length_rows": Evidence(N_("Length"), ROWS),
    "level": Evidence(N_("Level"), LOSS),
    "level_after": Evidence(N_("Level after"), LOSS),
    "level_before": Evidence(N_("Level before"), LOSS),
    "mechanism": Evidence(N_("Mechanism")),
    "noise_scale": Evidence(N_("Gradient noise scale"), SAMPLES),
    "overlength_factor": Evidence(N_("Step ÷ break-even length"), TIMES),
    "peak": Evidence(N_("Highest value"), LOSS),
    "period_rows": Evidence(N_("Period"), ROWS),
    "phase_row": Evidence(N_("First boundary")),
    "plateau_share_of_run": Evidence(N_("Plateau before"), SHARE),
    "progress_relative": Evidence(N_("Progress from the start to the end, relative to the level")),
    "progress_scatters": Evidence(N_("Progress over the stretch"), SCATTERS),
    "rise_factor": Evidence(N_("Rise over the level before"), TIMES),
    "scatter": Evidence(N_("Scatter from point to point"), LOSS),
    "scatter_relative": Evidence(N_("Scatter relative to the level")),
    "score": Evidence(N_("Strength of the period")),
    "share_of_run": Evidence(N_("Share of the run"), SHARE),
    "sharpness_limit_factor": Evidence(N_("Sharpness in units of its stability limit"), TIMES),
    "signal_growth_factor": Evidence(N_("Growth of the first layer's gradient before"), TIMES),
    "signal_lead_rows": Evidence(N_("Lead of the tenfold gradient over the loss"), ROWS),
    "still_falls": Evidence(N_("The trend still falls"), YES),
    "training_after": Evidence(N_("Training loss after"), LOSS),
    "training_at_turn": Evidence(N_("Training loss at the turn"), LOSS),
    "update_ceiling_share": Evidence(N_("Relative step as a share of its ceiling"), SHARE),
    "update_rms": Evidence(N_("Relative step")),
    "validation_after": Evidence(N_("Validation loss after"), LOSS),
}
