"""How often claims hold on labelled series, against the confidence they were made with.

    python -m tools.rates.confidences FOLDER …          how many claims hold by kind and confidence; docs/confidence.svg
    python -m tools.rates.confidences FOLDER … --fit    the shares for resources/fitted/calibration.json

Fitted on the logs of five owners in six and on trainings that are nobody's (``tests/data/trainings``); the logs of the
other owners are shown apart, and nothing is fitted on them.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from engine.detectors.claims.calibration import Calibration, calibration
from engine.events import EventKind
from tests.made.labelled import Claim, claims

FIGURE = Path(__file__).resolve().parents[2] / "docs" / "confidence.svg"
PRIOR = 6.0  # claims that held as often as all do; the detectors were made on these logs, on others fewer hold
EDGES = (0.0, 0.45, 0.55, 0.65, 0.75, 1.0)  # of the groups of claims that are compared
COLOURS = {"fitted on": "#0072B2", "held out": "#D55E00"}


def fitted(kind: EventKind, made: Sequence[Claim]) -> Calibration:
    """Shares of a kind's claims that hold at the threshold and far above it, each drawn towards the next wider group.

    A claim counts at the upper end by its gain (see `detectors.claims.calibration`), at the lower one by the rest.
    """
    everything = np.mean([claim.held for claim in made]) if made else 0.5
    own = [claim for claim in made if claim.kind is kind]
    held = np.array([claim.held for claim in own], float)
    share = (held.sum() + PRIOR * everything) / (len(own) + PRIOR)
    gain = np.array([_gain(claim) for claim in own])
    low, high = (float((w @ held + PRIOR * share) / (w.sum() + PRIOR)) for w in (1 - gain, gain))
    return Calibration(round(min(low, high), 2), round(max(low, high), 2))


def _gain(claim: Claim) -> float:
    limits = calibration(claim.kind)
    room = limits.at_most - limits.at_threshold
    return float(np.clip((claim.confidence - limits.at_threshold) / room, 0, 1)) if room else 0.5


def print_fit(made: Sequence[Claim]) -> None:
    for kind in EventKind:
        found = fitted(kind, made)
        print(f'    "{kind}": [{found.at_threshold}, {found.at_most}],')


def groups(made: Sequence[Claim]) -> list[tuple[float, float, int]]:
    """Mean confidence, share that holds and count of the claims between two edges."""
    found = []
    for low, high in pairwise(EDGES):
        inside = [c for c in made if low <= c.confidence < high or c.confidence == high == 1.0]
        if inside:
            mean = float(np.mean([c.confidence for c in inside]))
            found.append((mean, float(np.mean([c.held for c in inside])), len(inside)))
    return found


def print_shares(name: str, made: Sequence[Claim]) -> None:
    print(f"{name}: {len(made)} claims, {np.mean([c.held for c in made]):.2f} hold")
    for kind in EventKind:
        own = [c.held for c in made if c.kind is kind]
        if own:
            print(f"  {kind:16}{len(own):4} claims, {np.mean(own):.2f} hold")
    for mean, share, count in groups(made):
        print(f"  said at {mean:.2f}: {count:4} claims, {share:.2f} hold")


def drawn(parts: dict[str, Sequence[Claim]]) -> str:
    """Share that holds over confidence, a disc a group, its area the number of claims; the diagonal is honesty."""
    body = ['<line x1="60" y1="360" x2="400" y2="20" stroke="#999"/>']
    body.append('<path d="M60 20V360H400" fill="none" stroke="#666"/>')
    for value in (0, 0.25, 0.5, 0.75, 1):
        at = 60 + 340 * value
        body.append(f'<text x="{at}" y="378" text-anchor="middle">{value:g}</text>')
        body.append(f'<text x="52" y="{424 - at}" text-anchor="end">{value:g}</text>')
    for row, (name, made) in enumerate(parts.items()):
        colour = COLOURS[name]
        for mean, share, count in groups(made):
            x, y = 60 + 340 * mean, 360 - 340 * share
            spot = f'cx="{x:.0f}" cy="{y:.0f}" r="{2 * count**0.5:.1f}"'
            body.append(f'<circle {spot} fill="{colour}" fill-opacity="0.6"/>')
        body.append(f'<text x="420" y="{40 + 22 * row}" fill="{colour}">{name}: {len(made)} claims</text>')
    caption = "confidence of the claims; upwards: share that a label confirms"
    body.append(f'<text x="230" y="402" text-anchor="middle">{caption}</text>')
    inside = "".join(body)
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="600" height="415" font-size="13">{inside}</svg>\n'


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="+")
    parser.add_argument("--fit", action="store_true")
    given = parser.parse_args()
    made = [claim for folder in given.folder for claim in claims(folder)]
    parts = {
        "fitted on": [claim for claim in made if not claim.is_held_out],
        "held out": [claim for claim in made if claim.is_held_out],
    }
    if given.fit:
        print_fit(parts["fitted on"])
        return
    for name, some in parts.items():
        print_shares(name, some)
    FIGURE.write_text(drawn(parts), encoding="utf-8")


if __name__ == "__main__":
    main()
