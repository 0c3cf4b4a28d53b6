"""Lists, forms and help need no torch and no Qt: checked in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
LISTINGS = [
    "import engine.scenarios.base as b; scenarios = b.all_scenarios(); assert len(scenarios) >= 7",
    "import main; main.main(['scenarios'])",
    "import main; main.main(['scenarios', '--json'])",
    "import main\ntry: main.main(['train', '--help'])\nexcept SystemExit: pass",
    "import engine.tasks.settings, engine.training.knobs, engine.tasks.data.gratings",
]


@pytest.mark.parametrize("code", LISTINGS)
def test_neither_torch_nor_qt_is_imported(code: str) -> None:
    check = "\nimport sys; loaded = {'torch', 'PySide6', 'polars'} & set(sys.modules); assert not loaded, loaded"
    result = subprocess.run([sys.executable, "-c", code + check], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stderr


def test_the_listing_gives_every_setting_with_type_range_unit_default_and_applies() -> None:
    command = [sys.executable, "main.py", "scenarios", "--json"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    records = [json.loads(line) for line in result.stdout.splitlines()]
    assert {"explosion", "late-rise", "kick-in", "fluctuation", "epoch-spikes"} <= {r["scenario"] for r in records}
    for record in records:
        for setting in record["settings"]:
            assert {"key", "type", "range", "unit", "default", "applies"} <= setting.keys()
            assert setting["applies"] in ("now", "next epoch", "restart")
