"""Lets atheris choose inputs by the lines of the program that they reach: ``python -m tools.fuzz --guided NAME``."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

SEEDS = 200
LONGEST = 4096


def run(name: str, count: int, keep: Path) -> None:
    """Give a target so many inputs; what trips it is kept as a file there, and ends the process.

    Raises
    ------
    SystemExit
        Always: atheris ends the process when it is done.
    """
    import atheris

    with atheris.instrument_imports(include=["engine", "overshoot"], enable_loader_override=False):
        from tools.fuzz.targets import target_of

        folder = Path(tempfile.mkdtemp(prefix="fuzz-guided-"))
        target = target_of(name, folder)
        corpus = folder / "corpus"
        corpus.mkdir()
        for number in range(SEEDS):
            (corpus / str(number)).write_bytes(target.make(number)[:LONGEST])
        target.take(target.make(0))  # what it imports is instrumented
    keep.mkdir(parents=True, exist_ok=True)
    settings = [f"-runs={count}", f"-max_len={LONGEST}", "-timeout=5", "-rss_limit_mb=2048", "-print_final_stats=1"]
    atheris.Setup([sys.argv[0], *settings, f"-artifact_prefix={keep}/{name}-", str(corpus)], target.take)
    atheris.Fuzz()
