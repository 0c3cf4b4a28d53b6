#!/usr/bin/env bash
# aim 3.29.1: metric.values is ordered by a hash of the step. sparse_list() and sparse_numpy(), whose first part one takes
# for the steps, return the hashes; values_list() is shuffled, and last() is not the last value. metric.dataframe() and
# metric.data have the steps and are in their order.
# Seen for the values 0 to 5 at the steps 0 to 5: values_list [0.0, 4.0, 1.0, 3.0, 5.0, 2.0], last 2.0, dataframe in order
# Exits with another code than 0 when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check aim==3.29.1 pandas==3.0.6
cd "$folder"
HOME="$folder" "$folder/venv/bin/python" - <<'PYTHON'
import aim

run = aim.Run(repo=".", system_tracking_interval=None, log_system_params=False, capture_terminal_logs=False)
for step in range(6):
    run.track(float(step), name="loss", step=step)
(metric,) = run.metrics()
first, values = metric.values.sparse_list()
frame = metric.dataframe()
print("first part", first)
print("values_list", values, "last", metric.values.last_value(), "dataframe", frame["value"].tolist())
assert sorted(first) != list(range(6)) and sorted(values) == list(range(6))
assert values != sorted(values) and metric.values.last_value() != 5
assert frame["step"].tolist() == frame["value"].tolist() == list(range(6))
run.close()
PYTHON
