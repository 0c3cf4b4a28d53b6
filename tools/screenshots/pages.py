"""The pages of which `tools.screenshots` takes pictures: each brings the window there."""

from __future__ import annotations

import math
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tools.screenshots.crowd import write_crowd

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from gui.window.main_window import MainWindow

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "resources" / "samples"
CASES = ROOT / "tests" / "data" / "formats"
CROWD = 500
TALL = 1400  # of a window in which a whole card is seen
PATIENCE_SECONDS = 240.0


def wait_until(is_so: Callable[[], bool]) -> None:
    """Let the window live until something is so."""
    from PySide6.QtCore import QCoreApplication

    end = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        if time.monotonic() > end:
            raise TimeoutError("the window did not get there")
        QCoreApplication.processEvents()
        time.sleep(0.005)


def rest(seconds: float = 0.4) -> None:
    """Let glides and layouts come to an end."""
    end = time.monotonic() + seconds
    wait_until(lambda: time.monotonic() > end)


def show_start(window: MainWindow) -> None:
    rest()


def show_sample(window: MainWindow) -> None:
    show_log(window, SAMPLES / "overfitting.csv")


def demo(name: str) -> Callable[[MainWindow], None]:
    """A step that trains a demo to its end."""

    def show(window: MainWindow) -> None:
        from engine.training.pace import FULL
        from gui.threads.messages import Phase

        window.scenarios.choose(name)
        window.desk.set_pace(FULL)
        window.desk.start_new_run()
        window.actions_["log_y"].setChecked(name == "explosion")
        wait_until(lambda: window.training.phase is Phase.ENDED)
        rest()

    return show


def show_probes(window: MainWindow) -> None:
    """The kick-in, its heat strip, and the probes."""
    demo("kick-in")(window)
    window.inside.show_probes()
    window.link.show_column("signal/*")
    rest(1.0)


def show_data(window: MainWindow) -> None:
    """What the kick-in's network is fed and gets wrong; the plots are those of the page before."""
    window.views.show("data")
    wait_until(lambda: window.inner.data is not None and window.inner.data.sheet is not None)
    window.link.show_column("signal/*", False)
    rest()


def show_landscape(window: MainWindow) -> None:
    """The ill-conditioned bowl beyond 2/λ, in the middle of its explosion."""
    window.scenarios.choose("explosion")
    window.knobs.turn({"data": "bowl"})
    window.desk.set_pace(200.0)
    window.desk.start_new_run()

    def is_under_way() -> bool:
        active = window.runs.active
        return active is not None and active.run.origin.scenario == "explosion" and len(active.run.table) > 60

    wait_until(is_under_way)
    window.training.pause()
    window.views.show("landscape")
    rest(1.0)
    wait_until(lambda: window.inner.landscape is not None and window.inner.landscape.valley is not None)


def show_question(window: MainWindow) -> None:
    """The late rise beside its first remedy, and what the story says of the others."""
    demo("late-rise")(window)
    _try(window, {"schedule": "at_90"})
    _front(window, window.story)
    bar = window.story.verticalScrollBar()
    rest()
    bar.setValue(round(0.72 * bar.maximum()))
    rest()


def show_run_table(window: MainWindow) -> None:
    """Three runs of the kick-in over each other, and the table of all runs."""
    demo("kick-in")(window)
    _try(window, {"init": "kaiming"})
    _try(window, {"normalization": "batch"})
    _front(window, window.events)
    window.views.show("curve")
    rest(1.0)


def show_comparison(window: MainWindow) -> None:
    """Four seeds of the kick-in as one band, counted from the kick."""
    window.knobs.reset_all()
    for seed in range(4):
        window.knobs.show_seed(seed)
        window.desk.start_new_run(is_compared=bool(seed))
        wait_until_ended(window)
    window.actions_["group_seeds"].setChecked(True)
    window.comparing.align("kick_in")
    rest(1.0)


def show_import(window: MainWindow) -> QWidget:
    """How a log is read, in a dialog."""
    from gui.runs.logs.import_dialog import ImportLog

    dialog = ImportLog(SAMPLES / "overfitting.csv", None, window)
    dialog.show()
    rest()
    return dialog


def show_warnings(window: MainWindow) -> QWidget:
    """The import dialog of a log with redraws, lines told by others, and a line that repeats the best."""
    from gui.runs.logs.import_dialog import ImportLog

    path = Path(tempfile.mkdtemp(prefix="overshoot-")) / "train.log"
    path.write_text(
        "".join(map(_odd_lines, range(1, 41))) + "Best iteration is:\nepoch 38 loss 0.1300\n", encoding="utf-8"
    )
    dialog = ImportLog(path, None, window)
    dialog.show()
    rest()
    return dialog


