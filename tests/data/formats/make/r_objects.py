"""What R saves: the history of keras and the metrics of luz, rebuilt from their documentation, and a data frame.

Needs ``Rscript`` (4.2.2 wrote the files); neither keras nor luz, whose objects are lists and frames of these shapes.
"""

import re
import subprocess

from truth import fresh, run, series, write

TRAIN = [2.0 * 0.9**i for i in range(12)]
VALIDATION = [2.2 * 0.8**i + 0.01 * i * i for i in range(12)]
EPOCHS = list(range(1, 13))
BOTH = """
train <- 2.0 * 0.9^(0:11)
val <- 2.2 * 0.8^(0:11) + 0.01 * (0:11)^2
"""
KERAS = """
metrics <- list(loss = train, val_loss = val)
history <- structure(list(params = list(verbose = 1L, epochs = 12L, steps = 9L), metrics = metrics),
                     class = "keras_training_history")
saveRDS(history, FILE)
"""
LUZ = """
metrics <- data.frame(stage = rep(c("train", "valid"), each = 12), metric = "loss", epoch = rep(1:12, 2),
                      value = c(train, val))
saveRDS(metrics, FILE)
"""
FRAME = """
history <- data.frame(epoch = 1:12, loss = replace(train, 5, NaN), val_loss = replace(val, 3, NA))
save(history, file = FILE)
"""


def written(case, code, name):
    """Let R write the file of a case."""
    path = fresh(case) / name
    subprocess.run(["Rscript", "-e", BOTH + code.replace("FILE", f"'{path}'")], check=True)
    return name


number = re.search(r"\d+\.\d+\.\d+", subprocess.run(["Rscript", "--version"], capture_output=True, text=True).stdout)[0]
rebuilt = "rebuilt from documentation"
both = run(
    {"loss": series(TRAIN), "val_loss": series(VALIDATION, role="validation", pair="loss")},
    "row",
)
case = f"R-{number}-keras-history"
write(case, f"R {number}", both, file=written(case, KERAS, "history.rds"), made=f"a history of keras, {rebuilt}")

case = f"R-{number}-luz-metrics"
truth = run(
    {
        "train loss": series(TRAIN, EPOCHS),
        "valid loss": series(VALIDATION, EPOCHS, "validation", "train loss"),
    },
    "epoch",
)
write(case, f"R {number}", truth, file=written(case, LUZ, "metrics.rds"), made=f"the metrics of luz, {rebuilt}")

case = f"R-{number}-data-frame"
trained = [*TRAIN[:4], float("nan"), *TRAIN[5:]]
held_out = {e: v for e, v in zip(EPOCHS, VALIDATION) if e != 3}
truth = run(
    {
        "loss": series(trained, EPOCHS),
        "val_loss": series(held_out.values(), held_out, "validation", "loss"),
    },
    "epoch",
)
write(case, f"R {number}", truth, file=written(case, FRAME, "history.RData"))
