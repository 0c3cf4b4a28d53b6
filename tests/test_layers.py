"""The arrows of the design, checked in fresh processes: what imports what."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
QT = ("PySide6", "shiboken6", "pyqtgraph", "qtawesome", "gui")
LIGHT = ("engine.scenarios", "engine.probes", "engine.experiments", "engine.commands")
PLOTS = "gui.plots"
HEAVY_IN_LISTS = ("torch", "polars", "tensorboard", *QT)


def modules(package: str) -> list[str]:
    """The names of all modules below a package."""
    folder = ROOT / package.replace(".", "/")
    names = [p.relative_to(ROOT).with_suffix("").parts for p in sorted(folder.rglob("*.py"))]
    return [".".join(part for part in parts if part != "__init__") for parts in names]


def loaded_after(code: str, watched: tuple[str, ...]) -> list[str]:
    """Which of the watched packages a fresh interpreter has loaded after running some code."""
    asking = f"{code}\nimport sys\nprint('|'.join(n for n in {watched!r} if n in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", asking],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [name for name in done.stdout.splitlines()[-1].split("|") if name]


def imported_names(path: Path, top_level_only: bool) -> set[str]:
    """The first parts of what a file imports; code that only a type checker sees does not count."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = tree.body if top_level_only else list(ast.walk(tree))
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


def test_importing_all_of_the_engine_loads_no_qt() -> None:
    imports = "\n".join(f"import {name}" for name in modules("engine"))
    assert loaded_after(imports, QT) == []


@pytest.mark.parametrize("path", sorted((ROOT / "engine").rglob("*.py")), ids=lambda p: str(p.relative_to(ROOT)))
def test_no_engine_file_imports_the_window_even_lazily(path: Path) -> None:
    assert imported_names(path, top_level_only=False).isdisjoint(QT)


@pytest.mark.parametrize("package", ["engine.scenarios", "engine.probes", "engine.experiments.factors"])
def test_scenarios_probes_and_factors_import_no_torch_at_the_top(package: str) -> None:
    folder = ROOT / package.replace(".", "/")
    for path in sorted(folder.rglob("*.py")):
        assert "torch" not in imported_names(path, top_level_only=True), path


@pytest.mark.parametrize("command", ["scenarios", "detectors", "formats", "diagnose --help", "train --help", "--help"])
def test_lists_and_help_load_nothing_heavy(command: str) -> None:
    code = f"import main\ntry:\n    main.main({command.split()!r})\nexcept SystemExit:\n    pass"
    assert loaded_after(code, HEAVY_IN_LISTS) == []


def test_diagnose_loads_neither_torch_nor_qt(tmp_path: Path) -> None:
    log = tmp_path / "loss.csv"
    log.write_text("step,loss\n" + "".join(f"{i},{1 / (i + 1)}\n" for i in range(300)))
    code = f"import main\nmain.main(['diagnose', '--json', {str(log)!r}])"
    assert loaded_after(code, ("torch", *QT)) == []


def test_main_is_safe_to_import_in_a_spawned_process() -> None:
    code = (
        "import multiprocessing, main\n"
        "if __name__ == '__main__':\n"
        "    pool = multiprocessing.get_context('spawn').Pool(1)\n"
        "    assert pool.apply(main.all_commands)\n"
        "    pool.close(); pool.join()\n"
    )
    assert loaded_after(code, QT) == []


def test_importing_main_does_nothing() -> None:
    assert loaded_after("import main", (*QT, "torch", "polars")) == []


def test_table_and_events_import_nothing_of_ours() -> None:
    for name in ("table", "events"):
        assert imported_names(ROOT / "engine" / f"{name}.py", top_level_only=False).isdisjoint({"engine", "gui"})


@pytest.mark.parametrize("path", sorted((ROOT / "gui").rglob("*.py")), ids=lambda p: str(p.relative_to(ROOT)))
def test_no_widget_is_silenced(path: Path) -> None:
    """One that is forgotten stays dead; compare values, or listen to what only a person causes."""
    assert not {"blockSignals", "QSignalBlocker"} & set(re.findall(r"\w+", path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", ["gui.plots.curves", "gui.plots.shown", "gui.runs.document"])
def test_documents_and_the_arithmetic_of_the_plots_load_no_qt(name: str) -> None:
    imports = "\n".join(f"import {module}" for module in modules(name) or [name])
    assert loaded_after(imports, ("PySide6", "shiboken6", "pyqtgraph")) == []


def test_no_two_rooms_of_the_plots_import_each_other_in_a_circle() -> None:
    arrows: dict[str, set[str]] = {}
    for path in sorted((ROOT / "gui" / "plots").rglob("*.py")):
        inside = path.relative_to(ROOT / "gui" / "plots").with_suffix("").parts
        arrows.setdefault(inside[0], set()).update(rooms_imported(path) - {inside[0]})
    assert len(arrows["panes"]) > 1  # the arrows were found
    assert list(TopologicalSorter(arrows).static_order())


def rooms_imported(path: Path) -> set[str]:
    """The parts of the plots that a file imports, also for a type checker only."""
    tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    names = [node.module for node in tree if isinstance(node, ast.ImportFrom) and node.module]
    return {name.split(".")[2] for name in names if name.startswith(f"{PLOTS}.")}


THREADS = {"threading", "multiprocessing", "concurrent", "QThread", "QThreadPool", "QRunnable", "QtConcurrent"}
MAY_THREAD = {
    "engine/commands/many.py": "many files are diagnosed on all cores",
    "engine/brought/command.py": "drains what a person's command prints",
    "engine/brought/interpreter.py": "reads what a person's process answers and prints",
    "engine/commands/prove.py": "an interrupt from the keyboard reaches the forks through an event",
    "engine/experiments/brought_forks.py": "each thread has a process of the person's interpreter",
    "engine/experiments/cluster.py": "wraps the futures of another machine's executor",
    "engine/experiments/executors.py": "forks run in processes",
    "engine/library/recorder.py": "runs are written while they train",
    "engine/logs/blocks.py": "the blocks of a large file are parsed at once",
    "engine/logs/delimited.py": "the next block is read while one is parsed",
    "engine/logs/stores/apart.py": "a damaged file is read in a process that may end",
    "engine/logs/remote.py": "a server that stalls can be left behind",
    "gui/plots/curves/run_lines.py": "lines of ten million rows are prepared on all cores, in the thread that reads",
    "gui/plots/curves/smoothed.py": "a first picture of ten million rows does not wait for their medians",
    "gui/shell/errors.py": "sets the hook for errors that no thread caught",
}


def imported_parts(path: Path) -> set[str]:
    """Packages and names that a file imports, lazily too."""
    parts: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import | ast.ImportFrom):
            parts |= {alias.name.split(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            parts |= set(node.module.split("."))
    return parts


def test_threads_are_where_they_are_named() -> None:
    files = [ROOT / "main.py", *(path for top in ("engine", "gui") for path in (ROOT / top).rglob("*.py"))]
    found = {path.relative_to(ROOT).as_posix() for path in files if imported_parts(path) & THREADS}
    assert {name for name in found if not name.startswith("gui/threads/")} == set(MAY_THREAD)


@pytest.mark.parametrize("path", sorted((ROOT / "gui" / "threads").glob("*.py")), ids=lambda p: p.name)
def test_the_threads_know_neither_plots_nor_commands(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(
        r"^\s*(from|import) (gui\.(?!threads\b|shell\.errors\b)|engine\.commands\b)", text, re.MULTILINE
    )
