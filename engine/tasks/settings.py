"""Settings: one declaration defines form, command-line key, range check, help and `applies`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import StrEnum

from engine.i18n import N_, _
from engine.run import Value
from engine.values import dataclass


class SettingError(ValueError):
    """A setting does not exist or refuses a value; the text is meant for the user."""


class Applies(StrEnum):
    """When a turned knob takes effect."""

    NOW = "now"
    EPOCH = "next epoch"
    RESTART = "restart"


class Kind(StrEnum):
    """Kind of a setting's value, which determines its widget."""

    FLOAT = "float"
    INTEGER = "integer"
    CHOICE = "choice"
    SWITCH = "switch"


@dataclass(frozen=True)
class Setting:
    """Declaration of a setting.

    Attributes
    ----------
    key : str
        The name on the command line and in files.
    title, help : str
        For people, marked with `N_`.
    low, high : float or None
        Inclusive range of a number.
    is_log : bool
        Whether its slider is logarithmic.
    words : tuple of str
        The values of a choice; for a number, words accepted besides numbers (``full`` for ``batch_size``, ``off`` for
        a clip).
    unit : str
        Empty if it has none.
    optimizers : tuple of str
        The optimizers that use it; empty if all do.
    rank : int
        How soon people reach for it; the smallest ranks are shown first.
    """

    key: str
    title: str
    help: str
    kind: Kind
    default: Value
    low: float | None = None
    high: float | None = None
    is_log: bool = False
    words: tuple[str, ...] = ()
    unit: str = ""
    applies: Applies = Applies.NOW
    optimizers: tuple[str, ...] = ()
    rank: int = 99

    def is_used_by(self, optimizer: Value) -> bool:
        """Whether training with an optimizer uses the setting.

        Examples
        --------
        >>> SETTINGS["beta1"].is_used_by("sgd"), SETTINGS["lr"].is_used_by("sgd")
        (False, True)
        """
        return not self.optimizers or optimizer in self.optimizers

    def check(self, value: object) -> Value:
        """Convert a value to the setting's type and check it.

        Raises
        ------
        SettingError
            If it is of another type, out of range or an unknown word.

        Examples
        --------
        >>> SETTINGS["lr"].check("0.01"), SETTINGS["batch_size"].check("full"), SETTINGS["shuffle"].check("off")
        (0.01, 'full', False)
        """
        if self.kind is Kind.SWITCH:
            return self._switch(value)
        if isinstance(value, str) and value in self.words:
            return value
        if self.kind is Kind.CHOICE:
            raise SettingError(
                _("{key} must be one of {words}, not {value!r}").format(
                    key=self.key, words=", ".join(self.words), value=value
                )
            )
        return self._number(value)

    def _switch(self, value: object) -> bool:
        words = {
            "on": True,
            "true": True,
            "yes": True,
            "1": True,
            "off": False,
            "false": False,
            "no": False,
            "0": False,
        }
        if isinstance(value, bool):
            return value
        if str(value).lower() in words:
            return words[str(value).lower()]
        raise SettingError(_("{key} must be on or off, not {value!r}").format(key=self.key, value=value))

    def _number(self, value: object) -> float | int:
        try:
            number = float(value)  # type: ignore[arg-type]
            if self.kind is Kind.INTEGER and number != int(number):
                raise ValueError
        except (TypeError, ValueError, OverflowError):
            raise SettingError(
                _("{key} must be {what}, not {value!r}").format(key=self.key, what=self.range_text(), value=value)
            ) from None
        is_inside = (self.low is None or number >= self.low) and (self.high is None or number <= self.high)
        if not is_inside:  # also refuses NaN
            raise SettingError(
                _("{key} must be {what}, not {value}").format(key=self.key, what=self.range_text(), value=value)
            )
        return int(number) if self.kind is Kind.INTEGER else number

    def range_text(self) -> str:
        """The accepted values, in the current language."""
        noun = _("an integer") if self.kind is Kind.INTEGER else _("a number")
        if self.low is not None and self.high is not None:
            noun = _("{noun} from {low:g} to {high:g}").format(noun=noun, low=self.low, high=self.high)
        elif self.low is not None:
            noun = _("{noun} of at least {low:g}").format(noun=noun, low=self.low)
        return " / ".join([noun, *self.words])


def _float(key: str, title: str, help: str, default: Value, low: float, high: float, **more: object) -> Setting:
    return Setting(key, title, help, Kind.FLOAT, default, low, high, **more)  # type: ignore[arg-type]


def _choice(key: str, title: str, help: str, words: tuple[str, ...], applies: Applies) -> Setting:
    return Setting(key, title, help, Kind.CHOICE, words[0], words=words, applies=applies)


OPTIMIZERS = ("sgd", "momentum", "rmsprop", "adam", "adamw")

