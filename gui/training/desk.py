"""Controller of the training: what its buttons and knobs do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from engine.i18n import _, number
from engine.run import Run, Value
from engine.scenarios.base import all_scenarios
from engine.tasks.settings import Applies
from engine.training.implied import implied_values
from gui.look.language import on_language_change
from gui.look.values import typed_text
from gui.runs.document import Runs
from gui.runs.table.settings import setting_text, setting_title
from gui.shell.access_keys import without_access_key
from gui.shell.actions import Actions
from gui.shell.notice import Answer
from gui.shell.working import Job
from gui.threads.messages import Order, Phase, Resumed
from gui.threads.training import Training
from gui.training.knobs.limits import last, stable_rate
from gui.training.knobs.own import OwnTraining
from gui.training.knobs.panel import Knobs
from gui.training.measuring import Measuring
from gui.training.tool_bar import ToolBar


class TrainingDesk(QObject):
    """Connects actions, knobs and tool bar with the training.

    Signals
    -------
    message_ready : a message for the user
    scenario_changed : name of the scenario whose knobs are shown
    start_requested : a training is about to start
    prepares : Job of preparing a training
    tried : text and answers of a message about the knobs of a live run that a remedy has turned
    """

    message_ready = Signal(str)
    scenario_changed = Signal(str)
    start_requested = Signal()
    prepares = Signal(object)
    tried = Signal(str, object)

    def __init__(
        self, training: Training, runs: Runs, knobs: Knobs, tools: ToolBar, actions: Actions, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._training, self._runs, self.knobs = training, runs, knobs
        self._tools, self._actions = tools, actions
        self.scenario = ""
        self._chosen_pace: float | None = None  # None: one that a person can watch
        self.measuring = Measuring(self)
        self._is_compared = self._is_starting = False
        self._tried: dict[str, tuple[Value, Value]] = {}  # key -> values before and after the last remedy tried
        self._run: Run | None = None  # that trains or trained last
        self._shown: Run | None = None  # whose settings the knobs show
        self._rate: float | None = None  # that a watched script trained with at the last look
        self.own = OwnTraining(self)
        self._connect()
        self._show_phase(Phase.IDLE)
        on_language_change(self._show_start_text)

    def _connect(self) -> None:
        training, actions = self._training, self._actions
        for key, wish in (
            ("start", self.start),
            ("pause", self.pause),
            ("step", self.step),
            ("stop", self.stop),
            ("restart", self.restart),
            ("restart_new", self.restart_with_new_seed),
            ("copy_settings", self.copy_settings),
        ):
            actions[key].triggered.connect(wish)
        self.knobs.turned.connect(self._show_implied)
        self.knobs.turned.connect(self.turn)
        self._tools.pace_chosen.connect(self.set_pace)
        training.run_started.connect(self._on_started)
        self._runs.changed.connect(self._on_runs_changed)
        training.phase_changed.connect(self._show_phase)
        self.own.phase_changed.connect(lambda _phase: self._show_phase(self._training.phase))
        self.own.looked.connect(self._show_rate)
        self.own.failed.connect(self.message_ready)
        training.refused.connect(self._on_refused)
        training.failed.connect(self._on_failed)

    # Requests

    def choose(self, name: str) -> None:
        """Show a scenario's knobs; a running training continues."""
        if name == self.scenario or name not in all_scenarios():
            return
        self.scenario = name
        self._tried = {}
        self._chosen_pace = None
        self.knobs.show_scenario(all_scenarios()[name])
        self._show_phase(self._training.phase)
        self.scenario_changed.emit(name)

    def start(self) -> None:
        """Start the chosen scenario, or resume what is paused."""
        if self.own.is_live:
            self.own.resume()
        elif self._training.phase is Phase.PAUSED and self._is_same_scenario():
            self._training.resume()
        else:
            self.start_new_run()

    def start_new_run(self, is_paused: bool = False, is_compared: bool = False) -> None:
        """Train the chosen scenario with the current knobs; `is_compared` keeps the other runs visible."""
        if not self.scenario:
            self.message_ready.emit(_("Choose a demo first."))
            return
        self._is_compared = is_compared
        self.start_requested.emit()
        self._training.start(
            Order(
                self.scenario,
                self.knobs.seed,
                self.knobs.values,
                self._chosen_pace,
                is_paused=is_paused,
                probes=self.measuring.probes(self.scenario),
                device=self.measuring.device,
            )
        )

    def resume(self, resumed: Resumed) -> None:
        """Resume an interrupted run with its knobs."""
        run = resumed.run
        self.choose(str(run.origin.scenario))
        self.show_run(run)
        self._is_compared = False
        self.start_requested.emit()
        self._training.start(Order(self.scenario, run.origin.seed or 0, pace=self._chosen_pace, resumed=resumed))

    def start_beside(self, order: Order) -> None:
        """Start a training requested by another part of the window, beside the runs shown."""
        self.choose(order.scenario)
        self._is_compared = True
        self.start_requested.emit()
        self._training.start(replace(order, pace=self._chosen_pace))

    def pause(self) -> None:
        """Pause what trains."""
        (self.own if self.own.is_live else self._training).pause()

    def stop(self) -> None:
        """Stop what trains."""
        (self.own if self.own.is_live else self._training).stop()

    def step(self) -> None:
        """Make one step, starting the training if necessary."""
        if self.own.is_live:
            self.own.step()
        elif self._training.is_live:
            self._training.step()
        elif self.scenario:
            self.start_new_run(is_paused=True)
            self._training.step()

    def restart(self) -> None:
        """Train again with the same seed."""
        self.start_new_run()

    def restart_with_new_seed(self) -> None:
        """Train again with the next seed."""
        self.knobs.show_seed(self.knobs.seed + 1)
        self.start_new_run()

    def set_pace(self, pace: float) -> None:
        """Set the pace in steps per second."""
        self._chosen_pace = pace
        self._training.set_pace(pace)

    def turn(self, key: str, value: Value) -> None:
        """Turn a knob of the run; it takes effect now or as the setting declares."""
        if self.own.live is not None:
            self._turn_own(key, value)
            return
        if self._is_starting or not (self._training.is_live and self._is_same_scenario()):
            return
        if self._applies(key) is Applies.RESTART:
            self.message_ready.emit(_("This takes effect at the next start: press R to restart."))
        else:
            self._training.turn(key, value)

    def _turn_own(self, key: str, value: Value) -> None:
        """Turn a knob of a person's own training, if its process lives and takes it."""
        setting = next((s for s in self.own.settings if s.key == key), None)
        if setting is not None and setting.applies is Applies.RESTART:
            self.message_ready.emit(_("build(seed, …) takes this: it holds in a run that branches off or starts anew."))
        elif self.own.is_live:
            self.own.turn(key, value)

    def measure(self, scenario: str, name: str, is_on: bool = True) -> None:
        """Switch a probe in a scenario and in its current run."""
        self.measuring.switch(scenario, name, is_on)
        snapshot = self._training.snapshot
        if self._training.is_live and snapshot is not None and snapshot.run.origin.scenario == scenario:
            self._training.switch_probe(name, is_on)

    def try_settings(self, values: Mapping[str, Value]) -> None:
        """Try a remedy: turn the knobs of a live run, or start a new run beside it."""
        active = self._runs.active
        if active is not None and active.run.origin.scenario:
            self.choose(active.run.origin.scenario)
        self._try(values)

    def _try(self, values: Mapping[str, Value]) -> None:
        needs_start = any(self._applies(key) is Applies.RESTART for key in values)
        is_turned = self._training.is_live and self._is_same_scenario() and not needs_start
        self._is_starting = not is_turned
        before = {key: self.knobs.value_of(key) for key in values}
        self.knobs.turn(values)
        self._is_starting = False
        self.knobs.reveal(values)
        if not is_turned:
            self.start_new_run(is_compared=True)
        elif self._run is not None:
            self._report_turned(self._run, before, values)

    def _report_turned(self, run: Run, before: Mapping[str, Value], values: Mapping[str, Value]) -> None:
        """Say what was turned on a live run, and offer to take it back."""
        told = ", ".join(f"{setting_title(key)} {setting_text(value)}" for key, value in values.items())
        text = _("{settings} from step {step}").format(settings=told, step=number(len(run.table)))
        answers = (
            Answer(_("Undo"), lambda: self.knobs.turn(before)),
            Answer(_("Start beside instead"), lambda: self._start_beside_instead(before, values)),
        )
        self.tried.emit(text, answers)

    def _start_beside_instead(self, before: Mapping[str, Value], values: Mapping[str, Value]) -> None:
        """Turn the knobs of the live run back, and train another one with the values from its start."""
        self.knobs.turn(before)
        self._is_starting = True
        self.knobs.turn(values)
        self._is_starting = False
        self.start_new_run(is_compared=True)

    def try_alone(self, values: Mapping[str, Value]) -> None:
        """Try a remedy of the chosen scenario alone, as it was measured: the previous one is undone first."""
        held = {setting.key: setting.default for setting in all_scenarios()[self.scenario].settings} | self.knobs.values
        back = {
            key: before for key, (before, tried) in self._tried.items() if key not in values and held.get(key) == tried
        }
        origins = {key: self._tried.get(key, (held.get(key), None))[0] for key in values}
        self._tried = {key: (origins[key], value) for key, value in values.items()}
        self._try({**back, **values})

    def copy_settings(self) -> None:
        """Copy the active run's settings to the clipboard."""
        active = self._runs.active
        if active is not None:
            QApplication.clipboard().setText(settings_text(active.run))
            self.message_ready.emit(_("Settings copied to the clipboard."))

    # State

    def _show_implied(self, key: str, _value: Value, before: Value) -> None:
        """Show the values that another knob implies."""
        if not self.scenario:
            return
        self.knobs.show_values(implied_values(all_scenarios()[self.scenario], self.knobs.values, key, before))

    @property
    def fixed_keys(self) -> set[str]:
        """The settings of the chosen demo that only a new run takes up."""
        settings = all_scenarios()[self.scenario].settings if self.scenario else ()
        return {setting.key for setting in settings if setting.applies is Applies.RESTART}

    def _applies(self, key: str) -> Applies:
        for setting in all_scenarios()[self.scenario].settings:
            if setting.key == key:
                return setting.applies
        return Applies.NOW

    def _is_same_scenario(self) -> bool:
        """Whether the knobs are those of the live run, and no other run of the demo is the active one."""
        active, run = self._runs.active, self._run
        if run is None or run.origin.scenario != self.scenario:
            return False
        return active is None or active.run is run or active.run.origin.scenario is None

    def _on_runs_changed(self) -> None:
        """Show the settings of a training that has become the active run."""
        active = self._runs.active
        self.own.show(active.run if active is not None else None)
        if active is not None and self.own.live is not None:
            self._show_own(active.run)
            return
        if active is None or active.run is self._shown or active.run.origin.scenario is None:
            return
        self.choose(str(active.run.origin.scenario))
        self.show_run(active.run)

    def _show_own(self, run: Run) -> None:
        """Show the knobs of a person's own training; no demo is chosen then."""
        if run is self._shown:
            return
        self._shown, self.scenario = run, ""
        self.knobs.show_settings(self.own.settings)
        self.knobs.show_values(run.settings_at())
        self._rate = None
        self._show_rate()
        brought = self.own.live.brought if self.own.live is not None else None
        self.knobs.show_seed(int((brought or {}).get("seed", 0)))
        self._show_phase(self._training.phase)

    def _show_rate(self) -> None:
        """Show the learning rate that a watched script trains with, as far as it has changed since the last look.

        Until a turn of the knob has reached the script, the knob keeps what was asked for.
        """
        run, live = self._shown, self.own.live
        if run is None or live is None or live.brought is not None:
            return
        rate = last(run, "lr")
        if rate is not None and rate != self._rate:
            self._rate = rate
            self.knobs.show_in_force("lr", rate)

    def show_limit(self) -> None:
        """Shade what is unstable on the learning rate's track, as the probes of the run shown measured it last."""
        self.knobs.show_stable_rate(stable_rate(self._shown) if self._shown is not None else None)

    def show_run(self, run: Run) -> None:
        """Show the settings that a training has now, and its seed."""
        if run.origin.scenario != self.scenario:
            return
        self._shown = run
        self.knobs.show_seed(run.origin.seed or 0)
        self.knobs.show_values(run.settings_at())
        self.show_limit()

    def _on_started(self, run: Run, pace: float) -> None:
        self._run = run
        self.show_run(run)
        self._tools.show_pace(pace)
        self._runs.add(run, is_alone=not self._is_compared).is_live = True

    @staticmethod
    def _preparing_text() -> str:
        return _("Preparing the training…")

    def _is_prepared(self) -> bool:
        return self._training.phase is not Phase.LOADING

    def _show_phase(self, phase: Phase) -> None:
        if phase is Phase.LOADING:
            self.prepares.emit(Job(self._preparing_text, self._is_prepared, self._training.cancel_start))
        is_own, is_live = self.own.is_live, self.own.is_live or self._training.is_live
        phase = self.own.phase if is_own else phase
        is_running = phase is Phase.RUNNING
        actions = self._actions
        is_ready = (bool(self.scenario) or is_own) and phase is not Phase.LOADING
        actions["start"].setEnabled(is_ready and not is_running)
        actions["pause"].setEnabled(is_running)
        actions["step"].setEnabled(is_ready)
        actions["stop"].setEnabled(is_live)
        for key in ("restart", "restart_new"):
            actions[key].setEnabled(bool(self.scenario))
        live = self.own.live
        self.knobs.setEnabled(live is None or is_own or live.brought is not None)  # an ended script takes no order
        self._show_start_text()
        # One shortcut for both, assigned to the one that applies.
        due, idle = (actions["pause"], actions["start"]) if is_running else (actions["start"], actions["pause"])
        idle.setShortcuts([])
        due.setShortcut("Space")

    def _show_start_text(self) -> None:
        """Say “Resume” where a paused run would go on."""
        goes_on = self.own.phase is Phase.PAUSED
        goes_on = goes_on or (self._training.phase is Phase.PAUSED and self._is_same_scenario())
        text = _("&Resume") if goes_on else _("&Start")
        self._actions["start"].setText(text)
        self._actions["start"].setIconText(without_access_key(text))

    def _on_refused(self, key: str, why: str) -> None:
        if self._run is not None:
            self.knobs.show_values({key: held_value(self._run, key)})
        self.knobs.refuse(key, why)

    def _on_failed(self, why: str) -> None:
        self.message_ready.emit(_("The training has ended: {reason}").format(reason=why))


def held_value(run: Run, key: str) -> Value:
    """The value of a setting that a run trains with, or will from the next epoch on."""
    return run.settings_at().get(key)


def settings_text(run: Run) -> str:
    """Format a run's settings and changes as the command line takes them."""
    lines = [f"{key} = {typed_text(value)}" for key, value in run.settings.items()]
    lines += [f"{c.key} = {typed_text(c.after)} @ {c.step}" for c in run.changes]
    origin = run.origin
    head = f"{origin.scenario}, seed {origin.seed}" if origin.scenario else run.name
    return "\n".join([head, *lines])
