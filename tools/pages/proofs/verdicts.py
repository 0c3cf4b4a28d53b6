"""The verdict of each scenario over several seeds: ``python -m tools.pages.proofs.verdicts --seeds 10 11 12 13 14``."""

from __future__ import annotations

import argparse
from pathlib import Path

from tools.pages.proofs.calls import add_limits, arms_text, limits, proven

SCENARIOS = ("late-rise", "fluctuation", "kick-in", "explosion", "epoch-spikes")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=list(range(10, 15)))
    parser.add_argument("--scenarios", nargs="+", default=SCENARIOS)
    parser.add_argument("--cured", action="store_true")
    parser.add_argument("--out", type=Path, default=Path("verdicts.jsonl"))
    add_limits(parser)
    args = parser.parse_args()
    more = limits(args) + (["--cured"] if args.cured else [])
    print("| scenario | seed | event at step | control | top | counts | cured | s |")
    print("|---|---|---|---|---|---|---|---|")
    for name in args.scenarios:
        for seed in args.seeds:
            proof = proven(name, seed, more, args.out, args.checkout)
            event = proof["event"]
            where = f"{event['kind']} {event['start']}" if event else "none"
            cured = ", ".join(f"{c['factor']} {c['clean']}/{c['seeds']}" for c in proof["cured"])
            cells = [name, seed, where, proof["control"], proof["top"], arms_text(proof), cured, proof["seconds"]]
            print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


if __name__ == "__main__":
    main()
