"""The rank of this process in a distributed training."""

from __future__ import annotations

import os
import sys


def rank() -> int:
    """The process's rank, 0 if the training is not distributed.

    The process group is asked first, since launchers set different variables; it may be made only after the model.
    """
    distributed = sys.modules.get("torch.distributed")
    if distributed is not None and distributed.is_available() and distributed.is_initialized():
        return int(distributed.get_rank())
    for name in ("RANK", "SLURM_PROCID", "OMPI_COMM_WORLD_RANK"):
        if os.environ.get(name, "").isdecimal():
            return int(os.environ[name])
    return 0
