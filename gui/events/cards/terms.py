"""What the symbols and terms in a text mean, for its tool tip."""

from __future__ import annotations

from engine.i18n import N_, _

# How a term is written, its forms parted by |, and what it means.
TERMS = (
    ("λ", N_("λ: the largest curvature of the loss, along its steepest direction")),
    ("η", N_("η: the learning rate")),
    ("ε", N_("ε: a small number that keeps the optimizer from dividing by almost nothing")),
    ("√v", N_("√v: the usual size of the gradient, which the optimizer divides each step by")),
    (
        "p =",
        N_(
            "Placebo: the same training, nudged a little but otherwise unchanged. p: how likely chance alone would "
            "make so large a difference."
        ),
    ),
    (
        # Translators: all forms of the word, or what they share, parted by |
        N_("curvature"),
        N_("Curvature: how quickly the slope of the loss changes; the larger it is, the shorter steps must be"),
    ),
    (N_("stability limit"), N_("Stability limit: the curvature from which on steps of this learning rate grow")),
    (
        N_("saddle point"),
        N_("Saddle point: a flat place from which the loss rises in some directions and falls in others"),
    ),
    (N_("gradient norm"), N_("Gradient norm: the length of the gradient, which tells how steep the loss is")),
    (N_("root mean square|RMS"), N_("Root mean square (RMS): the usual size of numbers, whatever their sign")),
    (N_("scatter"), N_("Scatter: how far neighbouring values lie apart")),
    (N_("mini-batch"), N_("Mini-batch: the samples that one step is computed from")),
    (N_("dropout"), N_("Dropout: at each step a random part of the network is switched off")),
    (N_("clip"), N_("Clipping: what is larger than the limit is scaled down to it")),
    (N_("standard deviation"), N_("Standard deviation: how far values usually lie from their mean")),
    (N_("half precision"), N_("Half precision: numbers of 16 bits, which end at about 65 000")),
    (
        N_("Kaiming init"),
        N_("Kaiming initialisation: initial weights that keep signals equally strong from layer to layer"),
    ),
    (N_("batch normalization"), N_("Batch normalization: each layer's values are brought to mean 0 and equal spread")),
    (N_("denominator"), N_("Denominator: what the optimizer divides each step by, the usual size of the gradient")),
    (N_("cliff"), N_("Cliff: a place where the loss becomes many times steeper within one step")),
)


def explained(text: str) -> str:
    """The meaning of each term in a text, a line each, in the current language.

    Examples
    --------
    >>> print(explained("The gradient jumped at a cliff of the loss"))
    Cliff: a place where the loss becomes many times steeper within one step
    """
    folded = text.casefold()
    found = (meaning for term, meaning in TERMS if any(form in folded for form in _(term).casefold().split("|")))
    return "\n".join(map(_, found))


def with_terms(hint: str, text: str) -> str:
    """A tool tip, and below it what the terms in the text mean."""
    return "\n\n".join(filter(None, (hint, explained(text))))
