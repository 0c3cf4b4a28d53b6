"""``overshoot check``: find out whether a person's own training can be rewound bit for bit."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from typing import Any

from engine.commands.base import Command, Exit
from engine.commands.brought import add_file, chosen_file, parted_settings, said_errors
from engine.commands.records import to_json
from engine.i18n import N_, _

EXACT, WORKERS, NOT_EXACT = "exact", "exact with workers restarted", "not exact"


class Check(Command):
    """Trains a few steps twice, rewinds, and says what differs first."""

    name = "check"
    about = N_("find out whether your own training can be rewound bit for bit")

    def arguments(self, parser: ArgumentParser) -> None:
        add_file(parser)
        parser.add_argument("--json", action="store_true", help=_("one JSON object on standard output"))

    def run(self, args: Namespace) -> int:
        from engine.experiments.brought_forks import CREW

        file = chosen_file(args.file, args.python)
        try:
            with said_errors(args.file, Exit.FOUND) as failed:
                knobs, _turns = parted_settings(args, file)
                found = _checked(file, args.seed, knobs)
                record = {"file": args.file, "verdict": found["verdict"], "first": found["first"]}
                record["checked"] = found.get("checked", [])
                print(to_json(record) if args.json else text_of(found))
            return failed[0] if failed else Exit.CLEAN
        finally:
            CREW.close()


def _checked(file: Any, seed: int, knobs: Any) -> dict[str, Any]:
    from engine.experiments.brought_forks import CREW

    found: dict[str, Any] = {}
    is_quiet = not sys.stderr.isatty()
    for answer in CREW.worker(file).answers({"do": "check", "seed": seed, "knobs": knobs}):
        if "done" in answer:
            found = answer
        elif not is_quiet and "step" in answer.get("progress", {}):
            step = answer["progress"]
            text = _("step {step} of {total}").format(step=step["step"], total=step["until"])
            print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)
    if not is_quiet:
        print("\r\x1b[K", end="", file=sys.stderr)
    return found


def text_of(found: dict[str, Any]) -> str:
    """The verdict as a sentence."""
    if found["verdict"] == EXACT:
        return _("Exact: rewound to {points}, it trains on bit for bit.").format(points=_points(found))
    if found["verdict"] == WORKERS:
        return _(
            "Exact with workers restarted: rewound to {points}, it trains on bit for bit, if the loader's workers do "
            "not outlive an epoch (persistent_workers was turned off)."
        ).format(points=_points(found))
    first = found["first"]
    return _(
        "Not exact: rewound to step {start}, it differs first at step {step}, in {object}. A proof then only counts, "
        "against unchanged repeats."
    ).format(start=first["from"], step=first["step"], object=first["object"])


def _points(found: dict[str, Any]) -> str:
    return ", ".join(str(step) for step in found.get("checked", [])) or "0"
