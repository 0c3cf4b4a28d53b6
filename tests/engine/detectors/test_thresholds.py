"""The thresholds of every detector that discovery finds say what they are, and can be varied."""

import ast
import inspect
from pathlib import Path

import numpy as np
import pytest

from engine.detectors.base import Threshold
from engine.detectors.kinds.spike import Spike
from engine.detectors.watch import Watch, all_detectors
from engine.series import pair
from engine.table import MetricTable

ROOT = Path(__file__).resolve().parents[3]
DETECTORS = all_detectors()
WITH_OWN = {
    name: detector
    for name, detector in DETECTORS.items()
    if any(isinstance(value, Threshold) for value in vars(detector).values())
}
every = pytest.mark.parametrize("detector", DETECTORS.values(), ids=list(DETECTORS))


def _events(detector, columns):
    table = MetricTable()
    table.extend({name: np.asarray(values, float) for name, values in columns.items()})
    watch = Watch(table, pair([name for name in columns if "loss" in name]), detectors=[detector])
    watch.finish()
    return [repr(event) for event in watch.events]


@every
def test_each_threshold_has_a_unit_a_meaning_and_a_source(detector):
    for name, threshold in detector.thresholds().items():
        assert all(text.strip() for text in (threshold.unit, threshold.meaning, threshold.source)), name


@every
def test_an_instance_reads_each_threshold_as_a_number(detector):
    series = pair([name for name in detector.example() if "loss" in name])[-1]
    for name, threshold in detector.thresholds().items():
        assert getattr(detector(series), name) == threshold.value
        assert getattr(detector.with_thresholds(**{name: 17})(series), name) == 17


@every
def test_each_threshold_is_read_by_the_detector(detector):
    read = set()
    for owner in detector.__mro__[:-1]:
        tree = ast.parse(inspect.getsource(inspect.getmodule(owner)))
        read |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert set(detector.thresholds()) <= read


@pytest.mark.parametrize("detector", WITH_OWN.values(), ids=list(WITH_OWN))
def test_some_threshold_decides_what_a_detector_reports_on_its_example(detector):
    columns = detector.example()
    usual = _events(detector, columns)
    assert usual == _events(detector.with_thresholds(), columns)
    own = {name: value.value for name, value in vars(detector).items() if isinstance(value, Threshold)}
    varied = (
        detector.with_thresholds(**{name: type(value)(value * factor) or 1})
        for name, value in own.items()
        for factor in (0.001, 1000)
    )
    assert any(_events(other, columns) != usual for other in varied)


def test_a_varied_detector_keeps_its_name_and_leaves_the_usual_one_alone():
    loss = np.ones(300) + 0.01 * np.random.default_rng(0).standard_normal(300)
    loss[50:300:50] = 5.0
    few = Spike.with_thresholds(most_listed=2)
    assert len(_events(few, {"loss": loss})) == 2
    assert len(_events(Spike, {"loss": loss})) == 5
    assert few.name == "spike"
    assert Spike.most_listed.value == 6


@every
def test_a_threshold_that_a_detector_has_not_is_refused(detector):
    with pytest.raises(TypeError, match=rf"'{detector.name}' has no threshold lengthy; it has .*same_event"):
        detector.with_thresholds(lengthy=3)


def test_no_name_of_a_shared_number_means_two_things():
    """A bare word such as SMALLEST once stood for five numbers; a second meaning needs a second name."""
    found = {}
    for path in sorted((ROOT / "engine" / "detectors").rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            targets = node.targets if isinstance(node, ast.Assign) else []
            names = [name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)]
            for name in names:
                if name.isupper() and len(name) > 1:
                    found.setdefault(name, set()).add(path.name)
    assert len(found) > 50
    assert {name: files for name, files in found.items() if len(files) > 1} == {}
