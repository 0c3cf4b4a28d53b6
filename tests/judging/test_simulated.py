"""Simulated curves: what is labelled can be seen, and half of them are healthy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tools.judging.corpora import corpora
from tools.judging.scoring import KINDS
from tools.judging.simulated.curves.spikes import Spikes
from tools.judging.simulated.drawing import curve, drawn, kinds_of_curves
from tools.judging.simulated.sheet import Sheet
from tools.judging.writing import write_corpus


@pytest.mark.parametrize("name", sorted(kinds_of_curves()))
def test_labels_lie_within_the_curve_and_healthy_kinds_have_no_event(name: str) -> None:
    kind = kinds_of_curves()[name]()
    for seed in range(12):
        x, columns, labels = kind.draw(np.random.default_rng(seed))
        values = list(columns.values())[-1]
        assert len(x) == len(values) >= 10
        assert np.isfinite(values[:1]).all()
        assert labels
        for label in labels:
            assert label.kind in (*KINDS, "healthy")
            assert label.start is None or x[0] <= label.start <= (label.end or 0.0)
        if kind.is_healthy:
            assert {one.certainty for one in labels if one.kind != "healthy"} <= {"unsure"}


def test_more_than_half_are_healthy_and_every_kind_of_event_is_there() -> None:
    found = [one.labels for one in drawn(400)]
    assert sum(labels[0].kind == "healthy" for labels in found) > 200
    sure = [label.kind for labels in found for label in labels if label.certainty == "sure"]
    assert min(sure.count(kind) for kind in KINDS) >= 5


def test_one_number_is_one_curve() -> None:
    one, again, other = curve(7), curve(7), curve(8)
    assert one.labels == again.labels
    np.testing.assert_array_equal(one.columns["loss"], again.columns["loss"])
    assert len(one.x) != len(other.x)


@pytest.mark.parametrize(("height", "certainty"), [(1.0, "sure"), (0.065, "likely"), (0.03, "unsure"), (0.003, None)])
def test_how_sure_a_label_is_follows_from_what_stands_out(height: float, certainty: str | None) -> None:
    rng = np.random.default_rng(0)
    sheet = Sheet(rng, np.linspace(1, 0, 400), 0.01 * np.clip(rng.standard_normal(400), -2, 2))
    sheet.effect[200] = height
    sheet.mark("spike", 200, 200)
    labels = [label for label in sheet.logged()[2] if label.kind == "spike"]
    assert [label.certainty for label in labels] == ([certainty] if certainty else [])


def test_what_is_written_is_read_as_it_was_drawn(tmp_path: Path) -> None:
    curves = list(drawn(12))
    assert write_corpus(tmp_path, curves) == 12
    read = corpora([tmp_path])
    assert [one.path.name.partition("__")[0] for one in read] == [one.name for one in curves]
    for one, other in zip(read, curves, strict=True):
        assert [label.kind for label in one.labels] == [label.kind for label in other.labels]
        assert one.owner == other.owner.partition("/")[0]
        assert one.span == pytest.approx(np.ptp(other.x))
    with pytest.raises(FileExistsError):
        write_corpus(tmp_path, curves)


def test_spikes_are_where_the_labels_say() -> None:
    for seed in range(20):
        x, columns, labels = Spikes().draw(np.random.default_rng(seed))
        for label in labels:
            if label.kind == "spike" and label.certainty == "sure" and label.start is not None:
                at = int(np.searchsorted(x, label.start))
                assert columns["loss"][max(0, at - 1) : at + 8].max() > np.median(columns["loss"][max(0, at - 8) : at])
