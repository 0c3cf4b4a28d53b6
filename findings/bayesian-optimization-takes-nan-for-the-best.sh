#!/usr/bin/env bash
# bayesian-optimization 3.4.0: register takes a target of NaN without a complaint, and max then names that point, the run that
# diverged, as the best of all. suggest refuses to go on from it. The documentation of none of the three speaks of NaN.
# Seen for the targets 0.0, nan, 0.3: max {'target': nan, 'params': {'rate': 1.0}}
# Exits with another code than 0 when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check bayesian-optimization==3.4.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import math

from bayes_opt import BayesianOptimization

search = BayesianOptimization(None, {"rate": (0, 2)}, random_state=0, verbose=0)
for rate, target in ((0.1, 0.0), (1.0, math.nan), (0.5, 0.3)):
    search.register({"rate": rate}, target)
print("max", search.max)
assert math.isnan(search.max["target"]) and search.max["params"] == {"rate": 1}
PYTHON
