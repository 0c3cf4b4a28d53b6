# /// script
# requires-python = ">=3.11"
# dependencies = [
#     "xgboost-cpu==3.2.0", "lightgbm==4.7.0", "catboost==1.2.10", "scikit-learn==1.9.1", "numpy==2.4.6",
# ]
# ///
"""What boosting libraries print while they train, and the files that CatBoost leaves.

``consoles.py NAME …`` for some of them; the older versions were run with Python 3.8 and 3.9: xgboost 1.7.6 and 2.0.3,
lightgbm 3.3.5 and 4.0.0, catboost 0.26.1 and 1.1.1.
"""

import contextlib
import io
import os
import re
import shutil
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
from truth import fresh, run, series, write

draw = np.random.default_rng(0)
X = draw.normal(size=(300, 4))
Y = (X[:, 0] + X[:, 1] * X[:, 2] + draw.normal(size=300) > 0).astype(int)
SPLIT = 200
FILE = "train.log"


@contextlib.contextmanager
def printed(case):
    """What is printed inside becomes the log of a case, whether Python or C++ prints it."""
    path = fresh(case) / FILE
    kept = os.dup(1)
    with path.open("w") as file, contextlib.redirect_stdout(file):
        os.dup2(file.fileno(), 1)
        try:
            yield path
        finally:
            file.flush()
            os.dup2(kept, 1)


def pair(training, held_out, first, second, x, at=None):
    """A training series and a validation series, both at the same x."""
    at = range(len(training)) if at is None else at
    return run({first: series(training, at), second: series(held_out, at, "validation", first)}, x)


def rounded(values, digits):
    return [round(float(v), digits) for v in values]


def xgboost():
    import xgboost

    try:
        number = version("xgboost-cpu")
    except PackageNotFoundError:  # before it was split
        number = version("xgboost")
    train, held_out = xgboost.DMatrix(X[:SPLIT], Y[:SPLIT]), xgboost.DMatrix(X[SPLIT:], Y[SPLIT:])
    results = {}
    case = f"xgboost-{number}-console"
    with printed(case):
        xgboost.train(
            {"objective": "binary:logistic", "eval_metric": "logloss", "seed": 0},
            train,
            25,
            evals=[(train, "train"), (held_out, "eval")],
            evals_result=results,
        )
    losses = (rounded(results[name]["logloss"], 5) for name in ("train", "eval"))
    truth = pair(*losses, "train-logloss", "eval-logloss", "iteration")
    write(case, f"xgboost {number}", truth, file=FILE)


def lightgbm():
    import lightgbm

    number = version("lightgbm")
    train = lightgbm.Dataset(X[:SPLIT], Y[:SPLIT])
    held_out = lightgbm.Dataset(X[SPLIT:], Y[SPLIT:], reference=train)
    results = {}
    case = f"lightgbm-{number}-console"
    with printed(case):
        lightgbm.train(
            {"objective": "binary", "verbose": 0, "seed": 0, "num_threads": 1},
            train,
            60,
            valid_sets=[train, held_out],
            valid_names=["training", "valid_1"],
            callbacks=[
                lightgbm.record_evaluation(results),
                lightgbm.log_evaluation(1),
                lightgbm.early_stopping(15),
            ],
        )
    # Six significant digits are printed.
    losses = [[float(f"{v:g}") for v in results[name]["binary_logloss"]] for name in ("training", "valid_1")]
    names = ("training's binary_logloss", "valid_1's binary_logloss")
    truth = pair(*losses, *names, "iteration", range(1, len(losses[0]) + 1))
    write(case, f"lightgbm {number}", {**truth, "warnings": ["repeated_lines"]}, file=FILE)


