"""What real libraries wrote is read as it was meant: every series, x, value, role, restart and warning of each case."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from engine.logs import open_log
from engine.run import Run
from tools import format_table
from tools.format_table import FILE, row

CASES = Path(__file__).resolve().parents[2] / "data" / "formats"
SINGLE = 1e-6  # relative precision of 32-bit floats, which several formats store


def cases() -> list[str]:
    return sorted(path.parent.name for path in CASES.glob("*/truth.json"))


def truth_of(case: str) -> dict[str, Any]:
    return json.loads((CASES / case / "truth.json").read_text(encoding="utf-8"))


def opened(case: str) -> list[Run]:
    return open_log(CASES / case / "log" / truth_of(case)["open"])


def test_there_are_cases() -> None:
    assert cases()


def test_the_page_of_formats_is_that_of_the_cases() -> None:
    assert format_table.FILE.read_text(encoding="utf-8") == format_table.page()


@pytest.mark.parametrize("case", cases())
def test_a_case_is_read_as_its_library_meant_it(case: str) -> None:
    if needed := truth_of(case).get("needs"):
        pytest.importorskip(needed)
    runs, wanted = opened(case), truth_of(case)["runs"]
    assert len(runs) == len(wanted), [run.name for run in runs]
    for run, right in zip(runs, wanted, strict=True):
        assert {s.name for s in run.series} == set(right["series"])
        for series in run.series:
            compare(run, series, right["series"][series.name])
        assert (run.names.get(run.x, run.x) if run.x else "row") == right["x"]
        if "name" in right:
            assert right["name"] in run.name
        if "restarts" in right:
            assert [run.x_at(mark.row) for mark in run.restarts()] == right["restarts"]
        assert {w.what.value for w in run.warnings} == set(right.get("warnings", ()))
        settings = {key: run.settings.get(key) for key in right.get("settings", {})}
        assert settings == right.get("settings", {})


def compare(run: Run, series: Any, right: dict[str, Any]) -> None:
    cells = run.table.series(series.name)
    assert (series.role.value, series.partner) == (right["role"], right["pair"]), series.name
    assert [spelled(v) for v in cells.values if not math.isfinite(v)] == [
        v for v in right["values"] if isinstance(v, str)
    ]
    assert list(map(float, cells.values)) == pytest.approx(list(map(float, right["values"])), rel=SINGLE, nan_ok=True)
    assert [run.x_at(int(row)) for row in cells.rows] == pytest.approx(right["x"])


def spelled(value: float) -> str:
    return "nan" if math.isnan(value) else ("inf" if value > 0 else "-inf")


def test_the_page_says_what_the_cases_say() -> None:
    rows = [line for line in FILE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")][1:]
    assert rows
    assert set(rows) <= {row(CASES / case) for case in cases()}
