"""Digests of the demos' tables, by which a change of the training code shows that it has changed no number.

``python -m tools.demo_tables`` compares with the stored ones and names what differs; ``--write`` stores them anew. They
are those of torch 2.13 on processors with the named capability: other kernels sum in another order.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path

STORED = Path(__file__).resolve().parent.parent / "tests" / "data" / "trainings" / "demo_tables.json"
SEEDS, LENGTHS = (0, 1, 2), (40, 400)  # rows: some for the suite, more for a look by hand


def digests(name: str, seed: int, lengths: tuple[int, ...] = LENGTHS) -> dict[str, str]:
    """The digest of a demo's first rows, all columns but the time, for each number of rows."""
    import torch

    from engine.training.session import TrainingSession

    torch.set_num_threads(1)  # sums depend on it
    session = TrainingSession(name, seed, {}, "none", max(lengths))
    for _step in session:
        pass
    table = session.run.table
    found = {}
    for rows in lengths:
        digest = hashlib.sha256()
        for column in sorted(set(table.columns) - {"time"}):
            digest.update(column.encode() + table.series(column, 0, rows).values.tobytes())
        found[str(rows)] = digest.hexdigest()[:16]
    return found


def kernels() -> dict[str, str]:
    """What the digests depend on besides the code."""
    import torch

    return {"torch": torch.__version__.split("+")[0], "capability": torch.backends.cpu.get_cpu_capability()}


def stored() -> Mapping[str, Mapping[str, str]]:
    """The stored digests: ``kernels``, and those of each demo and seed by the number of rows."""
    found: dict[str, dict[str, str]] = json.loads(STORED.read_text(encoding="utf-8"))
    return found


def main() -> int:
    """Compare or store; the exit code is the number of tables that differ."""
    from engine.scenarios.base import all_scenarios

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    found = {f"{name} {seed}": digests(name, seed) for name in all_scenarios() for seed in SEEDS}
    if args.write:
        text = json.dumps({"kernels": kernels(), **found}, indent=1)
        STORED.write_text(text + "\n", encoding="utf-8")
        return 0
    known = stored()
    if known["kernels"] != kernels():
        print(f"stored with {known['kernels']}, here {kernels()}: they may differ without a reason", file=sys.stderr)
    different = [key for key, value in found.items() if known.get(key) != value]
    print("\n".join(f"{key} differs" for key in different) or f"{len(found)} tables are equal bit for bit")
    return len(different)


if __name__ == "__main__":
    sys.exit(main())