_ALL = (
    _choice(
        "mechanism",
        N_("Mechanism"),
        N_("What leaves a mark at the end of each epoch; also changes other settings"),
        ("default",),
        Applies.RESTART,
    ),
    _float(
        "lr",
        N_("Learning rate"),
        N_("Length of a step along the (scaled) negative gradient"),
        1e-3,
        0.0,
        1e3,
        is_log=True,
    ),
    Setting(
        "batch_size",
        N_("Batch size"),
        N_("Samples per mini-batch; full uses all of them in every step"),
        Kind.INTEGER,
        32,
        1,
        1_000_000,
        words=("full",),
        applies=Applies.EPOCH,
        is_log=True,
    ),
    _choice(
        "optimizer",
        N_("Optimizer"),
        N_("Rule that turns gradients into steps; a change resets its state"),
        OPTIMIZERS,
        Applies.NOW,
    ),
    _float(
        "beta1",
        N_("β₁"),
        N_("Decay of the first moment: the share of the old mean kept in each step"),
        0.9,
        0.0,
        0.9999,
    ),
    _float(
        "beta2",
        N_("β₂"),
        N_("Decay of the second moment: the share of the old mean square kept in each step"),
        0.999,
        0.0,
        0.999999,
    ),
    _float("eps", N_("ε"), N_("Added to the denominator of adaptive optimizers"), 1e-8, 0.0, 1.0, is_log=True),
    _float("momentum", N_("Momentum"), N_("Share of the last step carried over (heavy ball)"), 0.9, 0.0, 0.9999),
    _float("rho", N_("ρ"), N_("Decay of RMSprop's mean square"), 0.9, 0.0, 0.999999),
    _float("weight_decay", N_("Weight decay"), N_("Pull of the weights towards zero"), 0.0, 0.0, 10.0, is_log=True),
    _float(
        "clip_norm",
        N_("Clip gradient norm"),
        N_("Largest gradient norm that is let through"),
        "off",
        1e-6,
        1e6,
        is_log=True,
        words=("off",),
    ),
    _float(
        "clip_update",
        N_("Clip update RMS"),
        N_("Largest root mean square of the scaled update before the learning rate"),
        "off",
        1e-3,
        1e3,
        is_log=True,
        words=("off",),
    ),
    Setting(
        "amsgrad",
        N_("AMSGrad"),
        N_("Keep the largest second moment seen, so the denominator never shrinks"),
        Kind.SWITCH,
        False,
    ),
    _choice(
        "schedule",
        N_("Schedule"),
        N_("How the learning rate changes over time"),
        ("constant", "step", "cosine", "plateau", "warmup", "at_90"),
        Applies.NOW,
    ),
    _choice(
        "init",
        N_("Initialisation"),
        N_("How the initial weights are drawn"),
        ("default", "kaiming", "normal"),
        Applies.RESTART,
    ),
    _float(
        "init_std",
        N_("Initial weight scale"),
        N_("Standard deviation of the initial weights and biases"),
        0.02,
        1e-6,
        10.0,
        is_log=True,
        applies=Applies.RESTART,
    ),
    _choice(
        "normalization", N_("Normalization"), N_("Layers that rescale activations"), ("none", "batch"), Applies.RESTART
    ),
    _float("dropout", N_("Dropout"), N_("Share of activations set to zero"), 0.0, 0.0, 0.95),
    Setting(
        "shuffle",
        N_("Shuffle"),
        N_("Draw a new order of the samples in every epoch"),
        Kind.SWITCH,
        True,
        applies=Applies.EPOCH,
    ),
    Setting(
        "replacement",
        N_("Draw with replacement"),
        N_("Draw each sample from all of them, so an epoch may contain some twice and others never"),
        Kind.SWITCH,
        False,
        applies=Applies.EPOCH,
    ),
    Setting(
        "drop_last",
        N_("Drop last batch"),
        N_("Leave out the last mini-batch when it is short"),
        Kind.SWITCH,
        False,
        applies=Applies.EPOCH,
    ),
    _choice(
        "loss_logging",
        N_("Loss logging"),
        N_("Log the loss of each step, its mean since the epoch began, or a moving average"),
        ("step", "running_mean", "ema"),
        Applies.NOW,
    ),
    _choice(
        "reduction",
        N_("Loss reduction"),
        N_("Divide the summed loss by the mini-batch's own size, or by the nominal one"),
        ("mean", "sum_over_nominal"),
        Applies.NOW,
    ),
    Setting("epochs", N_("Epochs"), N_("Passes over the data before training ends"), Kind.INTEGER, 10, 1, 1_000_000),
    _choice("data", N_("Data"), N_("Which generated data set to train on"), ("default",), Applies.RESTART),
    _choice("model", N_("Model"), N_("Which model to train"), ("default",), Applies.RESTART),
    Setting(
        "standardize",
        N_("Standardise features"),
        N_("Give every feature mean 0 and standard deviation 1"),
        Kind.SWITCH,
        False,
        applies=Applies.RESTART,
    ),
    _float(
        "label_noise",
        N_("Label noise"),
        N_("Share of labels replaced by random ones (a fault to inject)"),
        0.0,
        0.0,
        1.0,
    ),
    Setting(
        "corrupt_batch",
        N_("Corrupt a batch"),
        N_("Multiply the inputs of the next mini-batch by a thousand (a fault to inject)"),
        Kind.SWITCH,
        False,
    ),
)

