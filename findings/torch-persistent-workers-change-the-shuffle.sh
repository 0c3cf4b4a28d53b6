#!/usr/bin/env bash
# torch 2.13.0: persistent_workers=True, which is there to save time, changes the order of the samples from the second epoch
# on, with the same seed. A loader draws the seed of its workers from the generator that also shuffles; persistent ones draw
# it once only. num_workers, in contrast, changes nothing. So two runs that differ in this alone have different curves.
# Seen, first and second epoch like those without workers: 2 workers True True, 2 persistent workers True False
# Exits with another code than 0 when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch==2.13.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import torch
from torch.utils.data import DataLoader


def epochs(workers, is_persistent=False):
    generator = torch.Generator().manual_seed(0)
    loader = DataLoader(
        range(100), shuffle=True, generator=generator, num_workers=workers, persistent_workers=is_persistent
    )
    return [[batch.item() for batch in loader] for _ in range(2)]


alone = epochs(0)
workers = [a == b for a, b in zip(alone, epochs(2))]
persistent = [a == b for a, b in zip(alone, epochs(2, is_persistent=True))]
print("like those without workers: 2 workers", *workers, "/ 2 persistent workers", *persistent)
assert workers == [True, True]
assert persistent == [True, False]
PYTHON