def catboost():
    import catboost

    number = version("catboost")
    folder = Path(tempfile.mkdtemp())
    settings = {"iterations": 40, "random_seed": 0, "thread_count": 1, "train_dir": str(folder), "learning_rate": 0.2}
    model = catboost.CatBoostClassifier(**settings)
    case = f"catboost-{number}-console"
    with printed(case) as path:
        model.fit(X[:SPLIT], Y[:SPLIT], eval_set=[(X[SPLIT:250], Y[SPLIT:250]), (X[250:], Y[250:])], verbose=5)
    results = model.get_evals_result()
    at = [i for i in range(40) if i % 5 == 0 or i == 39]
    sets = {"learn": "learn", "validation_0": "test", "validation_1": "test1"}
    found = {}
    for name, shown in sets.items():
        values = [round(results[name]["Logloss"][i], 7) for i in at]
        found[shown] = series(values, at, *(("validation", "learn") if name != "learn" else ()))
    write(case, f"catboost {number}", run(found, "iteration"), file=path.name)

    one = catboost.CatBoostClassifier(**settings, eval_metric="AUC", custom_metric=["Logloss"])
    one.fit(X[:SPLIT], Y[:SPLIT], eval_set=(X[SPLIT:], Y[SPLIT:]), verbose=False)
    results = one.get_evals_result()
    case = f"catboost-{number}-training.json"
    shutil.copy(folder / "catboost_training.json", fresh(case) / "catboost_training.json")
    losses = [results[name]["Logloss"] for name in ("learn", "validation")]
    truth = pair(*losses, "learn Logloss", "test Logloss", "iteration")
    write(case, f"catboost {number}", truth, file="catboost_training.json")
    case = f"catboost-{number}-test_error.tsv"
    shutil.copy(folder / "test_error.tsv", fresh(case) / "test_error.tsv")
    held_out = {"test Logloss": series(results["validation"]["Logloss"], role="validation")}
    write(case, f"catboost {number}", run(held_out, "iter"), file="test_error.tsv")
    case = f"catboost-{number}-folder"
    kept = fresh(case) / "catboost_info"
    shutil.copytree(folder, kept, ignore=shutil.ignore_patterns("tmp"))
    write(case, f"catboost {number}", truth, file="catboost_info")


def scikit():
    from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier
    from sklearn.linear_model import SGDClassifier
    from sklearn.neural_network import MLPClassifier

    number = version("scikit-learn")
    case = f"scikit-learn-{number}-GradientBoosting"
    with printed(case):
        model = GradientBoostingClassifier(n_estimators=60, verbose=1, random_state=0).fit(X, Y)
    at = [*range(1, 11), *range(20, 61, 10)]
    values = [round(model.train_score_[i - 1], 4) for i in at]
    write(case, f"scikit-learn {number}", run({"Train Loss": series(values, at)}, "Iter"), file=FILE)

    case = f"scikit-learn-{number}-GradientBoosting-subsample"
    with printed(case):
        model = GradientBoostingClassifier(n_estimators=60, verbose=1, random_state=0, subsample=0.5).fit(X, Y)
    values = [round(model.train_score_[i - 1], 4) for i in at]
    write(case, f"scikit-learn {number}", run({"Train Loss": series(values, at)}, "Iter"), file=FILE)

    case = f"scikit-learn-{number}-HistGradientBoosting"
    with printed(case):
        model = HistGradientBoostingClassifier(
            max_iter=20, verbose=2, random_state=0, early_stopping=True, scoring="loss", n_iter_no_change=30
        ).fit(X, Y)
    held_out = [round(-v, 5) for v in model.validation_score_]
    training = [round(-v, 5) for v in model.train_score_]
    truth = pair(training[1:], held_out[1:], "train loss", "val loss", "batch", range(1, len(training)))
    write(case, f"scikit-learn {number}", truth, file=FILE)

    case = f"scikit-learn-{number}-MLP"
    with printed(case):
        model = MLPClassifier(max_iter=20, verbose=True, random_state=0).fit(X, Y)
    values = rounded(model.loss_curve_, 8)
    write(case, f"scikit-learn {number}", run({"loss": series(values, range(1, 21))}, "Iteration"), file=FILE)

    case = f"scikit-learn-{number}-SGD"
    with printed(case) as path:
        SGDClassifier(max_iter=12, verbose=1, random_state=0, loss="log_loss", tol=None).fit(X, Y)
    text, at = path.read_text(), range(1, 13)
    losses = {name: re.findall(rf"{name}: ([\d.]+)", text) for name in ("loss", "Objective")}
    write(case, f"scikit-learn {number}", run({n: series(v, at) for n, v in losses.items()}, "Epoch"), file=FILE)


for chosen in sys.argv[1:] or ("xgboost", "lightgbm", "catboost", "scikit"):
    with contextlib.redirect_stderr(io.StringIO()):
        globals()[chosen]()
