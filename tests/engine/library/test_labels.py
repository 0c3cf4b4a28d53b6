"""What a person says of events is kept, and leaves as a labelled set that the tools read."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.detectors.watch import Watch
from engine.events import Event, EventKind, Severity
from engine.library.labels import Label, Refusal, accept, export, mark, marked, refusals, refute, unmark
from engine.library.opening import LibraryError
from engine.library.store import Library
from engine.run import Origin, OriginKind, Run
from engine.series import LossSeries
from engine.table import MetricTable
from tools.judging.corpora import corpora


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "library.db")


def _kept(library: Library, loss: np.ndarray) -> tuple[Run, tuple]:
    table = MetricTable()
    table.extend({"step": 10.0 * np.arange(len(loss)), "train/loss": loss})
    run = Run("a run", table, (LossSeries("train/loss"),), Origin(OriginKind.TRAINING), x="step")
    watch = Watch(table, run.series, "step")
    watch.finish()
    library.add(run)
    library.write(run, 0, watch.events)
    return run, watch.listed


def _diverging() -> np.ndarray:
    return np.concatenate([np.full(40, 2.0), 2.0 * 2.0 ** np.arange(1, 11), [np.inf]])


def test_marks_and_refusals_are_kept_until_they_are_taken_back(library: Library) -> None:
    run, (event,) = _kept(library, _diverging())
    label = Label("train/loss", EventKind.SPIKE, 4, 6, "seen by eye")
    mark(library, run.id, label)
    refute(library, run.id, event)
    again = Library(library.path)
    assert marked(again, run.id) == (label,)
    assert refusals(again, run.id) == (Refusal.of(event),)
    unmark(again, run.id, label)
    accept(again, run.id, event.id)
    assert (marked(again, run.id), refusals(again, run.id)) == ((), ())


def test_what_is_refused_is_known_again_under_another_number_and_at_no_other_place() -> None:
    refusal = Refusal("loss/spike/3", "loss", EventKind.SPIKE, 100, 104)
    event = Event("loss/spike/3", EventKind.SPIKE, "loss", 100, 104, 104, Severity.WARNING, 0.9)
    assert refusal.means(event)
    assert refusal.means(replace(event, id="loss/spike/0"))
    assert refusal.means(replace(event, start=98))
    assert not refusal.means(replace(event, id="loss/spike/0", start=98))
    assert not refusal.means(replace(event, start=300, end=305))
    assert not refusal.means(replace(event, kind=EventKind.OVERSHOOT))
    assert not refusal.means(replace(event, series="val_loss"))


def test_a_label_needs_a_run_and_an_order(library: Library) -> None:
    with pytest.raises(LibraryError):
        mark(library, "none", Label("loss", EventKind.SPIKE, 1, 2))
    with pytest.raises(ValueError, match="must not end before"):
        Label("loss", EventKind.SPIKE, 3, 2)


def test_what_another_version_has_marked_stays(library: Library) -> None:
    run, _events = _kept(library, _diverging())
    other = {"series": "train/loss", "kind": "wobble", "start": 1, "end": 2, "note": ""}
    library.put_items(run.id, "label", {"other": json.dumps(other)})
    assert marked(library, run.id) == ()
    mark(library, run.id, Label("train/loss", EventKind.SPIKE, 4, 6))
    unmark(library, run.id, Label("train/loss", EventKind.SPIKE, 4, 6))
    assert list(library.items(run.id, "label")) == ["other"]


def test_a_mark_beyond_the_end_of_a_log_written_anew_is_left_out(library: Library, tmp_path: Path) -> None:
    run, _events = _kept(library, _diverging())
    mark(library, run.id, Label("train/loss", EventKind.SPIKE, 400, 410))
    assert export(library, tmp_path / "out") == 0


def test_the_export_is_a_labelled_set(library: Library, tmp_path: Path) -> None:
    first, (event,) = _kept(library, _diverging())
    second, (other,) = _kept(library, _diverging())
    _kept(library, _diverging())  # of which nothing was said
    mark(library, first.id, Label("train/loss", EventKind.SPIKE, 4, 6))
    refute(library, second.id, other)
    assert export(library, tmp_path / "out") == 2
    one, two = corpora([tmp_path / "out"])
    assert {(label.kind, label.start, label.certainty) for label in one.labels} == {
        ("spike", 40.0, "sure"),
        ("diverged", 10.0 * event.start, "unsure"),
    }
    assert [(label.kind, label.certainty) for label in two.labels] == [("healthy", "likely")]
    assert one.owner != two.owner
    lines = one.path.read_text(encoding="utf-8").splitlines()
    assert (lines[0], lines[1], lines[-1]) == ("step,loss", "0.0,2.0", "500.0,inf")
