# /// script
# requires-python = ">=3.11"
# dependencies = ["xgboost-cpu==3.2.0", "lightgbm==4.7.0", "numpy==2.4.6", "scikit-learn==1.9.1"]
# ///
"""The evaluation results that XGBoost and LightGBM record, saved as JSON."""

import json
from importlib.metadata import version

import numpy as np
from truth import fresh, run, series, write

draw = np.random.default_rng(0)
X = draw.normal(size=(300, 4))
Y = (X[:, 0] + X[:, 1] * X[:, 2] + draw.normal(size=300) > 0).astype(int)
SPLIT = 200


def keep(case, library, results, roles, **more):
    (fresh(case) / "evals_result.json").write_text(json.dumps(results))
    found = {}
    for name, metrics in results.items():
        for metric, values in metrics.items():
            partner = roles[name] and f"{roles[name]}/{metric}"
            found[f"{name}/{metric}"] = series(values, role="validation" if partner else "training", pair=partner)
    write(case, library, run(found, "iteration", **more), file="evals_result.json")


def xgboost():
    import xgboost

    number = version("xgboost-cpu")
    train, evaluation = xgboost.DMatrix(X[:SPLIT], Y[:SPLIT]), xgboost.DMatrix(X[SPLIT:], Y[SPLIT:])
    results = {}
    settings = {"objective": "binary:logistic", "eval_metric": ["logloss", "error"], "seed": 0}
    sets = [(train, "train"), (evaluation, "eval")]
    xgboost.train(settings, train, 25, evals=sets, evals_result=results, verbose_eval=False)
    keep(f"xgboost-{number}-train", f"xgboost {number}", results, {"train": None, "eval": "train"})
    model = xgboost.XGBClassifier(n_estimators=25, eval_metric="logloss", random_state=0)
    model.fit(X[:SPLIT], Y[:SPLIT], eval_set=[(X[:SPLIT], Y[:SPLIT]), (X[SPLIT:], Y[SPLIT:])], verbose=False)
    roles = {"validation_0": None, "validation_1": "validation_0"}
    keep(f"xgboost-{number}-sklearn", f"xgboost {number}", model.evals_result(), roles, warnings=["guessed_role"])


def lightgbm():
    import lightgbm

    number = version("lightgbm")
    train = lightgbm.Dataset(X[:SPLIT], Y[:SPLIT])
    evaluation = lightgbm.Dataset(X[SPLIT:], Y[SPLIT:], reference=train)
    results = {}
    lightgbm.train(
        {"objective": "binary", "verbose": -1, "seed": 0, "num_threads": 1},
        train,
        25,
        valid_sets=[train, evaluation],
        valid_names=["training", "valid_1"],
        callbacks=[lightgbm.record_evaluation(results)],
    )
    keep(f"lightgbm-{number}", f"lightgbm {number}", results, {"training": None, "valid_1": "training"})


xgboost()
lightgbm()
