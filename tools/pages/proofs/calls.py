"""Run ``main.py prove`` once per case and keep each object in a file of JSON lines, so a broken-off table goes on."""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
ADOPTS_ORPHANS = 36  # PR_SET_CHILD_SUBREAPER of linux/prctl.h


def add_limits(parser: argparse.ArgumentParser) -> None:
    """Options that go on to the command."""
    parser.add_argument("--seconds", type=int, help="end each proof after so long")
    parser.add_argument("--forks", type=int, default=12)
    parser.add_argument("--checkout", type=Path, default=ROOT, help="the folder of another build, run instead")


def limits(args: argparse.Namespace) -> list[str]:
    """The words of `add_limits`' options."""
    return (["--seconds", str(args.seconds)] if args.seconds else []) + ["--forks", str(args.forks)]


def proven(name: str, seed: int, words: Sequence[str], kept: Path, checkout: Path = ROOT) -> dict:
    """The object that the command prints; from the file when the same call was made before."""
    call = [name, "--seed", str(seed), *words]
    for line in kept.read_text().splitlines() if kept.exists() else ():
        if (made := json.loads(line))["call"] == call:
            return made["proof"]
    before = processor_seconds()
    done = subprocess.run(
        [sys.executable, str(checkout / "main.py"), "prove", *call, "--json"],
        capture_output=True,
        text=True,
        cwd=checkout,
    )
    spent = processor_seconds() - before
    if done.returncode:
        raise RuntimeError(f"prove {' '.join(call)}: {done.stderr.strip().splitlines()[-1:]}")
    proof = json.loads(done.stdout)
    with kept.open("a") as file:
        file.write(json.dumps({"call": call, "proof": proof, "cpu": spent, "text": done.stderr.strip()}) + "\n")
    return proof


def processor_seconds() -> float:
    """Processor seconds of all that this process started and that has ended.

    Workers that outlive who started them count too: Linux gives them to the nearest ancestor that asked for orphans.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(ADOPTS_ORPHANS, 1, 0, 0, 0)
    try:
        while True:
            os.wait()
    except ChildProcessError:
        times = os.times()
        return times.children_user + times.children_system


def arms_text(proof: dict, count: int = 4) -> str:
    """The arms with the most forks, as ``factor clean/forks``."""
    arms = sorted(proof["arms"], key=lambda arm: -arm["forks"])[:count]
    return ", ".join(f"{arm['factor']} {arm['clean']}/{arm['forks']}" for arm in arms)
