#!/usr/bin/env bash
# tqdm 4.70.1: set_postfix prints every number that is longer with three digits, whole numbers too. So a loss that is read
# from the console moves in steps of up to 1 %, an accuracy of 0.9996 is 1, and a step or token counter loses its end.
# The documentation says "automatic formatting based on datatype". A string is printed as it is.
# Seen: loss=0.123, accuracy=1, tokens=1.68e+7, text=0.12345
# Exits with another code than 0 when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check tqdm==4.70.1
"$folder/venv/bin/python" - <<'PYTHON'
import io

from tqdm import tqdm

console = io.StringIO()
with tqdm(total=1, file=console) as bar:
    bar.set_postfix({"loss": 0.12345, "accuracy": 0.9996, "tokens": 16777217, "text": "0.12345"})
text = console.getvalue().split(", loss")[-1].split("]")[0]
print("loss" + text)
assert text == "=0.123, accuracy=1, tokens=1.68e+7, text=0.12345"
PYTHON
