#!/usr/bin/env bash
# torch 2.13.0: clip_grad_norm_ computes the norm in the type of the gradients. Of float16 it is infinite above 65 504, though
# every gradient is finite, and all gradients are then multiplied by 0: the model stands still, at its steepest place, and
# nothing fails (error_if_nonfinite=True does). bfloat16 is clipped as float32 is. The documentation does not speak of types.
# Seen for 100 000 gradients of 300, norm and gradient: float16 inf 0.0, bfloat16 94720 0.00316, float32 94862 0.00316
# Exits with another code than 0 when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch==2.13.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import math

import torch

clipped = {}
for dtype in (torch.float16, torch.bfloat16, torch.float32):
    parameter = torch.nn.Parameter(torch.zeros(100_000, dtype=dtype))
    parameter.grad = torch.full_like(parameter, 300)
    norm = torch.nn.utils.clip_grad_norm_([parameter], max_norm=1).item()
    clipped[dtype] = parameter.grad[0].item()
    print(dtype, "norm", norm, "first gradient", clipped[dtype])
    assert math.isinf(norm) is (dtype is torch.float16)
assert clipped[torch.float16] == 0
assert all(abs(clipped[dtype] - 0.003162) < 1e-5 for dtype in (torch.bfloat16, torch.float32))
PYTHON
