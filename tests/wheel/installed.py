"""The program in a clean environment, used from a folder with decoys: what has to be found without the tree."""

from __future__ import annotations

import json
import os
import sys
import venv
from pathlib import Path

from tests.wheel.contents import ROOT
from tests.wheel.processes import expect, run

DECOYS = ("engine.py", "main.py", "gui.py", "resources.py")
FIRST_PAINT = """
import overshoot
overshoot.reach_program()
from PySide6.QtWidgets import QApplication
from gui.app import make_window
app = QApplication([])
window = make_window(app)
window.show()
app.processEvents()
picture = window.grab().toImage()
print(len({picture.pixel(x, y) for x in range(0, picture.width(), 7) for y in range(0, picture.height(), 7)}))
print(app.windowIcon().isNull())
from engine.resources import resource
print([place for place in ("snippets/pytorch", "samples", "icons", "report") if not any(resource(place).iterdir())])
"""
WITHOUT_PROGRAM = """
import sys
import overshoot
print(sorted({"engine", "gui", "main", "torch", "numpy", "PySide6"} & set(sys.modules)))
try:
    import engine
except RuntimeError as error:
    print(error)
"""


class Installed:
    """The wheel with what the extra ``app`` brings, under the constraints, and a desk to work at."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.desk = folder, folder / "desk"
        self.environment = folder / "environment"
        self.binaries = self.environment / ("Scripts" if os.name == "nt" else "bin")
        self.desk.mkdir()
        for name in DECOYS:
            (self.desk / name).write_text("raise RuntimeError('the decoy was imported')\n")
        run([sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", folder / "wheels", ROOT])
        (wheel,) = (folder / "wheels").glob("overshoot_desk-*.whl")
        venv.create(self.environment, with_pip=True)
        pip = [self.binaries / "python", "-m", "pip", "install", "--quiet"]
        run([*pip, "-c", ROOT / "constraints.txt", f"{wheel}[app]"])

    def command(self, *arguments: str | Path, expected: int = 0, **environment: str) -> str:
        """What ``overshoot`` prints; it has to end with the expected exit code."""
        own = {"OVERSHOOT_HOME": str(self.folder / "home"), "XDG_DATA_HOME": str(self.folder / "share")}
        return run([self.binaries / "overshoot", *arguments], expected, self.desk, own | environment)

    def code(self, text: str) -> list[str]:
        """The lines that a script of the person prints."""
        script = self.desk / "script.py"
        script.write_text(text)
        own = {"OVERSHOOT_HOME": str(self.folder / "home")}
        return run([self.binaries / "python", script], 0, self.desk, own).splitlines()

    def log(self) -> Path:
        """A log of a loss that falls and then grows without end."""
        path = self.desk / "loss.csv"
        losses = [1 / (i + 1) for i in range(250)] + [10.0**i for i in range(20)]
        path.write_text("step,loss\n" + "".join(f"{i},{loss}\n" for i, loss in enumerate(losses)))
        return path


def the_command_says_its_version_and_its_name(installed: Installed) -> None:
    from overshoot import __version__

    output = installed.command("--version")
    expect(output.split() == ["overshoot", __version__], output)
    usage = installed.command("--help")
    expect(usage.startswith("usage: overshoot "), usage)


def a_log_is_diagnosed(installed: Installed) -> None:
    lines = installed.command("diagnose", "--json", installed.log(), expected=1).splitlines()
    kinds = [event["kind"] for line in lines for event in json.loads(line)["events"]]
    expect(len(lines) == 1 and kinds[:1] == ["diverged"], lines)


def it_speaks_german_by_the_environment(installed: Installed) -> None:
    output = installed.command("diagnose", installed.log(), expected=1, LANG="de_DE.UTF-8")
    expect("Verlust" in output, output)


def a_demo_trains(installed: Installed) -> None:
    lines = installed.command("train", "explosion", "--steps", "50", "--json").splitlines()
    expect(lines and json.loads(lines[-1]).get("steps") == 50, lines[-1:])


def spawned_workers_prove_a_cause(installed: Installed) -> None:
    output = installed.command("prove", "explosion", "--forks", "2", "--factors", "standardize", "--json")
    proof = json.loads(output)
    arms = {arm["factor"]: (arm["clean"], arm["forks"]) for arm in proof["arms"]}
    expect(proof["control"] == "reproduced" and proof["verdict"] == "cause", output)
    expect(arms["placebo"][0] == 0 and arms["standardize"][0] == arms["standardize"][1] > 0, output)


def a_desktop_gets_and_loses_its_entry(installed: Installed) -> None:
    if sys.platform in ("win32", "darwin"):
        installed.command("--install-desktop", expected=2)
        return
    installed.command("--install-desktop")
    entry = (installed.folder / "share" / "applications" / "overshoot.desktop").read_text(encoding="utf-8")
    expect(f"TryExec={installed.binaries / 'overshoot'}\n" in entry, entry)
    installed.command("--remove-desktop")
    left = [str(path) for path in (installed.folder / "share").rglob("*")]
    expect(not left, left)


def a_persons_own_files_are_left_alone(installed: Installed) -> None:
    lines = installed.code(WITHOUT_PROGRAM)
    expect(lines == ["[]", "the decoy was imported"], lines)


def the_window_is_painted_with_its_resources(installed: Installed) -> None:
    lines = installed.code(FIRST_PAINT)
    expect(len(lines) == 3 and int(lines[0]) > 5 and lines[1:] == ["False", "[]"], lines)


CHECKS = (
    the_command_says_its_version_and_its_name,
    a_log_is_diagnosed,
    it_speaks_german_by_the_environment,
    a_demo_trains,
    spawned_workers_prove_a_cause,
    a_desktop_gets_and_loses_its_entry,
    a_persons_own_files_are_left_alone,
    the_window_is_painted_with_its_resources,
)
