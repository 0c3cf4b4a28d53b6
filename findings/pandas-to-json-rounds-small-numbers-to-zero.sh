#!/usr/bin/env bash
# pandas 3.1.1: to_json writes 10 decimal places, not 10 digits: what lies between 1e-15 and 5e-11, such as a squared
# gradient or a decayed learning rate, becomes 0.0, and 1.234567e-7 keeps four digits. Below 1e-15 all are kept again.
# double_precision=15, the most it takes, keeps the rest to 15 places; to_csv keeps everything. The documentation says
# "decimal places" and nothing of small numbers.
# Seen: 1.235e-7, 0.0, 3e-16 for 1.234567e-7, 3e-11, 3e-16
# Exits with another code than 0 when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check pandas==3.1.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import json

import pandas as pd

rates = [1.234567e-7, 3e-11, 3e-16]
frame = pd.DataFrame({"lr": rates})
written = [row["lr"] for row in json.loads(frame.to_json(orient="records"))]
most = [row["lr"] for row in json.loads(frame.to_json(orient="records", double_precision=15))]
table = [float(line) for line in frame.to_csv(index=False).split()[1:]]
print(written, "/ double_precision=15", most, "/ table", table)
assert written == [1.235e-7, 0, 3e-16]
assert most == table == rates
PYTHON
