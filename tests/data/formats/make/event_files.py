# /// script
# requires-python = ">=3.11"
# dependencies = ["torch==2.13.0", "tensorboard==2.21.0", "tensorboardX==2.6.5", "numpy==2.4.6"]
# ///
"""Event files of PyTorch's SummaryWriter and of tensorboardX."""

from importlib.metadata import version

import numpy as np
from truth import fresh, run, series, write


def single(values):
    return np.float32(values).astype(float)


FALLING = single([2.0 * 0.9**i for i in range(20)])
TURNING = single([2.2 * 0.8**i + 0.02 * i * i for i in range(20)])


def writers():
    import tensorboardX
    from torch.utils.tensorboard import SummaryWriter

    for name, writer in ("torch", SummaryWriter), ("tensorboardX", tensorboardX.SummaryWriter):
        number = version(name).split("+")[0]
        yield f"{name}-{number}", f"{name} {number}", writer


def plain(name, library, Writer):
    folder = fresh(f"{name}-plain")
    with Writer(str(folder)) as writer:
        for i, value in enumerate(FALLING):
            writer.add_scalar("Loss/train", value if i != 15 else float("nan"), i * 5)
            if i % 4 == 3:
                writer.add_scalar("Loss/val", float("inf") if i == 19 else TURNING[i], i * 5)
            writer.add_histogram("weights", np.arange(30.0) + i, i * 5)
    train = [v if i != 15 else float("nan") for i, v in enumerate(FALLING)]
    at = [3, 7, 11, 15, 19]
    val = [TURNING[i] if i != 19 else float("inf") for i in at]
    write(
        f"{name}-plain",
        library,
        run(
            {
                "Loss/train": series(train, [5 * i for i in range(20)]),
                "Loss/val": series(val, [5 * i for i in at], "validation", "Loss/train"),
            }
        ),
    )


def scalars(name, library, Writer):
    """Two epochs of add_scalars beside a plain tag."""
    folder = fresh(f"{name}-add_scalars")
    with Writer(str(folder)) as writer:
        for i in range(20):
            writer.add_scalars("loss", {"train": FALLING[i], "val": TURNING[i]}, i)
            writer.add_scalar("lr", 0.1 / (i + 1), i)
    write(
        f"{name}-add_scalars",
        library,
        run(
            {
                "loss/train": series(FALLING),
                "loss/val": series(TURNING, role="validation", pair="loss/train"),
            }
        ),
    )


def resumed(name, library, Writer, purges):
    """Trained to 12, then again from 8: with purge_step the first 8 to 12 are void, without it they stand twice."""
    case = f"{name}-resumed-{'purged' if purges else 'repeated'}"
    folder = fresh(case)
    with Writer(str(folder), filename_suffix=".1") as writer:
        for i in range(13):
            writer.add_scalar("loss", FALLING[i] + 1, i, walltime=1_700_000_000 + i)
    more = {"purge_step": 8} if purges else {}
    with Writer(str(folder), filename_suffix=".2", **more) as writer:
        for i in range(8, 20):
            writer.add_scalar("loss", FALLING[i], i, walltime=1_700_001_000 + i)
    first = single(FALLING + 1)
    if purges:
        values, x = [*first[:8], *FALLING[8:]], range(20)
        write(case, library, run({"loss": series(values, x)}, restarts=[], warnings=["void_numbers"]))
    else:
        values, x = [*first[:13], *FALLING[8:]], [*range(13), *range(8, 20)]
        write(case, library, run({"loss": series(values, x)}, restarts=[8]))


for each in writers():
    plain(*each)
    scalars(*each)
    resumed(*each, purges=True)
    resumed(*each, purges=False)
