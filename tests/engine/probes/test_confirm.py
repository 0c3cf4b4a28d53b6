from __future__ import annotations

import numpy as np
import pytest

from engine.events import Event, EventKind, Severity
from engine.probes.confirm import CONFIRMED, REFUTED, confirm, confirmed
from engine.probes.links import explaining, quantity_of
from engine.run import Origin, OriginKind, Run
from engine.series import LossSeries
from engine.table import MetricTable, Sparse


def _event(kind: EventKind, start: int = 50, end: int = 80) -> Event:
    return Event("loss/x/0", kind, "loss", start, end, end, Severity.WARNING, 0.7, {"peak": 3.0})  # type: ignore[arg-type]


def _table(rows: int = 100, **columns: object) -> MetricTable:
    table = MetricTable()
    table.extend({"loss": np.ones(rows), **columns})  # type: ignore[dict-item]
    return table


def _sparse(**readings: float) -> Sparse:
    rows = [int(name[1:]) for name in readings]
    return Sparse(np.array(rows, np.int64), np.array(list(readings.values())))


@pytest.mark.parametrize(("sharpness", "factor"), [(12.0, CONFIRMED), (8.0, 1.0), (3.0, REFUTED)])
def test_an_overshoot_is_confirmed_above_the_limit_and_refuted_far_below_it(sharpness: float, factor: float) -> None:
    table = _table(sharpness=_sparse(r40=sharpness, r60=1.0), stability_limit=_sparse(r40=10.0, r60=10.0))
    found = confirm(_event(EventKind.OVERSHOOT), table, {})
    assert found.factor == factor
    assert found.evidence == {"sharpness_limit_factor": pytest.approx(sharpness / 10)}


def test_an_overlong_step_confirms_a_divergence_whatever_the_sharpness_was_long_before() -> None:
    table = _table(sharpness=_sparse(r0=2.0), stability_limit=_sparse(r0=10.0), overlength=_sparse(r49=1.6))
    found = confirm(_event(EventKind.DIVERGED), table, {})
    assert found.factor == CONFIRMED
    assert found.evidence["overlength_factor"] == 1.6


def test_a_spike_is_explained_by_a_long_relative_step_over_a_fallen_denominator() -> None:
    updates, denominators = np.full(100, 0.2), np.geomspace(1e-3, 1e-6, 100)
    updates[49] = 1.58
    table = _table(
        update_rms=updates, update_rms_ceiling=np.full(100, 3.16), denominator_median=denominators, grad_norm=updates
    )
    found = confirm(_event(EventKind.SPIKE), table, {})
    assert found.factor == CONFIRMED
    assert found.evidence["update_ceiling_share"] == pytest.approx(0.5)
    assert found.evidence["denominator_fall_factor"] == pytest.approx(1000 ** (50 / 99))
    assert found.evidence["gradient_jump_factor"] == pytest.approx(7.9)


def test_before_a_kick_in_the_first_layers_gradient_grew() -> None:
    gradient = np.r_[np.full(20, 1e-7), np.geomspace(1e-7, 1e-4, 80)]
    table = _table(**{"grad_rms/conv1": gradient, "grad_over_eps/conv1": gradient / 1e-8})
    found = confirm(_event(EventKind.KICK_IN, start=90, end=95), table, {})
    assert found.factor == CONFIRMED
    assert found.evidence["signal_growth_factor"] == pytest.approx(gradient[90] / 1e-7)
    assert found.evidence["signal_lead_rows"] == 90 - np.flatnonzero(gradient > 1e-6)[0]
    assert found.evidence["gradient_over_eps"] == pytest.approx(gradient[95] / 1e-8)


def test_fluctuation_gets_the_noise_scale_beside_the_batch_size() -> None:
    table = _table(noise_scale=_sparse(r55=9.0, r65=11.0), batch_size=np.full(100, 4.0))
    assert confirm(_event(EventKind.FLUCTUATION), table, {}).evidence == {"noise_scale": 10.0, "batch_size": 4.0}


@pytest.mark.parametrize("kind", list(EventKind))
def test_without_probes_nothing_is_added(kind: EventKind) -> None:
    table = _table()
    run = Run("log", table, (LossSeries("loss"),), Origin(OriginKind.LOG))
    assert confirmed(_event(kind), run) == _event(kind)


@pytest.mark.parametrize("kind", list(EventKind))
def test_readings_that_are_not_finite_decide_nothing(kind: EventKind) -> None:
    from engine.probes.base import all_probes

    names = [q.column.replace("*", "conv1") for p in all_probes().values() for q in p.quantities]
    table = _table(**{name: np.full(100, np.nan) for name in [*names, "batch_size"]})
    assert confirm(_event(kind), table, {}).evidence == {}


def test_what_probes_say_joins_the_evidence_and_moves_the_confidence() -> None:
    table = _table(overlength=_sparse(r10=2.0))
    run = Run("run", table, (LossSeries("loss"),), Origin(OriginKind.TRAINING))
    event = confirmed(_event(EventKind.OVERSHOOT), run)
    assert dict(event.evidence) == {"peak": 3.0, "overlength_factor": 2.0}
    assert event.confidence == pytest.approx(0.7 * CONFIRMED)
    assert confirmed(event, run) == event


def test_events_lead_to_the_columns_that_explain_them() -> None:
    columns = ["loss", "grad_norm", "update_rms", "update_rms_ceiling", "sharpness", "stability_limit"]
    columns += ["signal/conv1", "signal/fc", "grad_rms/conv1"]
    assert explaining(EventKind.OVERSHOOT, columns)[0] == "sharpness"
    assert explaining(EventKind.SPIKE, columns)[0] == "update_rms"
    assert explaining(EventKind.KICK_IN, columns)[:3] == ("signal/conv1", "signal/fc", "grad_rms/conv1")
    assert not {"update_rms_ceiling", "loss"} & set(explaining(EventKind.SPIKE, columns))
    assert explaining(EventKind.OVERFITTING, columns) == ()
    found = quantity_of("sharpness")
    assert found is not None and found.limit == "stability_limit"