_ADAM = ("adam", "adamw")
_READ_BY = {
    "beta1": _ADAM,
    "beta2": _ADAM,
    "amsgrad": _ADAM,
    "eps": ("rmsprop", *_ADAM),
    "clip_update": ("rmsprop", *_ADAM),
    "momentum": ("momentum",),
    "rho": ("rmsprop",),
}

# Those that people reach for first, the first one soonest.
_FIRST = ("mechanism", "lr", "optimizer", "batch_size", "init", "normalization", "clip_norm", "schedule", "data",
          "momentum", "beta2", "beta1", "standardize", "weight_decay", "init_std", "rho")  # fmt: skip

SETTINGS: dict[str, Setting] = {
    s.key: replace(s, optimizers=_READ_BY.get(s.key, ()), rank=_FIRST.index(s.key) if s.key in _FIRST else len(_FIRST))
    for s in _ALL
}


GRADIENT_DESCENT: Mapping[str, Value] = {
    "beta1": 0.9,
    "beta2": 0.999,
    "eps": 1e-8,
    "momentum": 0.9,
    "rho": 0.9,
    "clip_norm": "off",
    "schedule": "constant",
    "label_noise": 0.0,
}
MINIBATCHES: Mapping[str, Value] = {
    **GRADIENT_DESCENT,
    "weight_decay": 0.0,
    "clip_update": "off",
    "amsgrad": False,
    "shuffle": True,
    "drop_last": False,
    "loss_logging": "step",
    "corrupt_batch": False,
}


def knobs(
    usual: Mapping[str, Value] | None = None, /, **own: Value | tuple[Value, tuple[str, ...]]
) -> tuple[Setting, ...]:
    """The settings of a scenario in catalogue order: the usual ones, such as `MINIBATCHES`, and its own.

    A choice may narrow its words: ``data=("gratings", ("gratings", "noise"))``.

    Examples
    --------
    >>> [(s.key, s.default) for s in knobs(optimizer="adam", lr=3e-3)]
    [('lr', 0.003), ('optimizer', 'adam')]
    """
    defaults = {**(usual or {}), **own}
    unknown = set(defaults) - set(SETTINGS)
    if unknown:
        raise SettingError(f"no such setting: {', '.join(sorted(unknown))}")
    return tuple(_with_default(setting, defaults[key]) for key, setting in SETTINGS.items() if key in defaults)


def _with_default(setting: Setting, default: Value | tuple[Value, tuple[str, ...]]) -> Setting:
    if isinstance(default, tuple):
        default, words = default
        setting = replace(setting, words=words)
    return replace(setting, default=setting.check(default))


def checked(settings: tuple[Setting, ...], given: Mapping[str, object]) -> dict[str, Value]:
    """All settings of a scenario, with given values replacing defaults.

    Raises
    ------
    SettingError
        If a key is not among them, or a value is refused.
    """
    known = {s.key: s for s in settings}
    for key in given:
        if key not in known:
            raise SettingError(_("no setting {key!r} here; available: {known}").format(key=key, known=", ".join(known)))
    return {key: s.check(given.get(key, s.default)) for key, s in known.items()}


def parsed(texts: Iterable[str]) -> tuple[dict[str, str], dict[int, dict[str, str]]]:
    """Parse ``KEY=VALUE[@STEP]`` into initial settings, and injections by the step from which they apply.

    Raises
    ------
    SettingError
        If a text has another form.

    Examples
    --------
    >>> parsed(["lr=0.01", "lr=0.1@500", "shuffle=off@500"])
    ({'lr': '0.01'}, {500: {'lr': '0.1', 'shuffle': 'off'}})
    """
    start: dict[str, str] = {}
    later: dict[int, dict[str, str]] = {}
    for text in texts:
        key, equals, rest = text.partition("=")
        value, at, step = rest.partition("@")
        if not (equals and key and value) or (at and not step.isdecimal()):
            raise SettingError(_("{text!r} is not KEY=VALUE or KEY=VALUE@STEP").format(text=text))
        target = later.setdefault(int(step), {}) if at else start
        target[key.strip()] = value.strip()
    return start, later
