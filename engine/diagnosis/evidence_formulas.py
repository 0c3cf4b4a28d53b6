"""Formula and source of each number of an event's evidence, for tool tips."""

from __future__ import annotations

from engine.i18n import N_, _

DEFINITION = N_("own definition, in the detector's docstring")
BOOK = "Goodfellow, Bengio, Courville, Deep Learning (2016), §8.2.1"
EDGE = "Cohen et al. 2021, arXiv 2103.00065; 2022, arXiv 2207.14484"
STABLE_ADAMW = "Wortsman et al. 2023, arXiv 2304.13013"
SPIKES = "Bai et al. 2025, arXiv 2506.04805"
DEPTH = "Schoenholz et al. 2017, arXiv 1611.01232"
NOISE = "McCandlish et al. 2018, arXiv 1812.06162, App. A"

FORMULAS: dict[str, tuple[str, str]] = {
    "batch_size": (N_("median number of samples in the mini-batches of the stretch"), ""),
    "best_validation": (N_("min of the level up to where the rise begins"), ""),
    "chance_level_classes": (N_("number of classes k for which ln k is the level"), ""),
    "change_at_boundary": (N_("mean of ln L after the boundary − ln L before it"), ""),
    "denominator_fall_factor": (N_("median √v some hundred rows before ÷ median √v just before"), SPIKES),
    "drop_factor": (N_("level at the end of the plateau ÷ level after the drop"), ""),
    "epochs_seen": (N_("number of epoch boundaries that were compared"), ""),
    "first_non_finite_row": (N_("first row at which L is NaN or infinite"), ""),
    "gradient_jump_factor": (N_("largest ‖g‖ near the event ÷ median ‖g‖ before"), ""),
    "gradient_over_eps": (N_("min over the layers of √mean(g²) / ε"), ""),
    "growth_per_step": (N_("(L at the end ÷ L at the onset)^(1 ÷ rows between)"), ""),
    "has_returned": (N_("whether the level came back to where it was before"), ""),
    "height_factor": (N_("highest L ÷ level before"), ""),
    "height_scatters": (N_("(highest L − level before) ÷ scatter"), ""),
    "initial_loss": (N_("level at the first rows"), ""),
    "is_non_finite_throughout": (N_("whether no value of the series is a finite number"), ""),
    "last_finite": (N_("L at the last row where it is a finite number"), ""),
    "length_rows": (N_("last row − first row + 1"), ""),
    "level": (N_("median of the level over the stretch"), ""),
    "level_after": (N_("median of the level after the change"), ""),
    "level_before": (N_("the level just before the change"), ""),
    "mechanism": (N_("1 running mean that restarts, 2 repeated order, 3 short last batch, 4 memorisation"), ""),
    "noise_scale": ("tr Σ / ‖G‖²", NOISE),
    "overlength_factor": ("½ uᵀHu / |g·u|", BOOK),
    "peak": (N_("largest L, or largest level, of the stretch"), ""),
    "period_rows": (N_("rows from one epoch boundary to the next"), ""),
    "phase_row": (N_("row of the first epoch boundary"), ""),
    "plateau_share_of_run": (N_("rows of the plateau ÷ rows of the run"), ""),
    "progress_relative": (N_("(level at the start − level at the end) ÷ level"), ""),
    "progress_scatters": (N_("fall of a line through ln L over the stretch ÷ scatter"), ""),
    "rise_factor": (N_("level at which the rise lasts ÷ level before"), ""),
    "scatter": (N_("robust standard deviation of L from one point to the next"), ""),
    "scatter_relative": (N_("scatter ÷ level"), ""),
    "score": (N_("√epochs × mean standardised deviation at the boundary"), ""),
    "share_of_run": (N_("rows of the event ÷ rows of the run"), ""),
    "sharpness_limit_factor": (N_("λmax ÷ its stability limit (2/η for gradient descent)"), EDGE),
    "signal_growth_factor": (N_("√mean(g²) of the first layer at the event ÷ its lowest before"), DEPTH),
    "signal_lead_rows": (N_("rows from where that gradient was ten times its lowest to the event"), DEPTH),
    "still_falls": (N_("whether the level falls by more than the scatter over the stretch"), ""),
    "training_after": (N_("median of the training loss after the turn"), ""),
    "training_at_turn": (N_("median of the training loss around the turn"), ""),
    "update_ceiling_share": (N_("largest RMS of the relative step ÷ its ceiling"), STABLE_ADAMW),
    "update_rms": ("√mean(m² / v), RMSprop √mean(g² / v)", STABLE_ADAMW),
    "validation_after": (N_("median of the level after the turn"), ""),
}


def evidence_hint(name: str) -> str:
    """Formula and source of a number in an event's evidence; empty for an unknown name.

    Examples
    --------
    >>> print(evidence_hint("overlength_factor"))
    ½ uᵀHu / |g·u|
    Source: Goodfellow, Bengio, Courville, Deep Learning (2016), §8.2.1
    """
    if name not in FORMULAS:
        return ""
    formula, source = FORMULAS[name]
    return "\n".join((_(formula), _("Source: {source}").format(source=source or _(DEFINITION))))
