"""Formula and source of each number that no column, evidence or probe explains."""

from __future__ import annotations

from engine.i18n import N_, _
from engine.sources import citation

# Name of the number -> its formula and a key of `engine.sources`.
HINTS: dict[str, tuple[str, str]] = {
    # knobs
    "lr": ("θ ← θ − η u", "step_change"),
    "batch_size": ("g = 1/B · Σ ∇ℓᵢ", "noise_scale"),
    "beta1": ("m ← β₁ m + (1 − β₁) g", "adam"),
    "beta2": ("v ← β₂ v + (1 − β₂) g²", "adam"),
    "eps": ("u = m / (√v + ε)", "adam"),
    "momentum": ("u ← β u + g", "edge"),
    "rho": ("v ← ρ v + (1 − ρ) g²", "rmsprop"),
    "weight_decay": (N_("g ← g + λθ;  AdamW: θ ← θ − ηλθ"), "regularisation"),
    "clip_norm": ("g ← g · min(1, c / ‖g‖)", "gradient_clipping"),
    "clip_update": ("u ← u / max(1, RMS(u) / c)", "update_clipping"),
    "init_std": ("θ₀ ~ N(0, σ²)", "depth_scale"),
    "dropout": (N_("a ← a / (1 − p) with probability 1 − p, else 0"), "regularisation"),
    "epochs": (N_("steps = epochs · ⌈samples / B⌉"), "definition"),
    "label_noise": (N_("labels replaced at random ÷ labels"), "definition"),
    # below the plots
    "pace": (N_("steps done ÷ seconds, over the last half second"), "definition"),
    "detectors": (N_("seconds in the detectors ÷ seconds of training"), "definition"),
    "rows": (N_("rows of the run's table: one per logged step, or one per line of the log"), "definition"),
    "events": (N_("events that no other event of the run explains"), "definition"),
    # the run table
    "last_loss": (N_("last value of the run's first loss, as logged"), "definition"),
    "best_loss": (N_("smallest finite value of the run's first loss, not smoothed"), "definition"),
    "best_at": (N_("x of the smallest loss"), "definition"),
    "last_accuracy": (
        N_("last value of the accuracy, as logged; of single samples, the share of right ones at the end"),
        "definition",
    ),
    # event cards
    "confidence": (
        N_("share of the events reported at this confidence that are true on labelled curves"),
        "calibrated",
    ),
    "weight": (
        N_("prior of the cause for this kind × evidence for and against it, ÷ the sum over all causes"),
        "cause",
    ),
    "sentence": (N_("the numbers are those of the evidence, where each has its formula"), "definition"),
    "story": (N_("the numbers are those of the events below"), "definition"),
    # the data view
    "sample": (N_("loss of one sample: −ln p of its class"), "definition"),
    # the probes
    "price": (N_("seconds of one reading ÷ seconds of one step, on one core"), "measured"),
    # the tool bar
    "speed": (N_("maximum steps per second"), "definition"),
    "smoothing": (N_("median of the values within half this width on either side"), "definition"),
}


def hint(name: str) -> str:
    """The entry of a number as a tool tip; empty for a name without one.

    >>> print(hint("beta1").splitlines()[0])
    m ← β₁ m + (1 − β₁) g
    """
    if name not in HINTS:
        return ""
    formula, source = HINTS[name]
    if source == "definition":
        return _(formula)
    return "\n".join((_(formula), _("Source: {source}").format(source=citation(source))))
