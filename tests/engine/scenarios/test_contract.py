"""What every demo training keeps, over what discovery finds."""

from __future__ import annotations

import pytest
import torch

from engine.scenarios.base import Scenario, all_scenarios
from engine.tasks.networks import Dropout
from engine.tasks.settings import Kind, Setting, SettingError
from engine.training.session import TrainingSession

ALL = all_scenarios()
KNOBS = [pytest.param(name, s, id=f"{name}-{s.key}") for name, scenario in ALL.items() for s in scenario.settings]
WORDS = [
    pytest.param(name, s.key, word, id=f"{name}-{s.key}-{word}")
    for name, scenario in ALL.items()
    for s in scenario.settings
    for word in s.words
    if word != s.default
]


@pytest.mark.parametrize("scenario", ALL.values(), ids=ALL)
def test_a_scenario_says_what_it_is(scenario: type[Scenario]) -> None:
    assert scenario.title
    assert 30 < len(scenario.summary) < 160
    assert 20 < len(scenario.brief) <= 52
    assert scenario.__doc__
    assert {"lr", "optimizer", "epochs"} <= {s.key for s in scenario.settings}
    assert len({s.key for s in scenario.settings}) == len(scenario.settings)


@pytest.mark.parametrize(("name", "setting"), KNOBS)
def test_a_default_is_a_value_that_the_setting_takes(name: str, setting: Setting) -> None:
    assert setting.check(setting.default) == setting.default
    assert ALL[name].resolved({})[setting.key] == setting.default


@pytest.mark.parametrize(("name", "key", "word"), WORDS)
def test_every_word_trains(name: str, key: str, word: str) -> None:
    session = TrainingSession(name, 0, {key: word}, probes="none", max_steps=2)
    for _row in session:
        pass
    assert session.step == 2
    assert torch.isfinite(torch.tensor(session.run.table.values("loss"))).all()


@pytest.mark.parametrize("scenario", ALL.values(), ids=ALL)
def test_a_task_fits_itself(scenario: type[Scenario]) -> None:
    task = scenario().build(scenario.resolved({}), 0)
    assert len(task.inputs) == len(task.targets)
    outputs = task.model(task.inputs[:5])
    losses = task.losses(outputs, task.targets[:5])
    assert losses.shape == (len(task.inputs[:5]),)
    assert losses.requires_grad
    if task.correct is not None:
        assert task.correct(outputs, task.targets[:5]).dtype == torch.bool
    assert all(p.isfinite().all() and p.is_leaf for p in task.model.parameters())


@pytest.mark.parametrize("name", [n for n, s in ALL.items() if "dropout" in {k.key for k in s.settings}])
def test_the_dropout_knob_reaches_the_network(name: str) -> None:
    session = TrainingSession(name, 0, {"dropout": 0.3}, probes="none")
    shares = [module.share for module in session.task.model.modules() if isinstance(module, Dropout)]
    assert shares
    assert set(shares) == {0.3}


@pytest.mark.parametrize("name", [n for n, s in ALL.items() if "init" in {k.key for k in s.settings}])
def test_normal_initialisation_has_the_scale_that_was_asked_for(name: str) -> None:
    task = ALL[name]().build(ALL[name].resolved({"init": "normal", "init_std": 0.07}), 0)
    weights = torch.cat([p.detach().flatten() for p in task.model.parameters()])
    assert float(weights.std()) == pytest.approx(0.07, rel=0.1)


def test_an_unknown_scenario_is_refused_with_the_known_ones() -> None:
    with pytest.raises(SettingError, match="explosion"):
        TrainingSession("implosion")


def test_kinds_of_settings_are_those_that_a_form_can_show() -> None:
    assert {s.kind for scenario in ALL.values() for s in scenario.settings} <= set(Kind)
