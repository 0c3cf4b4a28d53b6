"""A new kind of event is one file: the example of CONTRIBUTING.md, in a copy of the program."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


def example() -> str:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return re.search(r"```python\n(.*?)```", page, re.DOTALL).group(1)


def run(copy: Path, *arguments: str) -> list[dict]:
    done = subprocess.run(
        [sys.executable, "main.py", *arguments, "--json"],
        cwd=copy,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(ROOT / "engine", folder / "engine", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "resources", folder / "resources")
    shutil.copytree(ROOT / "overshoot", folder / "overshoot", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "main.py", folder)
    losses = [1 - 2 * row / 199 for row in range(200)]
    (folder / "log.csv").write_text("step,loss\n" + "".join(f"{row},{loss}\n" for row, loss in enumerate(losses)))
    return folder


def of_kind(copy: Path) -> list[dict]:
    records = run(copy, "diagnose", "log.csv")
    events = [event for record in records for event in record.get("events", [])]
    return [event for event in events if event["kind"] == "below_zero"]


def told(copy: Path, expression: str) -> str:
    code = f"from engine.events import EventKind\nfrom engine.diagnosis.sentences import title\nprint({expression})"
    done = subprocess.run([sys.executable, "-c", code], cwd=copy, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_a_new_kind_is_found_told_and_explained_and_gone_with_its_file(copy: Path) -> None:
    file = copy / "engine" / "detectors" / "kinds" / "below_zero.py"
    file.write_text(example(), encoding="utf-8")
    listed = {record["detector"]: record for record in run(copy, "detectors")}
    assert listed["below_zero"]["kinds"] == ["below_zero"]
    (event,) = of_kind(copy)
    assert told(copy, "title(EventKind('below_zero'))") == "Below zero"
    assert event["text"] == "Loss was below zero for 99 steps, starting at step 100"
    assert event["severity"] == "info"
    assert [cause["text"] for cause in event["causes"]] == ["A log-likelihood of densities has no floor at zero"]
    assert [remedy["text"] for remedy in event["remedies"]] == ["Compare runs by their differences, not by ratios"]
    file.unlink()
    assert "below_zero" not in {record["detector"] for record in run(copy, "detectors")}
    assert of_kind(copy) == []


def test_a_kind_whose_file_is_gone_is_called_by_its_name() -> None:
    """In a fresh process, because what is declared once stays known."""
    code = (
        "from engine.events import EventKind\n"
        "from engine.diagnosis.sentences import title\n"
        "from engine.diagnosis.declared import all_causes, share\n"
        "kind = EventKind.declare('below_zero')\n"
        "assert EventKind('below_zero') is kind and EventKind.BELOW_ZERO is kind\n"
        "print(title(kind), sum(share(cause, kind) for cause in all_causes().values()))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "Below zero 0.0"


def test_two_files_that_declare_one_kind_are_refused(copy: Path) -> None:
    kinds = copy / "engine" / "detectors" / "kinds"
    (kinds / "below_zero.py").write_text(example(), encoding="utf-8")
    (kinds / "below_zero_again.py").write_text(
        "from engine.detectors.claims.kind import Kind\nAGAIN = Kind('below_zero', 'Below zero', '{where}')\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-c", "from engine.detectors.claims.kind import all_kinds; all_kinds()"],
        cwd=copy,
        capture_output=True,
        text=True,
        check=False,
    )
    (kinds / "below_zero.py").unlink()
    (kinds / "below_zero_again.py").unlink()
    assert "'below_zero' is declared in" in done.stderr
