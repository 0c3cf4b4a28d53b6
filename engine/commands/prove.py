"""``overshoot prove``: find the cause of an event by experiment."""

from __future__ import annotations

import signal
import sys
import threading
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any, TypeVar

from engine.commands.base import Command, CommandError, Exit
from engine.commands.brought import (
    SUFFIX,
    add_checkpoints,
    add_python,
    chosen_file,
    parted_settings,
    said_errors,
    use_checkpoints,
)
from engine.commands.records import event_record, to_json
from engine.events import EventKind
from engine.i18n import N_, _, number
from engine.scenarios.base import all_scenarios
from engine.tasks.settings import SettingError, parsed

if TYPE_CHECKING:
    from engine.brought.checks import Checked
    from engine.brought.source import Source
    from engine.experiments.costs import Cost
    from engine.experiments.executors import Backend
    from engine.experiments.proof import Proof
    from engine.experiments.records import Arm, Record
    from engine.experiments.reference import Reference

T = TypeVar("T")


class Prove(Command):
    """Trains a scenario up to its event, then tests possible causes."""

    name = "prove"
    about = N_("find out by experiment what caused an event of a demo or of your own training")

    def arguments(self, parser: ArgumentParser) -> None:
        known = ", ".join(all_scenarios())
        parser.add_argument(
            "scenario", metavar="NAME", nargs="?", help=_("{demos}, or a file of your own training").format(demos=known)
        )
        parser.add_argument(
            "--rerun", metavar="COMMAND", help=_("a command that trains and is watched, run again for every fork")
        )
        add_python(parser)
        add_checkpoints(parser)
        parser.add_argument("--seed", type=_natural, default=0, metavar="N", help=_("seed for data, weights and order"))
        kinds = [kind.value for kind in EventKind]
        parser.add_argument("--event", choices=kinds, metavar="KIND", help=", ".join(kinds))
        parser.add_argument("--forks", type=_positive, default=12, metavar="N", help=_("forks in each confirmed arm"))
        parser.add_argument("--factors", metavar="A,B", help=_("test only these factors"))
        parser.add_argument(
            "--set",
            action="append",
            default=[],
            metavar="KEY=VALUE[@STEP]",
            help=_("a setting or fault, from the start or from a given step"),
        )
        parser.add_argument(
            "--cured",
            action="store_true",
            help=_("also train from scratch with the winning change, over several seeds"),
        )
        parser.add_argument(
            "--seconds", type=_positive, metavar="N", help=_("end after so many seconds with what was found by then")
        )
        parser.add_argument("--scheduler", metavar="ADDRESS", help=_("address of a Dask cluster to run the forks on"))
        parser.add_argument("--json", action="store_true", help=_("one JSON object on standard output"))

    def run(self, args: Namespace) -> int:
        if (source := _source(args)) is not None:
            args.scenario = args.scenario or args.rerun
            return _prove_own(args, source)
        if args.scenario not in all_scenarios() and args.scenario is None:
            raise CommandError(_("name a demo or a file, or give --rerun a command"))
        with _backend(args) as backend, _interrupts() as is_cancelled:
            return _prove(args, backend, is_cancelled)


def _source(args: Namespace) -> Source | None:
    """The person's own training that is meant; None for a demo. A demo goes before a file of the same name."""
    from engine.brought.command import Rerun

    if args.rerun:
        return Rerun(args.rerun, Path.cwd())
    name = args.scenario
    if name in all_scenarios():
        if Path(name).is_file():
            text = _("{name} is taken as the demo; write ./{name} for the file").format(name=name)
            print(text, file=sys.stderr)
        return None
    return chosen_file(name, args.python) if name is not None and name.endswith(SUFFIX) else None


def _prove_own(args: Namespace, source: Source) -> int:
    """Prove a person's own training, in their interpreter."""
    import tempfile

    from engine.experiments.brought_forks import CREW

    CREW.states_in = _shared(args)
    use_checkpoints(args)
    try:
        with (
            said_errors(args.scenario, Exit.FOUND) as failed,
            tempfile.TemporaryDirectory(prefix="overshoot-states-", dir=CREW.states_in) as folder,
            _own_backend(args) as backend,
            _interrupts() as is_cancelled,
        ):
            args.recorded = lambda: _recorded_own(args, source, Path(folder), is_cancelled)
            return _prove(args, backend, is_cancelled)
        return failed[0]
    finally:
        CREW.close()