def _odd_lines(epoch: int) -> str:
    bar = "\r".join(
        f"Epoch {epoch}: {k * 10}%|#| {k}/10 [00:01<00:01, 9.1it/s, loss={5 / epoch:.4f}]" for k in (10, 10)
    )
    return f"{bar}\nValidating...\nloss: {5.5 / epoch:.4f}\n"


def show_notebook(window: MainWindow) -> None:
    """A notebook with three trainings: the Trainer's table, Keras' bars and a printing loop."""
    name = next(CASES.glob("jupyter-*")).name
    _open(window, CASES / name / "log" / "three.ipynb", 3)


def show_folder(window: MainWindow) -> None:
    """A folder with 500 logs of 12 kinds as a table of runs."""
    folder = Path(tempfile.mkdtemp(prefix="overshoot-")) / "experiments"
    write_crowd(folder, CROWD)
    _open(window, folder, CROWD)
    wait_until(lambda: all(shown.events is not None for shown in window.runs.all))
    _front(window, window.events)
    window.views.show("curve")


def show_causes(window: MainWindow) -> QWidget:
    """A loss alone that jumps and comes back slowly: its causes, and what would tell them apart."""
    path = Path(tempfile.mkdtemp(prefix="overshoot-")) / "relearned.csv"
    path.write_text("step,loss\n" + "".join(map(_relearned, range(1, 601))), encoding="utf-8")
    before = window.runs.active
    window.resize(window.width(), TALL)
    window.open_files([path])
    wait_until(lambda: window.runs.active is not before and bool(window.events.order))
    _front(window, window.events)
    window.events.select(window.events.order[-1])
    rest(1.0)
    return window.events


def show_known(window: MainWindow) -> QWidget:
    """The same when a person has said that the run was not resumed, and what the form takes."""
    from PySide6.QtWidgets import QComboBox

    show_causes(window)
    window.events.known.toggle()
    for key, value in (("optimizer", "adam"), ("resumed", False)):
        editor = window.events.known.editor(key)
        assert isinstance(editor, QComboBox)
        editor.setCurrentIndex(editor.findData(value))
        editor.activated.emit(editor.currentIndex())
    rest(1.0)
    return window.events


def _relearned(step: int) -> str:
    scatter = 1 + 0.02 * math.sin(7.3 * step) * math.sin(1.7 * step)
    jump = 1.1 * 0.5 ** ((step - 300) / 25) if step >= 300 else 0.0
    return f"{step},{(0.4 + 2 * math.exp(-step / 60) + jump) * scatter:.4f}\n"


def _open(window: MainWindow, path: Path, runs: int) -> None:
    window.open_files([path])
    wait_until(lambda: len(window.runs) >= runs)
    rest(1.5)


def show_library(window: MainWindow) -> QWidget:
    """The runs that were kept: those of the pages before."""
    from gui.runs.library.dialog import LibraryDialog

    dialog = LibraryDialog(window.library, window)
    dialog.show()
    rest()
    return dialog


def wait_until_ended(window: MainWindow) -> None:
    """Let a training come to its end; it has begun when it is no longer what ended before."""
    from gui.threads.messages import Phase

    wait_until(lambda: window.training.phase is not Phase.ENDED)
    wait_until(lambda: window.training.phase is Phase.ENDED)


def _try(window: MainWindow, values: dict) -> None:
    window.desk.try_alone(values)
    wait_until_ended(window)


def _front(window: MainWindow, page: QWidget) -> None:
    """Bring a tab of the panel to the front."""
    from PySide6.QtWidgets import QTabWidget

    for tabs in window.findChildren(QTabWidget):
        if tabs.indexOf(page) >= 0:
            tabs.setCurrentWidget(page)


def show_log(window: MainWindow, log: Path) -> None:
    """Open a log and wait until it is judged, or was refused."""
    window.open_files([log])

    def is_judged() -> bool:
        active = window.runs.active
        return bool(window.notice.text) or (active is not None and active.events is not None)

    wait_until(is_judged)
    rest()


STEPS: dict[str, Callable[[MainWindow], QWidget | None]] = {
    "start": show_start,
    "log": show_sample,
    "training": demo("explosion"),
    "late-rise": demo("late-rise"),
    "question": show_question,
    "probes": show_probes,
    "data": show_data,
    "landscape": show_landscape,
    "run-table": show_run_table,
    "comparison": show_comparison,
    "import": show_import,
    "import-warnings": show_warnings,
    "notebook": show_notebook,
    "folder": show_folder,
    "library": show_library,
    "causes": show_causes,
    "known": show_known,
}
