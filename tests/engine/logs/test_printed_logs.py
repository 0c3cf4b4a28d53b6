"""What many trainers print is read: the right series with the right numbers over the right x."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.logs import open_log
from tests.engine.logs.printed import PRINTED, Printed


@pytest.mark.parametrize("printed", PRINTED, ids=lambda printed: printed.name)
def test_series_are_found_with_their_numbers(printed: Printed, tmp_path: Path) -> None:
    path = tmp_path / "output.log"
    path.write_bytes(printed.text.encode())
    (run,) = open_log(path)
    found = {s.name: run.table.values(s.name) for s in run.series}
    for name, (points, first, last) in printed.series.items():
        assert name in found, f"{name} not among {list(found)}"
        assert len(found[name]) == points
        assert found[name][0] == pytest.approx(first, abs=1e-3)
        assert found[name][-1] == pytest.approx(last, abs=1e-3, nan_ok=True)
    assert run.names.get(run.x, run.x) == printed.x if run.x else printed.x is None
    assert len(run.marks()) == printed.marks
    assert run.origin.format == printed.format
