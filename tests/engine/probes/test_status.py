"""Status of probes: on or off, why they cannot measure, and what they cost."""

from __future__ import annotations

import pytest

from engine.probes.base import all_probes
from engine.probes.status import default_names, latest, statuses, statuses_before_start
from engine.training.session import TrainingSession


def test_before_the_start_the_settings_tell_what_can_be_measured() -> None:
    found = {s.name: s for s in statuses_before_start("explosion", {"optimizer": "sgd", "batch_size": 1}, ("norms",))}
    assert set(found) == set(all_probes())
    assert found["norms"].is_on
    assert found["norms"].reason is None
    assert not found["noise_scale"].is_on
    assert "one" in (found["noise_scale"].reason or "")
    assert "second moment" in (found["optimizer_state"].reason or "")


def test_the_default_set_follows_the_scenario() -> None:
    for name in ("explosion", "kick-in"):
        assert set(default_names(name)) == {n for n, p in all_probes().items() if p().is_on(name)}


def test_a_run_tells_the_share_of_each_probe_and_the_newest_readings() -> None:
    session = TrainingSession("explosion", 0, {"lr": 1e-4}, ["norms", "sharpness"], 10)
    for _row in session:
        pass
    found = {s.name: s for s in statuses(session.probing, session.settings, 2.0)}
    assert found["sharpness"].share == pytest.approx(session.probing.seconds["sharpness"] / 2.0)
    assert found["sharpness"].share > 0
    assert found["noise_scale"].share is None
    (reading,) = latest(all_probes()["sharpness"], session.run.table)
    assert reading.limit == pytest.approx(2 / 1e-4)
    assert reading.value == session.run.table.values("sharpness")[-1]


def test_a_probe_switched_in_mid_run_measures_from_then_on_and_changes_no_loss() -> None:
    def losses(switches: dict[int, bool]) -> tuple[list[float], int]:
        session = TrainingSession("healthy", 3, None, "none", 30)
        for _row in session:
            if session.step in switches:
                session.probing.switch("norms", switches[session.step])
                session.probing.strides["norms"] = 1
                session.probing.review(session.settings)
        table = session.run.table
        return table.values("loss").tolist(), table.count("grad_norm") if "grad_norm" in table else 0

    plain, none = losses({})
    switched, some = losses({10: True, 25: False})
    assert plain == switched
    assert (none, some) == (0, 15)


def test_a_family_is_one_reading_with_the_number_of_its_layers() -> None:
    session = TrainingSession("kick-in", 0, None, ["signal"], 2)
    for _row in session:
        pass
    readings = {r.quantity.column: r for r in latest(all_probes()["signal"], session.run.table)}
    assert readings["signal/*"].members == 8
    assert readings["signal/*"].column == "signal/conv1"


def test_a_frozen_layer_is_said_with_the_probes_that_read_layer_by_layer() -> None:
    session = TrainingSession("kick-in", 0, None, "none", 1)
    for parameter in session.task.model[0].parameters():
        parameter.requires_grad_(False)
    found = {s.name: s for s in statuses(session.probing, session.settings, 1.0)}
    assert "conv1" in (found["signal"].caveat or "")
    assert "conv1" in (found["layer_norms"].caveat or "")
    assert found["norms"].caveat is None


def test_a_single_sample_rests_the_signal_and_full_batch_the_noise_scale() -> None:
    session = TrainingSession("explosion", 0, {"data": "parabola"}, "none", 1)
    found = {s.name: s for s in statuses(session.probing, session.settings, 1.0)}
    assert "single sample" in (found["signal"].reason or "")
    assert "no sampling noise" in (found["noise_scale"].reason or "")
