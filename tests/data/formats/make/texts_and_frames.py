# /// script
# requires-python = ">=3.11"
# dependencies = ["transformers==5.24.0", "pandas==3.1.1", "numpy==2.4.6", "torch==2.13.0"]
# ///
"""Courses that people keep as text: the table of a model card, printed lists, a frame with a column for the phase."""

import contextlib
import sys
from importlib.metadata import version
from platform import python_version

import numpy as np
from truth import fresh, run, series, write

TRAIN = [round(2.0 * 0.9**i, 4) for i in range(12)]
VALIDATION = [round(2.2 * 0.8**i + 0.01 * i * i, 4) for i in range(12)]
EPOCHS = list(range(1, 13))


def both(first, second, x="epoch", at=EPOCHS):
    return run({first: series(TRAIN, at), second: series(VALIDATION, at, "validation", first)}, x)


def model_card():
    from transformers.modelcard import make_markdown_table, parse_log_history

    number = version("transformers")
    history = []
    for i, (trained, held_out) in enumerate(zip(TRAIN, VALIDATION), 1):
        history.append({"loss": trained, "learning_rate": 1e-5, "epoch": float(i), "step": 50 * i})
        history.append({"eval_loss": held_out, "eval_runtime": 1.0, "epoch": float(i), "step": 50 * i})
    history.append({"train_runtime": 9.0, "train_loss": 1.0, "epoch": 12.0, "step": 600})
    _train, lines, _last = parse_log_history(history)
    case = f"transformers-{number}-model-card"
    text = f"# m\n\nThis model was trained.\n\n### Training results\n\n{make_markdown_table(lines)}\n"
    (fresh(case) / "README.md").write_text(text)
    truth = both("Training Loss", "Validation Loss", "Step", [50 * i for i in EPOCHS])
    write(case, f"transformers {number}", truth, file="README.md")


def printed():
    case = "python-print-lists"
    with (fresh(case) / "losses.txt").open("w") as file, contextlib.redirect_stdout(file):
        print("device: cpu")
        print("train_losses =", TRAIN)
        print("val_losses =", np.array(VALIDATION))
    truth = run(
        {
            "train_losses": series(TRAIN),
            "val_losses": series(VALIDATION, role="validation", pair="train_losses"),
        },
        "row",
    )
    write(case, f"python {python_version()}, numpy {version('numpy')}", truth, file="losses.txt")


def phases():
    import pandas

    number = version("pandas")
    case = f"pandas-{number}-phases"
    rows = [
        {"epoch": e, "phase": phase, "loss": loss}
        for e, pair in zip(EPOCHS, zip(TRAIN, VALIDATION))
        for phase, loss in zip(("train", "val"), pair)
    ]
    pandas.DataFrame(rows).to_csv(fresh(case) / "history.csv", index=False)
    write(case, f"pandas {number}", both("loss", "val_loss"), file="history.csv")


for make in [globals()[name] for name in sys.argv[1:]] or (model_card, printed, phases):
    make()
