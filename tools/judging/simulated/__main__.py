"""Write simulated, labelled curves as ``labels.csv``, ``series`` and ``manifest.csv``."""

from __future__ import annotations

import argparse
from pathlib import Path

from tools.judging.simulated.drawing import drawn
from tools.judging.writing import write_corpus


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="a new or empty folder")
    parser.add_argument("--count", type=int, default=600)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    count = write_corpus(given.folder, drawn(given.count, given.seed))
    print(f"{count} series in {given.folder}")


if __name__ == "__main__":
    main()
