"""Install the wheel into a clean environment and use it from another folder: ``make wheel-test``.

Beside decoys named ``engine.py`` and ``main.py``, as people have them, which must never be imported.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
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
colours = {picture.pixel(x, y) for x in range(0, picture.width(), 7) for y in range(0, picture.height(), 7)}
assert len(colours) > 5, f"the window is empty: {len(colours)} colours"
assert not app.windowIcon().isNull()
from engine.resources import resource
for place in ("snippets/pytorch", "samples", "icons", "report"):
    assert any(resource(place).iterdir()), place
"""
WITHOUT_PROGRAM = """
import sys
import overshoot
assert not {"engine", "gui", "torch", "numpy", "PySide6"} & set(sys.modules), sorted(sys.modules)
try:
    import engine
except RuntimeError:
    pass  # the decoy, which is the person's own file
else:
    raise AssertionError("engine of the program is importable beside a person's file")
"""


class Installed:
    """The program in an environment of its own, called from a folder with decoys."""

    def __init__(self, folder: Path) -> None:
        self.environment, self.desk = folder / "environment", folder / "desk"
        self.binaries = self.environment / ("Scripts" if os.name == "nt" else "bin")
        self.python = str(self.binaries / "python")
        self.desk.mkdir()
        for name in ("engine.py", "main.py", "gui.py"):
            (self.desk / name).write_text("raise RuntimeError('the decoy was imported')\n")

    def install(self, wheels: Path) -> None:
        """Build the wheel, and install it with what the extra ``app`` brings, under the constraints."""
        run([sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", str(wheels), str(ROOT)])
        (wheel,) = wheels.glob("overshoot_desk-*.whl")
        run([sys.executable, "-m", "venv", str(self.environment)])
        constraints = str(ROOT / "constraints.txt")
        run([self.python, "-m", "pip", "install", "--quiet", "-c", constraints, f"{wheel}[app]"])

    def command(self, *arguments: str, expected: int = 0, **environment: str) -> str:
        """What ``overshoot`` prints; it has to end with the expected exit code."""
        return run([str(self.binaries / "overshoot"), *arguments], expected, self.desk, environment)

    def code(self, text: str) -> str:
        """What a script of the person prints."""
        script = self.desk / "script.py"
        script.write_text(text)
        return run([self.python, str(script)], 0, self.desk)


def run(
    call: list[str], expected: int = 0, folder: Path | None = None, environment: dict[str, str] | None = None
) -> str:
    """Standard output of a process, and an error with all of its output where the exit code is another."""
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    kept |= {"QT_QPA_PLATFORM": "offscreen", "LANG": "C.UTF-8", **(environment or {})}
    done = subprocess.run(call, cwd=folder, env=kept, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode != expected:
        raise SystemExit(f"{' '.join(call)}\nended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def check(installed: Installed) -> None:
    """Every part of the program that has to be found outside its source tree."""
    assert installed.command("--version").startswith("overshoot 0."), "no version"
    losses = [1 / (i + 1) for i in range(250)] + [10.0**i for i in range(20)]
    log = installed.desk / "loss.csv"
    log.write_text("step,loss\n" + "".join(f"{i},{loss}\n" for i, loss in enumerate(losses)))
    (record,) = map(json.loads, installed.command("diagnose", "--json", str(log), expected=1).splitlines())
    assert record["events"][0]["kind"] == "diverged", record["events"]
    assert "Verlust" in installed.command("diagnose", str(log), expected=1, LANG="de_DE.UTF-8"), "no German catalog"
    assert (
        json.loads(installed.command("train", "explosion", "--steps", "50", "--json").splitlines()[-1])["steps"] == 50
    )
    installed.code(WITHOUT_PROGRAM)
    installed.code(FIRST_PAINT)


def main() -> None:
    """Build, install, check; the environment goes with its folder."""
    with tempfile.TemporaryDirectory(prefix="overshoot-wheel-") as name:
        folder = Path(name)
        os.environ["OVERSHOOT_HOME"] = str(folder / "home")
        installed = Installed(folder)
        installed.install(folder / "wheels")
        check(installed)
    print("The wheel works outside its source tree.")


if __name__ == "__main__":
    main()
