# /// script
# requires-python = ">=3.11"
# dependencies = [
#     "torch==2.13.0", "numpy==2.4.6",
#     "tqdm==4.70.1", "skorch==1.4.0", "pytorch-ignite==0.5.5", "fastprogress==1.1.6",
# ]
# ///
"""What progress bars and the tables of trainers leave in a file that their output was sent to."""

import contextlib
import io
import math
import random
from importlib.metadata import version

from truth import fresh, run, series, write

FILE = "train.log"
EPOCHS, EACH = 3, 24


def losses(epochs=EPOCHS, each=EACH):
    """Losses of every update, by epoch."""
    draw = random.Random(0)
    return [
        [round(3 * math.exp(-(e * each + i) / 30) + draw.random() / 10, 4) for i in range(each)] for e in range(epochs)
    ]


def tqdm_postfix(case, interval, describe):
    """A bar an epoch; the loss beside it is set at every update, the bar moves when enough time has passed."""
    from tqdm import tqdm

    written = io.StringIO()
    for epoch, values in enumerate(losses(), 1):
        bar = tqdm(values, desc=f"Epoch {epoch}/{EPOCHS}", file=written, mininterval=interval, ascii=describe, ncols=90)
        for loss in bar:
            bar.set_postfix(loss=loss)
    (fresh(case) / FILE).write_text(written.getvalue(), newline="")
    # set_postfix prints three significant digits
    shown = [float(f"{v:.3g}") for values in losses() for v in values]
    # The bar stands still between its redraws unless each update draws; then the loss's own number is its x.
    x = "row" if interval else "batch"
    write(case, f"tqdm {version('tqdm')}", run({"loss": series(shown)}, x, warnings=["redraws"]), file=FILE)


def tqdm_description(case):
    """The loss is written into the description, and the bar is closed before an evaluation line."""
    from tqdm import trange

    written = io.StringIO()
    held_out = []
    for epoch, values in enumerate(losses(), 1):
        with trange(len(values), file=written, mininterval=0, ncols=90) as bar:
            for i in bar:
                bar.set_description(f"epoch {epoch} loss {values[i]:.4f}")
        held_out.append(round(values[-1] * 1.1, 4))
        written.write(f"epoch {epoch} val_loss {held_out[-1]:.4f}\n")
    (fresh(case) / FILE).write_text(written.getvalue(), newline="")
    found = {
        "loss": series([v for values in losses() for v in values]),
        "val_loss": series(held_out, [EACH * (e + 1) - 1 for e in range(EPOCHS)], "validation", "loss"),
    }
    write(case, f"tqdm {version('tqdm')}", run(found, "batch", warnings=["redraws"]), file=FILE)


def skorch(case, rate):
    import torch
    from skorch import NeuralNetRegressor

    torch.manual_seed(0)
    x = torch.randn(200, 3)
    y = x.sum(1, keepdim=True) ** 2
    net = NeuralNetRegressor(
        torch.nn.Sequential(torch.nn.Linear(3, 8), torch.nn.ReLU(), torch.nn.Linear(8, 1)), max_epochs=12, lr=rate
    )
    path = fresh(case) / FILE
    with path.open("w") as file, contextlib.redirect_stdout(file):
        net.fit(x.numpy(), y.numpy())
    at = range(1, 13)
    shown = {name: [round(float(v), 4) for v in net.history[:, name]] for name in ("train_loss", "valid_loss")}
    found = {
        "train_loss": series(shown["train_loss"], at),
        "valid_loss": series(shown["valid_loss"], at, "validation", "train_loss"),
    }
    write(case, f"skorch {version('skorch')}", run(found, "epoch"), file=FILE)


def ignite(case):
    from ignite.contrib.handlers import ProgressBar
    from ignite.engine import Engine

    values = [v for epoch in losses() for v in epoch]
    engine = Engine(lambda engine, batch: {"loss": values[engine.state.iteration - 1]})
    path = fresh(case) / FILE
    with path.open("w", newline="") as file:
        bar = ProgressBar(file=file, ncols=100, ascii=True, mininterval=0)
        bar.attach(engine, output_transform=lambda output: output)
        engine.run(range(EACH), max_epochs=EPOCHS)
    shown = [float(f"{v:.3g}") for v in values]
    # The first two losses of an epoch are drawn at 1 of n.
    at = [EACH * e + max(1, k) for e in range(EPOCHS) for k in range(EACH)]
    found = run({"loss": series(shown, at)}, "batch", warnings=["redraws"])
    write(case, f"pytorch-ignite {version('pytorch-ignite')}", found, file=FILE)


def fastprogress(case):
    """The console output of fastai's learner: its recorder writes lines through a master bar of fastprogress."""
    from fastprogress.fastprogress import ConsoleMasterBar, ConsoleProgressBar

    path = fresh(case) / FILE
    rows = [(e, 0.9 / (e + 1), 1.1 / (e + 1), 0.5 + e / 20) for e in range(8)]
    with path.open("w", newline="") as file, contextlib.redirect_stdout(file):
        bars = ConsoleMasterBar(range(len(rows)))
        bars.write(["epoch", "train_loss", "valid_loss", "accuracy", "time"], table=True)
        for i in bars:
            epoch, loss, held_out, accuracy = rows[i]
            for _batch in ConsoleProgressBar(range(10), parent=bars):
                pass
            line = [str(epoch), f"{loss:.6f}", f"{held_out:.6f}", f"{accuracy:.6f}", "00:05"]
            bars.write(line, table=True)
    found = {
        "train_loss": series([round(r[1], 6) for r in rows], range(8)),
        "valid_loss": series([round(r[2], 6) for r in rows], range(8), "validation", "train_loss"),
    }
    write(case, f"fastprogress {version('fastprogress')}", run(found, "epoch"), file=FILE)


number = version("tqdm")
tqdm_postfix(f"tqdm-{number}-postfix", 0.1, False)
tqdm_postfix(f"tqdm-{number}-postfix-every-update", 0, True)
tqdm_description(f"tqdm-{number}-description")
skorch(f"skorch-{version('skorch')}", 0.01)
skorch(f"skorch-{version('skorch')}-diverged", 50.0)
ignite(f"ignite-{version('pytorch-ignite')}")
fastprogress(f"fastprogress-{version('fastprogress')}")
