# /// script
# requires-python = ">=3.11"
# dependencies = ["lightning==2.6.6", "keras==3.15.1", "torch==2.13.0", "tensorboard==2.21.0"]
# ///
"""What Lightning's and Keras' bars leave in a file, with a validation, a callback's messages and a test after it."""

import contextlib
import os
import tempfile
from importlib.metadata import version

os.environ["KERAS_BACKEND"] = "torch"
import torch
from torch.utils.data import DataLoader, TensorDataset
from truth import fresh, run, series, write

FILE = "train.log"
torch.manual_seed(0)
X = torch.randn(96, 3)
Y = X[:, :1] * 2 + X[:, 1:2] * X[:, 2:]


@contextlib.contextmanager
def printed(case):
    """What is printed inside becomes the log of a case."""
    kept = os.dup(1), os.dup(2)
    with (fresh(case) / FILE).open("w") as file, contextlib.redirect_stdout(file), contextlib.redirect_stderr(file):
        os.dup2(file.fileno(), 1), os.dup2(file.fileno(), 2)
        try:
            yield
        finally:
            file.flush()
            os.dup2(kept[0], 1), os.dup2(kept[1], 2)


def shown(values):
    """As Lightning's bar shows them: three significant digits."""
    return [float(f"{v:.3g}") for v in values]


def lightning():
    import lightning as L
    from lightning.pytorch.callbacks import TQDMProgressBar
    from lightning.pytorch.loggers import TensorBoardLogger

    class Line(L.LightningModule):
        def __init__(self):
            super().__init__()
            self.line = torch.nn.Linear(3, 1)
            self.trained, self.held_out = [], []

        def training_step(self, batch, _number):
            loss = torch.nn.functional.mse_loss(self.line(batch[0]), batch[1])
            self.log("train_loss", loss, prog_bar=True)
            self.trained.append(float(loss))
            return loss

        def validation_step(self, batch, _number):
            self.log("val_loss", torch.nn.functional.mse_loss(self.line(batch[0]), batch[1]), prog_bar=True)

        def on_validation_epoch_end(self):
            if not self.trainer.sanity_checking:
                self.held_out.append(float(self.trainer.callback_metrics["val_loss"]))

        def test_step(self, batch, _number):
            self.log("test_loss", torch.nn.functional.mse_loss(self.line(batch[0]), batch[1]))

        def configure_optimizers(self):
            return torch.optim.SGD(self.parameters(), 0.05)

    number = version("lightning")
    data = [DataLoader(TensorDataset(X[a:b], Y[a:b]), 8) for a, b in ((0, 64), (64, 96))]
    quiet = {"enable_checkpointing": False, "enable_model_summary": False, "accelerator": "cpu", "max_epochs": 4}
    ends = [7, 15, 23, 31]
    case, model = f"lightning-{number}-bar", Line()
    with printed(case):
        L.Trainer(logger=False, callbacks=[TQDMProgressBar(1)], **quiet).fit(model, *data)
    found = {
        "train_loss": series(shown(model.trained), range(1, 33)),
        "val_loss": series(shown(model.held_out), [e + 1 for e in ends], "validation", "train_loss"),
    }
    write(case, f"lightning {number}", run(found, "batch", warnings=["redraws"]), file=FILE)

    case, model = f"lightning-{number}-tested", Line()
    logger = TensorBoardLogger(fresh(case), name="", version="version_0")
    trainer = L.Trainer(logger=logger, enable_progress_bar=False, log_every_n_steps=1, **quiet)
    trainer.fit(model, *data)
    trainer.test(model, data[1], verbose=False)
    found = {
        "train_loss": series(model.trained, range(32)),
        "val_loss": series(model.held_out, ends, "validation", "train_loss"),
    }
    write(case, f"lightning {number}", run(found, restarts=[]), file="version_0")


def keras():
    import keras

    number = version("keras")
    model = keras.Sequential([keras.layers.Input((3,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    saving = keras.callbacks.ModelCheckpoint("best.weights.h5", save_weights_only=True, save_best_only=True, verbose=1)
    x, y = X.numpy(), Y.numpy()
    case = f"keras-{number}-checkpoints"
    with printed(case), contextlib.chdir(tempfile.mkdtemp()):
        history = model.fit(x[:64], y[:64], 8, epochs=6, validation_data=(x[64:], y[64:]), callbacks=[saving]).history
        model.evaluate(x[64:], y[64:])
    losses = {name: [round(v, 4) for v in values] for name, values in history.items()}
    found = {
        "loss": series(losses["loss"], range(1, 7)),
        "val_loss": series(losses["val_loss"], range(1, 7), "validation", "loss"),
    }
    write(case, f"keras {number}", run(found, "Epoch", warnings=["redraws", "role_by_lines"]), file=FILE)


lightning()
keras()
