#!/usr/bin/env bash
# numpy 2.4.6 with ml_dtypes 0.6.0 (the bfloat16 and float8 of JAX): np.save and np.savez write such an array without a
# complaint, but the file does not name its type. A bfloat16 comes back as raw bytes |V2, which cannot be computed with until
# one knows to view them as bfloat16; a float8_e5m2 is written under a name that np.load then refuses.
# Seen: bfloat16 -> |V2, viewed [1.5, 2.5]; float8_e5m2 -> ValueError
# Exits with another code than 0 when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check numpy==2.4.6 ml_dtypes==0.6.0
"$folder/venv/bin/python" - <<'PYTHON'
import io

import ml_dtypes
import numpy as np


def through_a_file(array):
    file = io.BytesIO()
    np.save(file, array)
    file.seek(0)
    return np.load(file)


loaded = through_a_file(np.array([1.5, 2.5], ml_dtypes.bfloat16))
viewed = loaded.view(ml_dtypes.bfloat16).tolist()
print("bfloat16 ->", loaded.dtype, "viewed", viewed)
assert loaded.dtype == np.dtype("V2") and viewed == [1.5, 2.5]
try:
    through_a_file(np.array([1.5, 2.5], ml_dtypes.float8_e5m2))
except ValueError as error:
    print("float8_e5m2 ->", error)
else:
    raise SystemExit("float8_e5m2 was read")
PYTHON
