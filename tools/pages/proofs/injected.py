"""Break one known factor on purpose: is it what the proof names? And with nothing broken, is anything blamed?

``python -m tools.pages.proofs.injected``; the same run without the injection is the healthy twin of each case.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from tools.pages.proofs.calls import add_limits, arms_text, limits, proven


@dataclass(frozen=True)
class Case:
    """A run, how it is broken, and the factor that was."""

    scenario: str
    factor: str
    broken: tuple[str, ...]
    sound: tuple[str, ...] = ()
    seed: int = 20


CASES = (
    Case("healthy", "lr", ("lr=0.1@200",)),
    Case("healthy", "lr", ("lr=0.03@250",), seed=21),
    Case("explosion", "lr", ("lr=1e-3@300",), ("lr=1e-4",)),
    Case("healthy", "corrupt_batch", ("corrupt_batch=on@40",)),
    Case("explosion", "corrupt_batch", ("corrupt_batch=on@300",), ("lr=1e-4",)),
    Case("healthy", "label_noise", ("label_noise=0.6@250",)),
    Case("healthy", "beta2", ("beta2=0@200",), ("lr=3e-3",)),
    Case("explosion", "clip_norm", ("clip_norm=off@300",), ("clip_norm=100",)),
    Case("explosion", "batch_size", ("batch_size=1@300",), ("lr=5e-4",)),
    Case("explosion", "standardize", ("standardize=off",), ("standardize=on", "lr=0.01")),
    Case("epoch-spikes", "eps", ("eps=0",), ("loss_logging=step", "epochs=2")),
    Case("kick-in", "init", ("init=normal", "init_std=0.002"), ("init=kaiming",)),
    Case("epoch-spikes", "shuffle", ("shuffle=off",), ("loss_logging=step", "epochs=4")),
    Case("epoch-spikes", "loss_logging", ("loss_logging=running_mean",), ("loss_logging=step", "epochs=4")),
    Case("healthy", "reduction", ("reduction=sum_over_nominal",), ("batch_size=160",)),
)


def words(*settings: str) -> list[str]:
    """The settings as words of the command."""
    return [word for setting in settings for word in ("--set", setting)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("injected.jsonl"))
    parser.add_argument("--only", type=int, nargs="+", help="numbers of cases")
    add_limits(parser)
    args = parser.parse_args()
    right = blamed = 0
    chosen = [case for number, case in enumerate(CASES) if args.only is None or number in args.only]
    print("| scenario | broken | event | named | counts | twin blames |")
    print("|---|---|---|---|---|---|")
    for case in chosen:
        proof = proven(case.scenario, case.seed, words(*merged(case)) + limits(args), args.out)
        twin = proven(case.scenario, case.seed, words(*case.sound) + limits(args), args.out)
        right += proof["top"] == case.factor
        blamed += twin["top"] is not None
        kind = proof["event"]["kind"] if proof["event"] else "none"
        cells = [case.scenario, " ".join(case.broken), kind, proof["top"], arms_text(proof), twin["top"]]
        print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)
    print(f"named right: {right} of {len(chosen)}; blamed with nothing broken: {blamed} of {len(chosen)}")


def merged(case: Case) -> tuple[str, ...]:
    """The sound settings, less those that are broken from the start."""
    replaced = {text.split("=")[0] for text in case.broken if "@" not in text}
    return (*(text for text in case.sound if text.split("=")[0] not in replaced), *case.broken)


if __name__ == "__main__":
    main()
