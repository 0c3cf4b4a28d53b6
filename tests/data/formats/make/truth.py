"""What a case must be read as: written beside the files by the script that let the library write them."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent.parent
FILE = "truth.json"


def fresh(case: str) -> Path:
    """An empty folder for a case; its files go into ``log`` inside it."""
    folder = HERE / case
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "log").mkdir(parents=True)
    return folder / "log"


def number(value: float) -> float | str:
    """A number for JSON, which has neither NaN nor infinity."""
    if math.isnan(value):
        return "nan"
    return value if math.isfinite(value) else ("inf" if value > 0 else "-inf")


def series(values: Any, x: Any = None, role: str = "training", pair: str | None = None) -> dict[str, Any]:
    """One series: its values by the x at which they stand."""
    values = [number(float(v)) for v in values]
    xs = list(range(len(values))) if x is None else [float(v) for v in x]
    return {"role": role, "pair": pair, "x": xs, "values": values}


def run(all_series: dict[str, dict], x: str = "step", **more: Any) -> dict[str, Any]:
    """One run; `more`: name, restarts (x), warnings (kinds), settings."""
    return {"x": x, "series": all_series, **more}


def write(
    case: str, library: str, *runs: dict[str, Any], file: str = "", made: str = "written by it", needs: str = ""
) -> None:
    """Write the truth of a case; `file` is what to open, the folder without it; `needs` is the package to read it."""
    truth = {"library": library, "made": made, "open": file, "runs": list(runs)}
    truth.update({"needs": needs} if needs else {})
    text = json.dumps(truth, indent=1, ensure_ascii=False)
    (HERE / case / FILE).write_text(text + "\n", encoding="utf-8")
