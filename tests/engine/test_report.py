"""A report is one file that opens anywhere, shows every spike, and shows text from a log as text."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from engine.events import EventKind as K
from engine.report import ReportError, ReportImage, write_report
from engine.report.curve import draw
from engine.report.writing import markdown_text
from engine.run import Change, Origin, OriginKind, Run
from engine.run_warnings import RunWarning, WarningKind
from engine.series import LossSeries
from engine.table import MetricTable
from tests.engine.diagnosis.builders import make_event, make_run

HOSTILE = '<script>alert("x")</script>'
ADAM = {"lr": 1e-3, "optimizer": "adam", "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "batch_size": 32}


class Elements(HTMLParser):
    """All tags and addresses of a page, and whether every tag is closed."""

    VOID = {"meta", "br", "img", "line", "rect", "path", "link", "input"}

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.addresses += [value for name, value in attributes if name in ("src", "href", "action", "data")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def page_of(path, run, events=(), **more) -> str:
    return write_report(run, events, path / "report.html", **more).read_text(encoding="utf-8")


def points_of(path_data: str) -> np.ndarray:
    return np.array([[float(n) for n in p.split(",")] for p in re.split("[ML]", path_data)[1:]])


def test_every_kind_appears_with_its_causes_and_code(tmp_path):
    events = [make_event(kind, start=10 * i, end=10 * i + 5) for i, kind in enumerate(K)]
    page = page_of(tmp_path, make_run(settings=ADAM), events)
    assert page.count("<article") == 10
    assert page.count("Likely causes") == 10
    assert "optimizer.param_groups" in page and "keras." in page


def test_the_page_is_well_formed_and_needs_nothing_from_outside(tmp_path):
    events = [make_event(kind, start=10 * i, end=10 * i + 5) for i, kind in enumerate(K)]
    elements = Elements(page_of(tmp_path, make_run(settings=ADAM), events, images=[ReportImage("x", b"png")]))
    assert not elements.open
    assert not {"script", "link", "iframe", "object"} & set(elements.tags)
    assert all(address.startswith(("#", "data:image/png;base64,")) for address in elements.addresses)


def test_text_from_a_log_is_shown_as_text(tmp_path):
    table = MetricTable()
    loss = np.linspace(1, 0.5, 50)
    table.extend({HOSTILE: np.arange(50.0), HOSTILE + "loss": loss})
    run = Run(HOSTILE, table, (LossSeries(HOSTILE + "loss"),), Origin(OriginKind.LOG), HOSTILE, {HOSTILE: HOSTILE})
    run.changes.append(Change(3, 3, HOSTILE, HOSTILE, HOSTILE))
    run.warnings.append(RunWarning(WarningKind.WRITTEN, sentence=HOSTILE))
    event = replace(make_event(K.SPIKE, 10, 12, **{HOSTILE: 1.0}), series=HOSTILE + "loss")
    proofs = {event.id: [HOSTILE]}
    page = page_of(tmp_path, run, [event], images=[ReportImage(HOSTILE, b"")], proofs=proofs)
    assert "script" not in Elements(page).tags
    assert page.count("&lt;script&gt;") >= 8
    text = write_report(run, [event], tmp_path / "report.md", proofs=proofs).read_text(encoding="utf-8")
    assert "<script" not in text.replace("\\<script", "")


def test_a_log_cannot_write_markdown():
    assert markdown_text("# a\n* [b](c) `d` | e") == "\\# a \\* \\[b\\](c) \\`d\\` \\| e"


def test_a_quiet_run_says_so(tmp_path):
    page = page_of(tmp_path, make_run())
    assert "Nothing stands out" in page and "<article" not in page


def test_a_run_without_rows_still_makes_a_report(tmp_path):
    assert "Nothing stands out" in page_of(tmp_path, make_run(loss=np.empty(0)))


def test_markdown_has_story_events_and_code(tmp_path):
    text = write_report(make_run(settings=ADAM), [make_event(K.OVERSHOOT)], tmp_path / "report.md").read_text()
    assert text.startswith("# demo\n")
    assert "## What happened" in text and "### ◆ 1 · Overshoot, step 101" in text and "```python\nlr = 0.0001" in text
    assert "\n\n\n" not in text


def test_proofs_are_listed_with_their_event(tmp_path):
    event = make_event(K.SPIKE)
    page = page_of(tmp_path, make_run(), [event], proofs={event.id: ["9 of 10 forks stayed calm"]})
    assert "Experiments" in page and "9 of 10 forks stayed calm" in page


@pytest.mark.parametrize("name", ["report.html", "report.md"])
def test_notes_on_the_curve_are_listed_as_text(tmp_path, name):
    path = write_report(make_run(), [], tmp_path / name, notes={100: HOSTILE})
    text = path.read_text(encoding="utf-8")
    assert "Notes on the curve" in text and "step 101: " in text
    assert re.search(r"(?<!\\)<script", text) is None


def test_the_demo_that_a_run_came_from_answers_its_questions(tmp_path):
    run = make_run(settings=ADAM)
    run.origin = Origin(OriginKind.TRAINING, scenario="late-rise", seed=3)
    assert "Does Adam divide a small number by an even smaller one?" in page_of(tmp_path, run)


def test_a_crowd_of_events_is_cut_and_said_so(tmp_path):
    events = [make_event(K.SPIKE, row, row + 1, id=str(row)) for row in range(0, 90, 2)]
    page = page_of(tmp_path, make_run(), events)
    assert page.count("<article") == 40 and "5 less important events" in page


def test_a_place_that_cannot_be_written_is_told_to_the_person(tmp_path):
    with pytest.raises(ReportError, match="cannot write"):
        write_report(make_run(), [], tmp_path / "no" / "such" / "folder.html")


def test_one_spike_in_a_million_points_is_drawn_at_its_place_and_height():
    loss = np.ones(1_000_000)
    loss[654_321] = 30.0
    drawing = draw(make_run(loss), "loss", [], [])
    points = points_of(drawing.path)
    assert len(points) < 10_000
    x, y = points[points[:, 1].argmin()]
    expected = drawing.left + 654_321 / 999_999 * (drawing.right - drawing.left)
    assert x == pytest.approx(expected, abs=0.1)
    assert y == pytest.approx(drawing.top + 0.05 / 1.1 * (drawing.bottom - drawing.top), abs=0.1)


def test_a_loss_over_orders_of_magnitude_is_drawn_on_a_log_axis_where_an_exponential_is_straight():
    drawing = draw(make_run(np.exp(-np.arange(200) / 20)), "loss", [], [])
    points = points_of(drawing.path)
    assert drawing.is_log
    assert np.abs(np.diff(points[:, 1], 2)).max() < 0.25
    assert {tick.text for tick in drawing.y_ticks} >= {"0.1", "0.01"}


def test_what_is_no_number_leaves_a_gap_and_a_mark():
    loss = np.ones(200)
    loss[100:110] = np.nan
    drawing = draw(make_run(loss), "loss", [], [])
    assert drawing.path.count("M") == 2
    assert len(drawing.bad) >= 1
    many = np.ones(100_000)
    many[50_000:50_100] = np.inf
    assert draw(make_run(many), "loss", [], []).path.count("M") == 2


def test_a_column_of_nothing_but_nan_is_not_drawn():
    assert draw(make_run(np.full(10, np.nan)), "loss", [], []) is None


def test_bands_lie_where_their_events_are():
    drawing = draw(make_run(np.ones(200)), "loss", [make_event(K.PLATEAU, 0, 199), make_event(K.SPIKE, 100, 100)], "12")
    whole, narrow = drawing.bands
    assert (whole.left, whole.left + whole.width) == (drawing.left, drawing.right)
    assert narrow.width == 2.0 and narrow.left == pytest.approx(drawing.left + 100 / 199 * whole.width, abs=0.1)


def test_numbers_above_bands_never_cover_one_another():
    events = [make_event(K.SPIKE, row, row, id=str(row)) for row in range(100, 120)]
    drawing = draw(make_run(np.ones(200)), "loss", events, [str(i) for i in range(1, 21)])
    places = [band.left for band in drawing.labels]
    assert 1 <= len(places) < 20
    assert min(np.diff(places)) >= 16


def test_the_command_writes_one_report_a_run(tmp_path, capsys):
    from main import main

    for name in "ab":
        (tmp_path / f"{name}.csv").write_text("step,loss\n" + "\n".join(f"{i},{1 / (i + 1)}" for i in range(100)))
    out = tmp_path / "out.html"
    main(["diagnose", str(tmp_path / "a.csv"), str(tmp_path / "b.csv"), "--report", str(out)])
    assert "a.csv" in out.read_text() and "b.csv" in (tmp_path / "out-2.html").read_text()
    assert main(["diagnose", str(tmp_path / "a.csv"), "--report", str(tmp_path / "no" / "x.html")]) == 2
    assert "cannot write" in capsys.readouterr().err
