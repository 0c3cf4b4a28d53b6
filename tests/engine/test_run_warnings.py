"""Warnings are values: readers make them, words are made when they are shown."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import main
from engine import i18n
from engine.library import Library
from engine.library.codec import describe, undescribe
from engine.logs import open_log
from engine.logs.formats import folder as crowded
from engine.logs.formats import long_table
from engine.logs.previewing import preview
from engine.run import Run
from engine.run_warnings import RunWarning, WarningKind
from engine.table import MetricTable
from engine.training.session import TrainingSession

TABLE = "step,loss\n1,0.5\noops,wrong\n2,0.25\n3,0.1\nEnd of training\n"


def cut_table() -> str:
    """A data frame of which a notebook shows the first and the last rows."""
    rows = [("", "loss"), ("0", "0.5"), ("1", "0.4"), ("...", "..."), ("98", "0.2"), ("99", "0.1")]
    return "<table>" + "".join(f"<tr><th>{a}</th><td>{b}</td></tr>" for a, b in rows) + "</table>"


BARS = "\r".join(f"{k}%|##| {k}/9 [00:01<00:01, 9.1it/s, loss={9 - k}.5]" for k in range(9) for _twice in range(2))
STOPPED = "".join(f"[{i}]\ttrain's l2: {9 - i}.5\n" for i in range(5)) + "Best iteration is:\n[2]\ttrain's l2: 7.5\n"
ANNOUNCED = "".join(f"Epoch {e}\nTraining...\nloss: {9 - e}.5\nValidating...\nloss: {9 - e}.7\n" for e in range(4))
SUMS = "step,loss,score\n0,3.0,0.1\n" + "".join(f"{50 * i},{100 / i},{i}\n" for i in range(1, 6))
RESTORED = "".join(
    f"Epoch {e} loss {9 - e}.5\n" + ("resuming from checkpoint_4.pt (epoch 4, loss 5.25)\n" if e == 4 else "")
    for e in range(1, 9)
)
DOUBLED = "".join(2 * f"step {i}: loss={9 - i}.5\n" for i in range(1, 5))
COMMAS = "".join(f"Epoche {e}: Verlust 0,{900 - e}\n" for e in range(9))

SHORT = "epoch,loss,lr\n" + "".join(f"{e},{9 - e}.5" + (",0.1\n" if e != 3 else "\n") for e in range(1, 8))
UNSURE = SHORT.replace(",", " ")
WRAPPED = "".join(
    line[at : at + 60] + "\n"
    for line in (
        f"2026-11-30 10:00:0{e} INFO project.training epoch {e}: loss {9 - e}.512345 (mean)" for e in range(1, 8)
    )
    for at in (0, 60)
)

EVALUATIONS = '{"validation_0": {"rmse": [0.5, 0.25, 0.1]}, "validation_1": {"rmse": [0.6, 0.4, 0.3]}}'
CUT = json.dumps(
    {
        "cells": [
            {
                "cell_type": "code",
                "outputs": [{"output_type": "execute_result", "data": {"text/html": cut_table()}}],
            }
        ]
    }
)
OBJECTS = '{"step": 1, "loss": 0.5}\n{"step": 2, "loss": 0.25}\n{"step": 3, "lo\n{"step": 4, "loss": 0.1}\n'


def read(folder: Path, name: str, text: str) -> Run:
    (folder / name).write_text(text, encoding="utf-8")
    (run,) = open_log(folder / name)
    return run


def exploded(_folder: Path) -> Run:
    session = TrainingSession("explosion", seed=1)
    for _step in session:
        pass
    return session.run


def kept_before(folder: Path) -> Run:
    """A run of a library file of the time when warnings were sentences."""
    run = read(folder, "log.csv", TABLE)
    said = json.loads(describe(run))
    del said["warning_values"]
    return undescribe(run.id, run.name, json.dumps(said), MetricTable())


def of_unknown_kinds(folder: Path) -> Run:
    """A kept run with events of kinds whose files are gone."""
    library = Library(folder / "library.db")
    run = read(folder, "log.csv", TABLE.replace("oops,wrong\n", "").replace("End of training\n", ""))
    library.add(run)
    said = {"evidence": {}, "severity": "warning", "state": "closed"}
    kinds = {"a": "wobble", "b": "twist", "c": "wobble"}
    library.put_items(run.id, "event", {id: json.dumps({"id": id, "kind": kind, **said}) for id, kind in kinds.items()})
    loaded, events = library.load(run.id)
    library.close()
    assert events == ()
    return loaded


def of_a_crowded_folder(folder: Path) -> Run:
    """The first of more logs than are read."""
    for index in range(5):
        (folder / f"{index}.csv").write_text("step,loss\n1,0.5\n2,0.25\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(crowded, "MOST_LOGS", 3)
        runs = open_log(folder)
    assert len(runs) == 3
    return runs[0]


def of_many_runs(folder: Path) -> Run:
    """The first run of a long table with more of them than are read."""
    rows = [f"{run},loss,{step},{9 - step}.5\n" for run in "abcde" for step in range(3)]
    (folder / "log.csv").write_text("run,metric,step,value\n" + "".join(rows))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(long_table, "MOST_RUNS", 3)
        runs = open_log(folder / "log.csv")
    assert len(runs) == 3
    return runs[0]


CASES = Path(__file__).resolve().parents[1] / "data" / "formats"


def damaged(folder: Path) -> Run:
    (events,) = (CASES / "torch-2.13.0-plain" / "log").iterdir()
    data = bytearray(events.read_bytes())
    data[30] ^= 0xFF
    (folder / "events.out.tfevents.1").write_bytes(data)
    (run,) = open_log(folder)
    return run


def resumed(_folder: Path) -> Run:
    (run,) = open_log(CASES / "torch-2.13.0-resumed-purged" / "log")
    return run


MADE_BY: dict[WarningKind, tuple[Callable[[Path], Run], int, int | None]] = {
    WarningKind.SKIPPED_LINES: (lambda folder: read(folder, "log.csv", TABLE), 2, 3),
    WarningKind.NO_OBJECTS: (lambda folder: read(folder, "log.jsonl", OBJECTS), 1, 3),
    WarningKind.NOT_FINITE: (exploded, 1, None),
    WarningKind.UNKNOWN_EVENTS: (of_unknown_kinds, 3, None),
    WarningKind.GUESSED_COLUMN: (lambda folder: read(folder, "log.csv", "step,value\n1,3\n2,2\n3,1\n"), 1, None),
    WarningKind.SHORT_ROWS: (lambda folder: read(folder, "log.csv", SHORT), 1, 4),
    WarningKind.UNSURE_ROWS: (lambda folder: read(folder, "log.txt", UNSURE), 1, 4),
    WarningKind.JOINED_LINES: (lambda folder: read(folder, "log.txt", WRAPPED), 7, None),
    WarningKind.LEFT_OUT: (of_a_crowded_folder, 2, None),
    WarningKind.DAMAGED_RECORDS: (damaged, 1, None),
    WarningKind.VOID_NUMBERS: (resumed, 5, None),
    WarningKind.GUESSED_ROLE: (lambda folder: read(folder, "evals.json", EVALUATIONS), 1, None),
    WarningKind.CUT_TABLE: (lambda folder: read(folder, "a.ipynb", CUT), 1, None),
    WarningKind.REDRAWS: (lambda folder: read(folder, "log.txt", BARS), 9, None),
    WarningKind.REPEATED_LINES: (lambda folder: read(folder, "log.txt", STOPPED), 1, 7),
    WarningKind.RESTORED_LINES: (lambda folder: read(folder, "log.txt", RESTORED), 1, 5),
    WarningKind.REPEATED_ROWS: (lambda folder: read(folder, "log.txt", DOUBLED), 4, None),
    WarningKind.MORE_RUNS: (of_many_runs, 2, None),
    WarningKind.ROLE_BY_LINES: (lambda folder: read(folder, "log.txt", ANNOUNCED), 4, 5),
    WarningKind.DECIMAL_COMMAS: (lambda folder: read(folder, "log.txt", COMMAS), 1, None),
    WarningKind.FIRST_ROW_APART: (lambda folder: read(folder, "log.csv", SUMS), 50, None),
    WarningKind.WRITTEN: (kept_before, 1, None),
}


@pytest.fixture
def english() -> Iterator[None]:
    before = i18n.language()
    i18n.set_language("en")
    yield
    i18n.set_language(before)


@pytest.mark.parametrize("what", WarningKind)
def test_every_kind_is_made_by_somebody_and_has_a_text(what: WarningKind, tmp_path: Path, english: None) -> None:
    make, count, line = MADE_BY[what]
    (warning,) = make(tmp_path).warnings
    assert (warning.what, warning.count, warning.line) == (what, count, line)
    assert warning.text and "{" not in warning.text


@pytest.mark.parametrize("what", [kind for kind in WarningKind if kind is not WarningKind.WRITTEN])
def test_the_text_follows_the_language_after_reading(what: WarningKind, tmp_path: Path, english: None) -> None:
    (warning,) = MADE_BY[what][0](tmp_path).warnings
    texts = set()
    for language in i18n.languages():
        i18n.set_language(language)
        texts.add(warning.text)
    assert len(texts) == len(i18n.languages())


def test_the_plural_follows_the_count(english: None) -> None:
    def text(count: int) -> str:
        return RunWarning.about_lines(WarningKind.SKIPPED_LINES, range(3, 3 + count)).text

    assert text(1) == "1 line without data was skipped: 3"
    assert text(5) == "5 lines without data were skipped: 3, 4, 5, 6, 7"
    assert text(6) == "6 lines without data were skipped: 3, 4, 5, 6, 7, …"
    i18n.set_language("ru")
    assert len({text(count).partition(":")[0].lstrip("0123456789 ") for count in (1, 2, 5)}) == 3


def test_all_skipped_lines_are_counted(tmp_path: Path) -> None:
    rows = ["step,loss", *(f"{i},{1 / i}" for i in range(1, 3000)), *(["broken,line"] * 2500)]
    (warning,) = read(tmp_path, "log.csv", "\n".join(rows)).warnings
    assert (warning.count, warning.lines) == (2500, (3001, 3002, 3003, 3004, 3005))


def test_the_import_dialog_is_given_the_same_warnings(tmp_path: Path) -> None:
    run = read(tmp_path, "log.csv", TABLE)
    assert preview(tmp_path / "log.csv").warnings == tuple(run.warnings)


def test_diagnose_gives_them_as_values_and_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], english: None
) -> None:
    read(tmp_path, "log.csv", TABLE)
    main.main(["diagnose", "--json", str(tmp_path / "log.csv")])
    record = json.loads(capsys.readouterr().out)
    text = "2 lines without data were skipped: 3, 6"
    assert record["warnings"] == [{"what": "skipped_lines", "line": 3, "count": 2, "text": text}]


def test_a_library_keeps_them_and_a_file_of_a_later_version_keeps_its_words(tmp_path: Path) -> None:
    run = read(tmp_path, "log.csv", TABLE)
    assert undescribe(run.id, run.name, describe(run), MetricTable()).warnings == run.warnings
    later = json.loads(describe(run))
    later["warning_values"][0]["what"] = "unheard_of"
    (warning,) = undescribe(run.id, run.name, json.dumps(later), MetricTable()).warnings
    assert warning == RunWarning(WarningKind.WRITTEN, sentence=later["warnings"][0])
