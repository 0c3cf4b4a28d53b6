"""Declares the settings of a brought training: the usual ones where it has them, and those of ``build``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.brought.source import Described
from engine.run import Value
from engine.tasks.own_settings import OWN_SETTINGS
from engine.tasks.settings import SETTINGS, Applies, Kind, Setting, SettingError
from overshoot.feeding import LOADER_KEYS
from overshoot.own_trainee import LEVER_KEYS, MODEL_KEYS

KINDS = {"bool": Kind.SWITCH, "int": Kind.INTEGER, "float": Kind.FLOAT}
TURNED = ("lr", *LEVER_KEYS, *LOADER_KEYS, *MODEL_KEYS, "precision")


def knobs_of(training: Described) -> dict[str, Setting]:
    """The settings by key; one that ``build`` declares and the loop can turn applies at once."""
    found = {}
    for key in training.settings:
        setting = OWN_SETTINGS.get(key) or SETTINGS.get(key)
        if setting is not None and key != "optimizer":
            found[key] = setting
    for key, knob in training.declared.items():
        found.setdefault(key, declared_setting(key, knob))
    return found


def declared_setting(key: str, knob: Mapping[str, Any]) -> Setting:
    """The declaration of a knob of ``build``; a text accepts any value."""
    kind = KINDS.get(str(knob["type"]), Kind.CHOICE)
    words = (str(knob["default"]),) if kind is Kind.CHOICE else ()
    return Setting(key, key, str(knob.get("help", "")), kind, knob["default"], words=words, applies=Applies.RESTART)


def defaults_of(training: Described) -> dict[str, Value]:
    """The values that do not count as changed: those that ``build`` declares, else those that the training has."""
    return {**training.settings, **{key: knob["default"] for key, knob in training.declared.items()}}


def parted(
    given: Mapping[str, str], later: Mapping[int, Mapping[str, str]], declared: Mapping[str, Mapping[str, Any]]
) -> tuple[dict[str, Value], dict[int, dict[str, Value]]]:
    """Part ``--set`` into arguments of ``build`` and turns by step; what ``build`` does not declare is turned at once.

    Raises
    ------
    SettingError
        If a value is refused.
    """
    knobs: dict[str, Value] = {}
    turns = {step: _turned(values.items(), declared) for step, values in later.items()}
    for key, value in given.items():
        if key in declared:
            knobs[key] = _of_type(key, value, declared[key])
        else:
            turns.setdefault(1, {})[key] = _turned([(key, value)], declared)[key]
    return knobs, turns


def _of_type(key: str, value: str, knob: Mapping[str, Any]) -> Value:
    setting = declared_setting(key, knob)
    return value if setting.kind is Kind.CHOICE else setting.check(value)


def _turned(items: Iterable[tuple[str, str]], declared: Mapping[str, Mapping[str, Any]]) -> dict[str, Value]:
    from engine.i18n import _

    found: dict[str, Value] = {}
    for key, value in items:
        plain = key.partition("/")[0]
        if plain not in TURNED:
            known = ", ".join(dict.fromkeys([*declared, *TURNED]))
            text = _("{key} is an argument of build: it holds from the start, without @STEP")
            if plain not in declared:
                text = _("no setting {key!r} here; available: {known}")
            raise SettingError(text.format(key=key, known=known))
        found[key] = (OWN_SETTINGS.get(plain) or SETTINGS[plain]).check(value)
    return found
