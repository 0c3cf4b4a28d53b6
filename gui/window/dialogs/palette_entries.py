"""What the command palette finds in the window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from engine.i18n import _
from engine.scenarios.base import all_scenarios
from gui.plots.panes.quantities import title
from gui.plots.stack import PlotStack
from gui.runs.document import Runs
from gui.runs.start.samples import sample_name, samples
from gui.shell.access_keys import without_access_key
from gui.shell.actions import ENTRIES, Actions
from gui.training.desk import TrainingDesk
from gui.training.knobs.panel import Knobs
from gui.window.dialogs.palette import Found
from gui.window.plot_link import PlotLink

NOT_PLOTTED = ("step", "epoch", "time")


@dataclass(frozen=True)
class Parts:
    """The parts of a window that something can be found in, and what opens demos and files."""

    actions: Actions
    runs: Runs
    stack: PlotStack
    link: PlotLink
    knobs: Knobs
    recent: list[Path]
    start_demo: Callable[[str], object]
    open_files: Callable[[list[Path]], object]
    desk: TrainingDesk


def everything(window: Parts) -> list[Found]:
    """All that can be done now, the likeliest first."""
    parts = (_events, _columns, _readings, _runs, _actions, _knobs, _demos, _recent, _samples)
    return [found for part in parts for found in part(window)]


def _actions(window: Parts) -> Iterator[Found]:
    for entry in ENTRIES:
        action = window.actions[entry.key]
        if entry.key == "palette" or not action.isEnabled():
            continue
        text = without_access_key(_(entry.text))
        menu = window.actions.submenu(entry.key) if action.menu() is not None else None
        if menu is None:
            keys = action.shortcut().toString(action.shortcut().SequenceFormat.NativeText)
            kind = " · ".join(filter(None, (without_access_key(_(entry.menu)), keys)))
            yield Found(text, kind, action.trigger, _(entry.about))
        elif entry.key != "third":  # its columns are found by themselves
            menu.aboutToShow.emit()
            for choice in menu.actions():
                if choice.text() and choice.isEnabled():
                    name = without_access_key(choice.text())
                    yield Found(f"{text}: {name}", without_access_key(_(entry.menu)), choice.trigger)


def _columns(window: Parts) -> Iterator[Found]:
    for column in window.stack.columns():
        if column in NOT_PLOTTED:
            continue
        is_shown = column in window.link.third
        text = (_("Remove the plot of {name}") if is_shown else _("Plot {name}")).format(name=title(column))
        yield Found(text, _("Column"), partial(window.link.show_column, column, not is_shown), column)


def _readings(window: Parts) -> Iterator[Found]:
    """What the probes that are off could measure of a demo, from here on or in its next run."""
    scenario, there = window.desk.scenario, window.stack.columns()
    if not scenario:
        return
    from engine.probes.base import all_probes
    from engine.probes.status import statuses_before_start

    settings = all_scenarios()[scenario].resolved(window.knobs.values)
    for status in statuses_before_start(scenario, settings, window.desk.measuring.names(scenario)):
        for quantity in () if status.reason else all_probes()[status.name].quantities:
            if quantity.column not in there:
                text = _("Measure and plot {name}").format(name=title(quantity.column))
                wish = partial(_measure, window, scenario, status.name, quantity.column)
                yield Found(text, _("Probe"), wish, quantity.column)


def _measure(window: Parts, scenario: str, probe: str, column: str) -> None:
    window.desk.measure(scenario, probe)
    window.link.show_column(column)


def _events(window: Parts) -> Iterator[Found]:
    from engine.diagnosis.places import label
    from engine.diagnosis.sentences import title as event_title

    active = window.runs.active
    for event in active.listed if active is not None else ():
        text = f"{event_title(event.kind)}, {label(active.run, event.start)}"  # type: ignore[union-attr]
        yield Found(text, _("Event"), partial(window.link.go_to_event, event.id), event.series)


def _runs(window: Parts) -> Iterator[Found]:
    for row, shown in enumerate(window.runs.all):
        yield Found(shown.run.name, _("Run"), partial(window.runs.activate, row))


def _knobs(window: Parts) -> Iterator[Found]:
    for key, name in window.knobs.titles().items():
        yield Found(name, _("Knob"), partial(window.knobs.reveal, [key]), key)


def _demos(window: Parts) -> Iterator[Found]:
    for name, scenario in all_scenarios().items():
        text = _("Start the demo {title}").format(title=_(scenario.title))
        yield Found(text, _("Demo"), partial(window.start_demo, name), _(scenario.summary))


def _samples(window: Parts) -> Iterator[Found]:
    for path in samples():
        text = _("Open the sample {name}").format(name=sample_name(path))
        yield Found(text, _("Sample log"), partial(window.open_files, [path]), path.name)


def _recent(window: Parts) -> Iterator[Found]:
    for path in window.recent:
        text = _("Open {name}").format(name=path.name)
        yield Found(text, _("Recent file"), partial(window.open_files, [path]), str(path))
