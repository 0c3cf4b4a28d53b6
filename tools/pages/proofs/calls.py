"""Run ``main.py prove`` once per case and keep each object in a file of JSON lines, so a broken-off table goes on."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def add_limits(parser: argparse.ArgumentParser) -> None:
    """Options that go on to the command."""
    parser.add_argument("--seconds", type=int, help="end each proof after so long")
    parser.add_argument("--forks", type=int, default=12)


def limits(args: argparse.Namespace) -> list[str]:
    """The words of `add_limits`' options."""
    return (["--seconds", str(args.seconds)] if args.seconds else []) + ["--forks", str(args.forks)]


def proven(name: str, seed: int, words: Sequence[str], kept: Path) -> dict:
    """The object that the command prints; from the file when the same call was made before."""
    call = [name, "--seed", str(seed), *words]
    for line in kept.read_text().splitlines() if kept.exists() else ():
        if (made := json.loads(line))["call"] == call:
            return made["proof"]
    done = subprocess.run(
        [sys.executable, str(ROOT / "main.py"), "prove", *call, "--json"],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    if done.returncode:
        raise RuntimeError(f"prove {' '.join(call)}: {done.stderr.strip().splitlines()[-1:]}")
    proof = json.loads(done.stdout)
    with kept.open("a") as file:
        file.write(json.dumps({"call": call, "proof": proof, "text": done.stderr.strip()}) + "\n")
    return proof


def arms_text(proof: dict, count: int = 4) -> str:
    """The arms with the most forks, as ``factor clean/forks``."""
    arms = sorted(proof["arms"], key=lambda arm: -arm["forks"])[:count]
    return ", ".join(f"{arm['factor']} {arm['clean']}/{arm['forks']}" for arm in arms)
