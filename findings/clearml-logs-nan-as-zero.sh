#!/usr/bin/env bash
# clearml 2.1.12: report_scalar(value=nan) and (value=inf) are kept as 0.0, which looks like a perfect loss; a message
# says so once, set_reporting_nan_value and set_reporting_inf_value choose another number.
# Seen in the offline session: 1.0, 0.0, 0.0, 0.25 for 1.0, nan, inf, 0.25
# Exits with another code than 0 when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check clearml==2.1.12
HOME="$folder" "$folder/venv/bin/python" - <<'PYTHON'
import json
from pathlib import Path

from clearml import Task

Task.set_offline(True)
task = Task.init("p", "t", auto_connect_frameworks=False, auto_resource_monitoring=False)
for step, value in enumerate((1.0, float("nan"), float("inf"), 0.25)):
    task.get_logger().report_scalar("loss", "train", value, step)
task.close()
lines = (Path(task.get_offline_mode_folder()) / "metrics.jsonl").read_text().splitlines()
values = [event["value"] for line in lines for event in json.loads(line) if event["metric"] == "loss"]
print(values)
assert values == [1.0, 0.0, 0.0, 0.25]
PYTHON
