"""What the names in an event's evidence mean: one label and unit for each, kept complete by a test."""

from __future__ import annotations

from dataclasses import dataclass

from engine.i18n import N_


@dataclass(frozen=True)
class Evidence:
    """A label for people and the unit; an empty unit is a plain number, ``loss`` the unit of the series itself."""

    label: str
    unit: str = ""


LOSS, ROWS, TIMES, SCATTERS, SHARE, YES = N_("loss"), N_("rows"), "×", N_("scatters"), N_("share"), N_("1 = yes")

EVIDENCE: dict[str, Evidence] = {
    "best_validation": Evidence(N_("best validation loss before"), LOSS),
    "chance_level_classes": Evidence(N_("classes whose chance level this is")),
    "change_at_boundary": Evidence(N_("change at the boundary, of the logarithm")),
    "drop_factor": Evidence(N_("loss falls by a factor of"), TIMES),
    "epochs_seen": Evidence(N_("epochs seen")),
    "first_non_finite_row": Evidence(N_("first non-finite value, row")),
    "growth_per_step": Evidence(N_("growth from point to point"), TIMES),
    "has_returned": Evidence(N_("the loss came back"), YES),
    "height_factor": Evidence(N_("peak against the level before"), TIMES),
    "height_scatters": Evidence(N_("height above the level before"), SCATTERS),
    "initial_loss": Evidence(N_("loss at the start"), LOSS),
    "last_finite": Evidence(N_("last finite value"), LOSS),
    "length_rows": Evidence(N_("length"), ROWS),
    "level": Evidence(N_("level"), LOSS),
    "level_after": Evidence(N_("level after"), LOSS),
    "level_before": Evidence(N_("level before"), LOSS),
    "mechanism": Evidence(N_("mechanism: 1 running mean, 2 repeated order, 3 last batch, 4 step")),
    "peak": Evidence(N_("peak"), LOSS),
    "period_rows": Evidence(N_("period"), ROWS),
    "phase_row": Evidence(N_("first boundary, row")),
    "plateau_share_of_run": Evidence(N_("plateau before"), SHARE),
    "progress_relative": Evidence(N_("progress from the start to the end, relative to the level")),
    "progress_scatters": Evidence(N_("progress over the stretch"), SCATTERS),
    "rise_factor": Evidence(N_("level after against the level before"), TIMES),
    "scatter": Evidence(N_("scatter of healthy points"), LOSS),
    "scatter_relative": Evidence(N_("scatter relative to the level")),
    "score": Evidence(N_("strength of the period")),
    "share_of_run": Evidence(N_("length"), SHARE),
    "still_falls": Evidence(N_("the trend still falls"), YES),
    "training_after": Evidence(N_("training loss after"), LOSS),
    "training_at_turn": Evidence(N_("training loss at the turn"), LOSS),
    "validation_after": Evidence(N_("validation loss after"), LOSS),
}
