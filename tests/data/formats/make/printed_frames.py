# /// script
# requires-python = ">=3.11"
# dependencies = ["pandas==3.1.1", "polars==2.1.0", "rich==15.0.0"]
# ///
"""Data frames as pandas and polars print them, as a page, and a table of rich; with names as arguments only those."""

import math
import random
import sys
from importlib.metadata import version

from truth import fresh, run, series, write

random.seed(0)
COUNT = 90
TRAINED = [round(2.4 * math.exp(-i / 30) + 0.3 + random.uniform(-0.02, 0.02), 6) for i in range(COUNT)]
HELD_OUT = [round(v + 0.1, 6) for v in TRAINED]
COLUMNS = {"epoch": list(range(COUNT)), "loss": TRAINED, "val_loss": HELD_OUT}


def both(at):
    found = {"loss": series([TRAINED[i] for i in at], at)}
    return found | {"val_loss": series([HELD_OUT[i] for i in at], at, "validation", "loss")}


def pandas():
    import pandas as pd

    library = f"pandas {version('pandas')}"
    case = library.replace(" ", "-")
    frame = pd.DataFrame(COLUMNS)
    ends = [*range(5), *range(COUNT - 5, COUNT)]
    (fresh(f"{case}-shortened") / "out.txt").write_text(f"{frame}\n")
    write(f"{case}-shortened", library, run(both(ends), "epoch", warnings=["cut_table"]), file="out.txt")
    wide = frame[:12].assign(accuracy=0.5, val_accuracy=0.4)[["epoch", "loss", "accuracy", "val_loss", "val_accuracy"]]
    (fresh(f"{case}-folded") / "out.txt").write_text(f"{wide.to_string(line_width=40)}\n")
    write(f"{case}-folded", library, run(both(range(12)), "epoch", warnings=[]), file="out.txt")
    (fresh(f"{case}-page") / "history.html").write_text(frame.to_html(index=False))
    write(f"{case}-page", library, run(both(range(COUNT)), "epoch", warnings=[]), file="history.html")


def polars():
    import polars as pl

    library = f"polars {version('polars')}"
    case = f"{library.replace(' ', '-')}-printed"
    with pl.Config(tbl_rows=-1):
        (fresh(case) / "out.txt").write_text(f"{pl.DataFrame(COLUMNS)[:12]}\n")
    write(case, library, run(both(range(12)), "epoch", warnings=[]), file="out.txt")


def rich():
    from rich.console import Console
    from rich.table import Table

    library = f"rich {version('rich')}"
    case = library.replace(" ", "-")
    table = Table(*COLUMNS)
    for row in list(zip(*COLUMNS.values()))[:12]:
        table.add_row(*map(str, row))
    with (fresh(case) / "out.txt").open("w") as file:
        Console(file=file, width=80).print(table)
    write(case, library, run(both(range(12)), "epoch", warnings=[]), file="out.txt")


for name in sys.argv[1:] or ("pandas", "polars", "rich"):
    globals()[name]()
