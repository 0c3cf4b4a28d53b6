"""Keeps what is printed while a library trains, whether Python or a compiled part prints it."""

import contextlib
import os
import sys
import tempfile

from truth import fresh


@contextlib.contextmanager
def printed(case, name="train.log"):
    """What is printed inside, on both streams, becomes the log of a case."""
    sys.stdout.flush()
    kept = os.dup(1), os.dup(2)
    path = fresh(case) / name
    with path.open("w") as file, contextlib.redirect_stdout(file), contextlib.redirect_stderr(file):
        os.dup2(file.fileno(), 1), os.dup2(file.fileno(), 2)
        try:
            yield path
        finally:
            file.flush()
            os.dup2(kept[0], 1), os.dup2(kept[1], 2)
    with path.open(newline="") as file:
        text = file.read()
    with path.open("w", newline="") as file:  # where it ran is nobody's concern
        file.write(text.replace(sys.prefix, "/venv").replace(tempfile.gettempdir(), "/data"))
