# /// script
# requires-python = ">=3.11"
# dependencies = ["openpyxl==3.1.5", "polars==2.1.0", "pyarrow==26.0.1", "numpy==2.4.6"]
# ///
"""A history saved as a workbook, as Parquet, Arrow and Feather, and as NumPy's arrays."""

from importlib.metadata import version

import numpy as np
import openpyxl
import polars as pl
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
from truth import fresh, run, series, write

NAN, INF = float("nan"), float("inf")
LOSS = [2.0 * 0.9**i for i in range(20)]
VALIDATION = [2.2 * 0.8**i + 0.02 * i * i for i in range(20)]
ODD = [NAN if i == 12 else INF if i == 13 else value for i, value in enumerate(LOSS)]
EVERY = range(3, 20, 4)
SPARSE = [value if i in EVERY else None for i, value in enumerate(VALIDATION)]
EPOCHS = list(range(1, 21))
COLUMNS = {"epoch": EPOCHS, "loss": ODD, "val_loss": SPARSE}


def truth(values=ODD, x=EPOCHS, at=EVERY):
    found = series([VALIDATION[i] for i in at], [x[i] for i in at], "validation", "loss")
    return {"loss": series(values, x), "val_loss": found}


def workbook():
    """Two worksheets, the first with a title above its table; a sheet of cells has no NaN."""
    number = version("openpyxl")
    case = f"openpyxl-{number}"
    folder = fresh(case)
    book = openpyxl.Workbook()
    for name, shift in ("small", 0.0), ("large", 1.0):
        sheet = book.active if name == "small" else book.create_sheet()
        sheet.title = name
        sheet.append(["epoch", "loss", "val_loss"])
        for i in range(20):
            sheet.append([EPOCHS[i], LOSS[i] + shift, SPARSE[i]])
    book.save(folder / "history.xlsx")
    runs = [
        run(truth([v + shift for v in LOSS]), "epoch", name=name) for name, shift in (("small", 0.0), ("large", 1.0))
    ]
    write(case, f"openpyxl {number}", *runs, file="history.xlsx")


def frames():
    arrow, polars = version("pyarrow"), version("polars")
    table = pa.table(COLUMNS)
    frame = pl.DataFrame(COLUMNS)
    ways = {
        f"pyarrow-{arrow}-parquet": lambda f: pa.parquet.write_table(table, f / "a.parquet"),
        f"pyarrow-{arrow}-feather": lambda f: pa.feather.write_feather(table, f / "a.feather"),
        f"polars-{polars}-parquet": lambda f: frame.write_parquet(f / "a.parquet"),
        f"polars-{polars}-ipc": lambda f: frame.write_ipc(f / "a.arrow", compression="zstd"),
    }
    for case, save in ways.items():
        folder = fresh(case)
        save(folder)
        (file,) = folder.iterdir()
        write(case, " ".join(case.split("-")[:2]), run(truth(), "epoch"), file=file.name)
    words = pl.DataFrame(
        {
            "epoch": [e for e in EPOCHS for _ in range(2)],
            "split": ["train", "val"] * 20,
            "loss": [v for pair in zip(ODD, VALIDATION) for v in pair],
        }
    )
    case = f"polars-{polars}-long"
    words.write_parquet(fresh(case) / "a.parquet")
    write(case, f"polars {polars}", run(truth(at=range(20)), "epoch"), file="a.parquet")


def arrays():
    number = version("numpy")
    case = f"numpy-{number}-npz"
    np.savez(fresh(case) / "a.npz", epoch=EPOCHS, loss=np.float32(ODD), val_loss=VALIDATION, names=np.array(["a", "b"]))
    write(case, f"numpy {number}", run(truth(at=range(20)), "epoch"), file="a.npz")
    case = f"numpy-{number}-npy"
    np.save(fresh(case) / "train_loss.npy", np.array(ODD))
    write(case, f"numpy {number}", run({"train_loss": series(ODD)}, "row"), file="train_loss.npy")
    case = f"numpy-{number}-records"
    records = np.rec.fromarrays([EPOCHS, ODD, VALIDATION], names="epoch,loss,val_loss")
    np.save(fresh(case) / "a.npy", records)
    write(case, f"numpy {number}", run(truth(at=range(20)), "epoch"), file="a.npy")


workbook()
frames()
arrays()
