"""A setting's name and values as people read them."""

from __future__ import annotations

from collections.abc import Iterable

from engine.i18n import N_, _, number, numbers
from engine.run import Value

WORDS = {
    "off": N_("off"),
    "full": N_("full"),
    "running_mean": N_("running mean"),
    "ema": N_("moving average"),
    "step": N_("step"),
    "sum_over_nominal": N_("sum ÷ nominal size"),
    "at_90": N_("drop at 90 %"),
    "sgd": N_("SGD"),
    "rmsprop": N_("RMSprop"),
    "adam": N_("Adam"),
    "adamw": N_("AdamW"),
    "momentum": N_("momentum"),
    "constant": N_("constant"),
    "cosine": N_("cosine"),
    "warmup": N_("warm-up"),
    "plateau": N_("on plateaus"),
    "default": N_("default"),
    "kaiming": N_("Kaiming"),
    "normal": N_("normal"),
    "none": N_("none"),
    "batch": N_("batch"),
    "mean": N_("mean"),
    "linear": N_("linear"),
    "relu_network": N_("ReLU network"),
    "houses": N_("houses"),
    "bowl": N_("bowl"),
    "parabola": N_("parabola"),
    "motor": N_("motor"),
    "memorising": N_("memorising"),
    "not_shuffled": N_("not shuffled"),
    "short_last_batch": N_("short last batch"),
}


def setting_title(key: str) -> str:
    """The title of a setting; its key where it is none of ours.

    Examples
    --------
    >>> setting_title("hold_lr"), setting_title("width")
    ('Hold the learning rate', 'width')
    """
    from engine.tasks.own_settings import OWN_SETTINGS
    from engine.tasks.settings import SETTINGS

    setting = SETTINGS.get(key) or OWN_SETTINGS.get(key)
    return key if setting is None else _(setting.title)


def word_text(word: str) -> str:
    """A word of a setting.

    Examples
    --------
    >>> word_text("running_mean"), word_text("cosine"), word_text("two_words")
    ('running mean', 'cosine', 'two words')
    """
    return _(WORDS[word]) if word in WORDS else word.replace("_", " ")


def meant_word(text: str, words: Iterable[str]) -> str | None:
    """The word of a setting that a person has typed, in its own form or in theirs; None if it is none of them.

    Examples
    --------
    >>> meant_word("Running mean", ["step", "running_mean"]), meant_word("0.1", ["off"])
    ('running_mean', None)
    """
    typed = text.strip().casefold()
    return next((word for word in words if typed in (word.casefold(), word_text(word).casefold())), None)


def value_text(value: Value, none: str = "–") -> str:
    """A value of a setting.

    Examples
    --------
    >>> value_text(3e-4), value_text(32), value_text(True), value_text(None), value_text("adam")
    ('3 × 10⁻⁴', '32', 'on', '–', 'Adam')
    """
    if value is None:
        return none
    if isinstance(value, bool):
        return _("on") if value else _("off")
    return number(value) if isinstance(value, int | float) else word_text(str(value))


def change_texts(before: Value, after: Value) -> tuple[str, str]:
    """The two values of a change, in one style of number.

    Examples
    --------
    >>> change_texts(0.001, 1e-4), change_texts("off", 0.1)
    (('0.001', '0.0001'), ('off', '0.1'))
    """
    if _is_number(before) and _is_number(after):
        first, second = numbers(float(before), float(after))  # type: ignore[arg-type]
        return first, second
    return value_text(before), value_text(after)


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
