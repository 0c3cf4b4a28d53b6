"""Kill what writes at random moments: ``python -m tools.kill_nine [--times 20] [--kinds library watch] [--seed 0]``.

A folder serves all kills of a kind, so that each also meets what was killed before.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tools.kill_nine import training, writes

KINDS: dict[str, Callable[[Path, float], str]] = {
    "training": training.problem,
    **{name: partial(writes.problem, write) for name, write in writes.WRITES.items()},
}


def main(arguments: list[str]) -> int:
    """Kill many times and say what each left; 1 if anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=20, help="of each kind")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--longest", type=float, default=1.0, help="seconds of writing before the kill, at most")
    given = parser.parse_args(arguments)
    chance, failed = random.Random(given.seed), 0
    for kind in given.kinds:
        with tempfile.TemporaryDirectory() as name:
            found = [KINDS[kind](Path(name), chance.uniform(0.0, given.longest)) for _time in range(given.times)]
        wrong = [text for text in found if text]
        failed += len(wrong)
        print(f"{kind}: {given.times - len(wrong)} of {given.times} whole", *wrong[:3], sep="; ", flush=True)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
