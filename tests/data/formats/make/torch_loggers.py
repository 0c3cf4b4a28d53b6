# /// script
# requires-python = ">=3.11"
# dependencies = ["torch==2.13.0", "torchrl==0.14.1", "torchtune==0.6.1", "torchao", "pytorch-ignite==0.5.5"]
# ///
"""The files of TorchRL's and torchtune's loggers, and ignite's bar with the results of epochs (``… NAME`` for one)."""

import contextlib
import math
import sys
from importlib.metadata import version

from printing import printed
from truth import fresh, run, series, write

TRAINED = [2.0 * 0.9**i + 0.01 * math.sin(3 * i) for i in range(24)]
HELD_OUT = [2.2 * 0.85**i + 0.03 * i for i in range(6)]


def torchrl():
    """A folder of an experiment with one file a scalar, not-a-number among them."""
    from torchrl.record.loggers.csv import CSVLogger

    number = version("torchrl")
    case = f"torchrl-{number}-csv"
    logger = CSVLogger("run", log_dir=str(fresh(case)))
    trained = [v if i != 17 else float("nan") for i, v in enumerate(TRAINED)]
    for i, value in enumerate(trained):
        logger.log_scalar("train/loss", value, step=10 * i)
        logger.log_scalar("train/reward", i / 10, step=10 * i)
    for i, value in enumerate(HELD_OUT):
        logger.log_scalar("eval/loss", value, step=40 * i)
    found = {
        "train/loss": series(trained, range(0, 240, 10)),
        "eval/loss": series(HELD_OUT, range(0, 240, 40), "validation", "train/loss"),
    }
    write(case, f"torchrl {number}", run(found))


def torchtune():
    from torchtune.training.metric_logging import DiskLogger, StdoutLogger

    number = version("torchtune")
    case = f"torchtune-{number}-disk"
    logger = DiskLogger(str(fresh(case)), filename="log_1.txt")
    stdout_case = f"torchtune-{number}-stdout"
    rest = {"lr": 2e-5, "peak_memory_active": 1.5, "tokens_per_second_per_gpu": 512.25}
    for i, value in enumerate(TRAINED, 1):
        logger.log_dict({"loss": value, **rest}, step=i)
    logger.close()
    truth = run({"loss": series(TRAINED, range(1, 25))}, "Step")
    write(case, f"torchtune {number}", truth, file="log_1.txt")
    with printed(stdout_case):
        stdout = StdoutLogger()
        for i, value in enumerate(TRAINED, 1):
            stdout.log_dict({"loss": value, **rest}, step=i)
    write(stdout_case, f"torchtune {number}", truth, file="train.log")


def ignite():
    """A bar of the iterations with their losses, to which the results of each epoch are written at its end."""
    from ignite.contrib.handlers import ProgressBar
    from ignite.engine import Engine, Events
    from ignite.metrics import RunningAverage

    number, each = version("pytorch-ignite"), 8
    case = f"ignite-{number}-epochs"
    path = fresh(case) / "train.log"
    trained = Engine(lambda engine, _batch: {"loss": TRAINED[engine.state.iteration - 1]})
    tested = Engine(lambda engine, _batch: HELD_OUT[trained.state.epoch - 1])
    RunningAverage(output_transform=lambda value: value, alpha=1e-12).attach(tested, "val_loss")
    with path.open("w", newline="") as file, contextlib.redirect_stdout(file):
        bar = ProgressBar(file=file, ncols=100, ascii=True, mininterval=0, persist=True)
        bar.attach(trained, output_transform=lambda output: output)

        @trained.on(Events.EPOCH_COMPLETED)
        def _test(engine):
            tested.run(range(2))
            bar.log_message(f"Epoch {engine.state.epoch} - val_loss: {tested.state.metrics['val_loss']:.4f}")

        trained.run(range(each), max_epochs=3)
    shown = [float(f"{v:.3g}") for v in TRAINED]
    found = {
        # The first two losses of an epoch are drawn at 1 of n.
        "loss": series(shown, [each * e + max(1, k) for e in range(3) for k in range(each)]),
        "val_loss": series([round(v, 4) for v in HELD_OUT[:3]], [8, 16, 24], "validation", "loss"),
    }
    write(case, f"pytorch-ignite {number}", run(found, "batch", warnings=["redraws"]), file="train.log")


for chosen in sys.argv[1:] or ("torchrl", "torchtune", "ignite"):
    globals()[chosen]()
