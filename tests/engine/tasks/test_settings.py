"""The declarations of the knobs: what every one of them must have, and what they refuse."""

from __future__ import annotations

import math

import pytest

from engine.tasks.settings import SETTINGS, Applies, Kind, Setting, SettingError, checked, knobs, parsed


@pytest.mark.parametrize("setting", SETTINGS.values(), ids=SETTINGS)
def test_a_setting_says_what_it_is(setting: Setting) -> None:
    assert setting.title
    assert len(setting.help) > 15
    assert setting.help[0].isupper()
    assert not setting.help.endswith(".")
    if setting.kind in (Kind.FLOAT, Kind.INTEGER):
        assert setting.low is not None
        assert setting.high is not None
        assert setting.low < setting.high
    if setting.kind is Kind.CHOICE:
        assert setting.words


@pytest.mark.parametrize("setting", SETTINGS.values(), ids=SETTINGS)
def test_a_setting_takes_its_default_and_its_words_also_as_text(setting: Setting) -> None:
    for value in (setting.default, *setting.words):
        assert setting.check(value) == value
        assert setting.check(str(value)) == value


@pytest.mark.parametrize("key", [k for k, s in SETTINGS.items() if s.kind in (Kind.FLOAT, Kind.INTEGER)])
def test_a_number_out_of_range_is_refused_with_the_range(key: str) -> None:
    setting = SETTINGS[key]
    assert setting.check(setting.low) == setting.low
    assert setting.check(setting.high) == setting.high
    for wrong in (setting.low - 1, setting.high * 2 + 1, math.nan, math.inf, "much", None, ""):
        with pytest.raises(SettingError, match=key):
            setting.check(wrong)


def test_an_integer_is_not_rounded() -> None:
    assert SETTINGS["batch_size"].check("64") == 64
    assert isinstance(SETTINGS["batch_size"].check(64.0), int)
    with pytest.raises(SettingError):
        SETTINGS["batch_size"].check(1.5)


def test_a_switch_knows_its_words_only() -> None:
    assert [SETTINGS["shuffle"].check(word) for word in ("on", "Off", True, "no")] == [True, False, True, False]
    with pytest.raises(SettingError):
        SETTINGS["shuffle"].check("perhaps")


def test_unknown_keys_are_refused_with_the_known_ones() -> None:
    with pytest.raises(SettingError, match="lr"):
        checked(knobs(lr=0.1), {"learning_rate": 1})
    with pytest.raises(SettingError):
        knobs(nonsense=1)


@pytest.mark.parametrize("text", ["lr", "=1", "lr=", "lr=1@", "lr=1@x", "lr=1@-3", "lr=@5", ""])
def test_a_text_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(SettingError):
        parsed([text])


def test_what_needs_a_new_run_is_declared() -> None:
    restart = {key for key, setting in SETTINGS.items() if setting.applies is Applies.RESTART}
    assert restart == {"mechanism", "init", "init_std", "normalization", "data", "model", "standardize"}
