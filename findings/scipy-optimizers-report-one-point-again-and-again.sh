#!/usr/bin/env bash
# scipy 1.17.1: minimize gives callback(intermediate_result) a result whose x is, with L-BFGS-B and Newton-CG, the array that
# the optimizer goes on writing into. A list of these results has the right losses beside the last point, every time;
# trust-constr repeats the last loss too. BFGS, CG and a callback(xk) get copies. result.x.copy() helps.
# The documentation says only that intermediate_result holds the solution vector and the objective.
# Seen, distinct points / losses: BFGS 36 / 36, L-BFGS-B 1 / 41, Newton-CG 1 / 146, trust-constr 1 / 1
# Exits with another code than 0 when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check scipy==1.17.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import numpy as np
from scipy.optimize import minimize, rosen, rosen_der, rosen_hess

seen = {}
for method in ("BFGS", "L-BFGS-B", "Newton-CG", "trust-constr"):
    results = []

    def remember(intermediate_result):
        results.append(intermediate_result)

    options = {"hess": rosen_hess} if method in ("Newton-CG", "trust-constr") else {}
    minimize(rosen, np.array([-1.0, 2.0]), jac=rosen_der, method=method, callback=remember, **options)
    points = len({tuple(result.x) for result in results})
    losses = len({float(result.fun) for result in results})
    print(f"{method}: {len(results)} results, {points} points, {losses} losses")
    assert len(results) > 3
    seen[method] = points > 1, losses > 1
assert seen == {
    "BFGS": (True, True),
    "L-BFGS-B": (False, True),
    "Newton-CG": (False, True),
    "trust-constr": (False, False),
}
PYTHON
