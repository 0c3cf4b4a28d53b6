"""Makes the package `overshoot`, and nothing else of the program, importable in another interpreter."""

from __future__ import annotations

import os
import zlib
from collections.abc import Mapping
from pathlib import Path

import overshoot
from engine.home import home

# A package that is found here, but whose modules are where the program has them.
SHIM = """__path__ = [{folder!r}]
__file__ = {file!r}
with open(__file__, encoding="utf-8") as _stream:
    exec(compile(_stream.read(), __file__, "exec"))
"""


def bridge() -> Path:
    """A folder with the package alone, for ``PYTHONPATH``."""
    source = Path(overshoot.__file__).resolve()
    text = SHIM.format(folder=str(source.parent), file=str(source))
    package = home() / "bridge" / f"{zlib.crc32(text.encode()):08x}" / "overshoot"
    file = package / "__init__.py"
    if not file.is_file():
        package.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(f".{os.getpid()}")
        part.write_text(text, encoding="utf-8")
        part.replace(file)
    return package.parent


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a person's process: theirs, the bridge, and one thread, on which sums do not depend."""
    found = {key: value for key, value in os.environ.items() if not key.startswith("OVERSHOOT_FORK")}
    before = found.get("PYTHONPATH")
    found["PYTHONPATH"] = os.pathsep.join([str(bridge()), *([before] if before else [])])
    found |= {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1", "OVERSHOOT_HOME": str(home())}
    return found | dict(more or {})