def _shared(args: Namespace) -> Path | None:
    """A folder that the machines of a cluster read as well: the program's; None without a cluster."""
    if args.scheduler is None:
        return None
    from engine.home import home

    folder = home() / "states"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _own_backend(args: Namespace) -> Backend:
    """One fork at a time in each thread here or on a cluster, each with an interpreter of its own."""
    import os

    from engine.experiments.brought_forks import Interpreters

    if args.scheduler is not None:
        return _backend(args)
    return Interpreters(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


def _recorded_own(args: Namespace, source: Source, folder: Path, is_cancelled: Callable[[], bool]) -> Reference:
    from engine.brought.source import BroughtFile
    from engine.experiments.own_proofs import prepare

    knobs, turns = parted_settings(args, source) if isinstance(source, BroughtFile) else ({}, {})
    if args.set and not isinstance(source, BroughtFile):
        raise SettingError(_("--set changes a file or a demo; a command has arguments of its own"))
    kind = EventKind(args.event) if args.event else None
    return _driven(prepare(source, args.seed, knobs, turns, kind, folder, args.forks, is_cancelled))


def _prove(args: Namespace, backend: Backend, is_cancelled: Callable[[], bool]) -> int:
    from engine.experiments.reference import CannotProve

    try:
        reference = args.recorded() if hasattr(args, "recorded") else _recorded(args, is_cancelled)
    except SettingError as error:
        raise CommandError(str(error)) from error
    except CannotProve as error:
        text = _("Inconclusive: {reason}.").format(reason=error)
        print(text, file=sys.stderr if args.json else sys.stdout)
        if args.json:
            print(to_json(_nothing(args)))
        return Exit.CLEAN
    try:
        proof = _proved(args, reference, backend, is_cancelled)
    except CannotProve as error:
        raise CommandError(str(error)) from error
    if args.json:
        from engine.experiments.wording import verdict_text

        print(verdict_text(proof), file=sys.stderr)
    print(to_json(_record(proof)) if args.json else _report(proof))
    return Exit.CLEAN


def _natural(text: str) -> int:
    if not text.isdecimal():
        raise ArgumentTypeError(_("{text!r} is not a number of at least 0").format(text=text))
    return int(text)


def _positive(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise ArgumentTypeError(_("{text!r} is not a number of at least 1").format(text=text))
    return int(text)


def _recorded(args: Namespace, is_cancelled: Callable[[], bool]) -> Reference:
    from engine.experiments.reference import record

    settings, injections = parsed(args.set)
    kind = EventKind(args.event) if args.event else None
    return _driven(record(args.scenario, args.seed, settings, injections, kind, is_cancelled))


def _proved(args: Namespace, reference: Reference, backend: Backend, is_cancelled: Callable[[], bool]) -> Proof:
    from engine.experiments.proof import prove

    names = [name.strip() for name in args.factors.split(",")] if args.factors else None
    return _driven(prove(reference, args.forks, names, args.seconds, backend, is_cancelled, args.cured))


@contextmanager
def _interrupts() -> Iterator[Callable[[], bool]]:
    """On Ctrl-C end the proof, keeping what has finished; on a second one end the program."""
    cancel = Event()

    def on_interrupt(_number: int, _frame: object) -> None:
        cancel.set()
        signal.signal(signal.SIGINT, before)

    if threading.current_thread() is not threading.main_thread():
        yield cancel.is_set
        return
    before = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield cancel.is_set
    finally:
        signal.signal(signal.SIGINT, before)


def _backend(args: Namespace) -> Backend:
    from engine.experiments.cluster import ClusterError, DaskCluster
    from engine.experiments.executors import LocalProcesses

    if args.scheduler is None:
        local = LocalProcesses()
        local.warm()
        return local
    try:
        return DaskCluster(args.scheduler)
    except ClusterError as error:
        raise CommandError(str(error)) from error


def _driven(course: Generator[Record | Checked | Cost, None, T] | Generator[Record, None, T]) -> T:
    """Run a generator to its end, with progress on a terminal, and return its result."""
    is_quiet = not sys.stderr.isatty()
    while True:
        try:
            record = next(course)
        except StopIteration as end:
            if not is_quiet:
                print("\r\x1b[K", end="", file=sys.stderr)
            return end.value
        _explain(record)
        if not is_quiet:
            print(f"\r\x1b[K{_progress(record)}", end="", file=sys.stderr, flush=True)


def _explain(record: Record | Checked | Cost) -> None:
    """Print what is to be known before a stage: whether it can be rewound, what it costs, why it takes long."""
    from engine.brought.checks import Checked
    from engine.experiments.costs import Cost
    from engine.experiments.records import Rewound
    from engine.experiments.wording import rewound_text

    text = record.text if isinstance(record, Checked | Cost) else ""
    text = rewound_text(record) if isinstance(record, Rewound) else text
    if text:
        print(text, file=sys.stderr)


def _progress(record: Record | Checked | Cost) -> str:
    from engine.experiments.records import Forked, Recording

    if isinstance(record, Recording):
        return _("step {step} of {total}").format(step=number(record.step), total=number(record.until))
    if isinstance(record, Forked):
        arm = record.arm
        return _("{factor}: {clean} of {forks} forks clean").format(factor=arm.factor, clean=arm.clean, forks=arm.forks)
    return type(record).__name__.lower()


def _nothing(args: Namespace) -> dict[str, Any]:
    """The record without an event."""
    return {
        "scenario": args.scenario,
        "seed": args.seed,
        "event": None,
        "control": "not reproduced",
        "arms": [],
        "verdict": "inconclusive",
        "claim": "none",
        "top": None,
        "cured": [],
        "seconds": 0.0,
    }


def _record(proof: Proof) -> dict[str, Any]:
    from engine.experiments.records import Control

    reference = proof.reference
    return {
        "scenario": reference.scenario,
        "seed": reference.seed,
        "event": event_record(reference.event, reference.run()),
        "control": (Control.REPRODUCED if proof.control is Control.REPRODUCED else Control.NOT_REPRODUCED).value,
        "arms": [_arm_record(arm) for arm in proof.arms],
        "verdict": proof.verdict.value,
        "claim": proof.claim.value,
        "top": proof.top,
        "cured": [{"factor": c.factor, "seeds": c.seeds, "clean": c.clean} for c in proof.cured],
        "seconds": round(proof.seconds, 3),
    }


def _arm_record(arm: Arm) -> dict[str, Any]:
    return {
        "factor": arm.factor,
        "setting": dict(arm.setting),
        "distance": arm.distance,
        "forks": arm.forks,
        "clean": arm.clean,
        "p": arm.p,
    }


def _report(proof: Proof) -> str:
    from engine.experiments.wording import arm_line, verdict_text

    event = proof.reference.event
    head = _("{kind} at step {step}").format(kind=event.kind.value, step=number(event.start + 1))
    return "\n".join([head, *(arm_line(arm) for arm in proof.arms), verdict_text(proof)])
