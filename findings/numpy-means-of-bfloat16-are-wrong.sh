#!/usr/bin/env bash
# numpy 2.4.6 with ml_dtypes 0.6.0 (the bfloat16 of JAX): mean and sum of a bfloat16 array add up in bfloat16, where 256 + 1
# is 256. The mean of 1000 ones is 0.256. numpy's own float16 gives 1.0, and so does jax.numpy, so that a mean of losses
# changes when they become a NumPy array. mean(dtype=np.float32) is right. The documentation warns that low precision may be
# inaccurate, not of this.
# Seen, mean and sum of 1000 ones: bfloat16 0.255859 and 256, float16 1.0 and 1000.0
# Exits with another code than 0 when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check numpy==2.4.6 ml_dtypes==0.6.0
"$folder/venv/bin/python" - <<'PYTHON'
import ml_dtypes
import numpy as np

ones = {dtype: np.ones(1000, dtype) for dtype in (ml_dtypes.bfloat16, np.float16)}
for dtype, losses in ones.items():
    print(dtype.__name__, "mean", losses.mean(), "sum", losses.sum(), "in float32", losses.mean(dtype=np.float32))
brain, own = ones.values()
assert float(brain.sum()) == 256 and abs(float(brain.mean()) - 0.256) < 1e-3
assert own.mean() == brain.mean(dtype=np.float32) == 1 and own.sum() == 1000
PYTHON
