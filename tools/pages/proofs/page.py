"""The page of proofs from the kept objects: ``python -m tools.pages.proofs.page FOLDER --out docs/proofs.md``.

The folder has what ``verdicts``, ``injected`` and ``harmless`` beside it kept, under their default names, and in its
folder ``brought`` what ``tools.pages.brought`` kept.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from tools.pages import brought
from tools.pages.proofs.calls import arms_text
from tools.pages.proofs.injected import CASES, Case, merged, words

# What earlier prototypes measured, with other seeds and other code: factors that help, and what was said of them.
EXPECTED = {
    "explosion": (("lr", "standardize"), "the rate is above 2/λmax; standardised features cure 10 of 10"),
    "late-rise": (
        ("lr", "beta2", "clip_norm", "clip_update"),
        "from 5–60 steps before, lr/3, lr/10, clipping and β₂ = 0.9 prevent every rise, placebo 7–67 %; "
        "training on all data at once rises in 10 of 10 too",
    ),
    "fluctuation": (
        ("clip_update", "eps"),
        "steps too long for a shrunken denominator: clipping the update's RMS 9 of 10, ε = 10⁻³ 3 of 5; "
        "not: full batch, clipping the norm, dropping the remainder; "
        "a lower rate was left open, because those runs did not learn",
    ),
    "kick-in": (("init", "normalization"), "Kaiming's scale or batch normalization removes the plateau, 10 of 10"),
    "epoch-spikes": (("loss_logging",), "a mean that begins anew each epoch; undone, nothing is left, 15 of 15"),
}

HEAD = """# Proofs, measured

Made by `python -m tools.pages.proofs.page FOLDER --out docs/proofs.md` from what these commands keep in a folder:
`python -m tools.pages.proofs.verdicts`, `python -m tools.pages.proofs.injected`,
`python -m tools.pages.proofs.harmless`. Each row of the first table is `main.py prove NAME --seed N`.

Counts are clean forks of all; placebo forks are only nudged, and those of the screening count where all start at one
step. p is exact (Boschloo), one-sided, corrected (Hochberg) over the factors confirmed; at each of four looks at the
counts it may be 1.69 %, which gives all four 5 % together (Pocock). *Seconds* are processor seconds of recording and
proof, forks in one process, divided by two: what two idle cores take. A remedy that is named is sufficient from that
point on; it is not the only possible cause. Rows that are missing were not run yet.
"""


def verdicts(kept: list[dict]) -> str:
    """A row for each scenario and seed, with what was measured before."""
    lines = ["## Verdicts", "", "| scenario | seed | event, step | named | counts | p | seconds | as measured before |"]
    lines.append("|---|---|---|---|---|---|---|---|")
    agreed = total = 0
    for made in sorted(kept, key=lambda made: (list(EXPECTED).index(made["call"][0]), int(made["call"][2]))):
        proof, name = made["proof"], made["call"][0]
        is_as_before = proof["top"] in EXPECTED[name][0]
        agreed, total = agreed + is_as_before, total + 1
        event = proof["event"]
        where = f"{event['kind']}, {event['start']}" if event else "–"
        p = min((arm["p"] for arm in proof["arms"] if arm["factor"] == proof["top"]), default=None)
        cells = [name, made["call"][2], where, proof["top"] or "nothing", arms_text(proof, 3)]
        cells += ["–" if p is None else f"{p:.2g}", f"{_seconds(made):.0f}", "yes" if is_as_before else "no"]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    lines += [
        "",
        f"As measured before: {agreed} of {total}. What was measured, on other seeds and with other code:",
        "",
    ]
    lines += [f"- {name}: {said}." for name, (_factors, said) in EXPECTED.items()]
    return "\n".join(lines)


def injected(kept: list[dict]) -> str:
    """A row for each case that was tried."""
    found = {tuple(made["call"]): made for made in kept}
    lines = ["## Injected causes", "", "| scenario | seed | broken | event | named | counts | right |"]
    lines.append("|---|---|---|---|---|---|---|")
    right = total = 0
    for case in CASES:
        made = found.get(_call(case, merged(case)))
        if made is None:
            continue
        proof = made["proof"]
        is_right = proof["top"] == case.factor
        right, total = right + is_right, total + 1
        kind = proof["event"]["kind"] if proof["event"] else "none"
        cells = [case.scenario, case.seed, " ".join(case.broken), kind, proof["top"] or "nothing", arms_text(proof, 3)]
        lines.append("| " + " | ".join(map(str, [*cells, "yes" if is_right else "no"])) + " |")
    twins = [made for case in CASES if (made := found.get(_call(case, case.sound)))]
    blamed = sum(made["proof"]["top"] is not None for made in twins)
    eventless = sum(made["proof"]["event"] is None for made in twins)
    lines += ["", f"The injected factor is named in {right} of {total}."]
    lines.append(
        f"Of {len(twins)} runs with nothing broken {blamed} blame a factor; {eventless} of them have no event at all, "
        "which makes this a weak test: the next table is the strong one."
    )
    return "\n".join(lines)


def harmless(kept: list[dict]) -> str:
    """A row for each proof in which nothing could be a cause."""
    lines = ["## Factors that change nothing", ""]
    lines += ["Real events, six factors that only nudge, the whole procedure: what is named here is a false alarm.", ""]
    lines.append("| scenario | seed | event at step | placebo | best of the six | blamed |")
    lines.append("|---|---|---|---|---|---|")
    lines += ["| " + " | ".join(map(str, made["cells"])) + " |" for made in kept]
    blamed = sum(made["cells"][-1] != "nothing" for made in kept)
    return "\n".join([*lines, "", f"Blamed: {blamed} of {len(kept)}."])


def _call(case: Case, settings: tuple[str, ...]) -> tuple[str, ...]:
    return (case.scenario, "--seed", str(case.seed), *words(*settings))


def _seconds(made: dict) -> float:
    return made["cpu"] / 2 if "cpu" in made else made["proof"]["seconds"]


def _read(path: Path) -> list[dict]:
    """The lines, the limits that calls were made with left out."""
    kept = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    for made in kept:
        if "call" in made:
            made["call"] = _without_limits(made["call"])
    return kept


def _without_limits(call: list[str]) -> list[str]:
    """The same call less ``--seconds N`` and ``--forks N``."""
    for option in ("--seconds", "--forks", "--cured"):
        if option in call:
            at = call.index(option)
            call = call[:at] + call[at + (1 if option == "--cured" else 2) :]
    return call


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, default=Path("docs/proofs.md"))
    args = parser.parse_args()
    tables = (verdicts, "verdicts"), (injected, "injected"), (harmless, "harmless")
    parts = [HEAD, *(make(_read(args.folder / f"{name}.jsonl")) + "\n" for make, name in tables)]
    if (args.folder / "brought").is_dir():
        parts.append(brought.page(args.folder / "brought") + "\n")
    args.out.write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()
