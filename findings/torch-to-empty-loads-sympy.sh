#!/usr/bin/env bash
# torch 2.13.0: to give a network that was built on the meta device its memory, Module.to_empty loads SymPy and nearly five
# hundred modules, since empty_like of a meta tensor is worked out in Python, by code that knows symbolic shapes. So does
# torch.nn.utils.skip_init, whose purpose is to save time where weights are drawn anew anyway. Their reference speaks of no
# such cost, which a process pays once. torch.empty of the same shape loads nothing, nor does drawing the weights.
# Seen, modules loaded: drawn 0, empty 1, skip_init 487 with SymPy, to_empty 488 with SymPy
# Exits with another code than 0 when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch==2.13.0 numpy==2.4.6
cat > "$folder/made.py" <<'PYTHON'
import sys

import torch


def drawn():
    return torch.nn.Linear(1, 1)


def empty():
    with torch.device("meta"):
        layer = torch.nn.Linear(1, 1)
    for name, parameter in list(layer.named_parameters()):
        setattr(layer, name, torch.nn.Parameter(torch.empty(parameter.shape)))
    return layer


def skip_init():
    return torch.nn.utils.skip_init(torch.nn.Linear, 1, 1)


def to_empty():
    with torch.device("meta"):
        layer = torch.nn.Linear(1, 1)
    return layer.to_empty(device="cpu")


before = set(sys.modules)
layer = globals()[sys.argv[1]]()
assert layer.weight.device.type == "cpu" and layer.weight.shape == (1, 1)
print(sys.argv[1], len(set(sys.modules) - before), "sympy" in sys.modules)
PYTHON
for way in drawn empty skip_init to_empty; do
    "$folder/venv/bin/python" "$folder/made.py" "$way" | tee -a "$folder/said"
done
grep -Eqx "drawn [0-9]{1,2} False" "$folder/said"
grep -Eqx "empty [0-9]{1,2} False" "$folder/said"
grep -Eqx "skip_init [0-9]{3,} True" "$folder/said"
grep -Eqx "to_empty [0-9]{3,} True" "$folder/said"
