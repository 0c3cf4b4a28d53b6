# /// script
# requires-python = ">=3.11"
# dependencies = ["paddlepaddle==3.3.1"]
# ///
"""What Paddle's high-level interface prints while it fits, with each of its verbosities."""

import paddle
from printing import printed
from truth import run, series, write

NUMBER = paddle.__version__
EPOCHS, BATCHES, FREQUENCY = 4, 10, 2


class Kept(paddle.callbacks.Callback):
    """What the library itself held in memory."""

    def __init__(self):
        self.trained, self.held_out = [], []

    def on_train_batch_end(self, step, logs=None):
        self.trained.append(float(logs["loss"][0]))

    def on_eval_batch_end(self, step, logs=None):
        self.held_out.append(float(logs["loss"][0]))


def fit(verbose):
    paddle.seed(0)
    x = paddle.randn([BATCHES * 4, 3])
    data = paddle.io.TensorDataset([x, x.sum(1, keepdim=True) * 2])
    net = paddle.Model(paddle.nn.Linear(3, 1))
    net.prepare(paddle.optimizer.SGD(0.05, parameters=net.parameters()), paddle.nn.MSELoss())
    kept = Kept()
    case = f"paddlepaddle-{NUMBER}-fit-{verbose}"
    with printed(case):
        net.fit(data, data, 4, epochs=EPOCHS, verbose=verbose, log_freq=FREQUENCY, callbacks=[kept], shuffle=False)
    return case, kept


def shown(value):
    return float(f"{value:.4f}") if abs(value) > 1e-3 else float(f"{value:.4e}")


for verbose in (1, 2):
    case, kept = fit(verbose)
    steps = [i for i in range(len(kept.trained)) if i % FREQUENCY == FREQUENCY - 1]
    # An evaluation stands behind each epoch, with as many lines as the training has; x is the row of both.
    each = BATCHES // FREQUENCY
    rows = [[e * 2 * each + i + shift for e in range(EPOCHS) for i in range(each)] for shift in (0, each)]
    found = {
        "loss": series([shown(kept.trained[i]) for i in steps], rows[0]),
        "eval loss": series([shown(kept.held_out[i]) for i in steps], rows[1], "validation", "loss"),
    }
    write(case, f"paddlepaddle {NUMBER}", run(found, "row", warnings=["role_by_lines"]), file="train.log")
