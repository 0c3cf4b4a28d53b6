"""Small seeds, made of what libraries wrote: a small input is read quickly, and each change in it matters."""

from __future__ import annotations

import gzip
import json
import random
import sqlite3
import tempfile
from pathlib import Path
from typing import Any

SMALL = 1500
MOST_ITEMS = 6
LARGEST_STORE = 200_000
_SQLITE, _GZIP = b"SQLite format 3\0", b"\x1f\x8b"


def seed_of(data: bytes) -> bytes:
    """A file as a seed: unpacked, lists of a JSON document shortened, a database without free space."""
    if data.startswith(_GZIP):
        data = gzip.decompress(data)
    if data.startswith(_SQLITE):
        return _vacuumed(data)
    if data.lstrip().startswith((b"{", b"[")):
        try:
            return json.dumps(_shortened(json.loads(data))).encode()
        except ValueError:
            return data
    return data[:LARGEST_STORE]


def excerpt(seed: bytes, draw: random.Random) -> bytes:
    """A text's first lines and some that follow one another; other bytes whole."""
    if len(seed) <= SMALL or b"\0" in seed[:4096]:
        return seed
    lines = seed.splitlines(keepends=True)
    if len(lines) < 4:
        return seed
    chosen, size = lines[:2], sum(map(len, lines[:2]))
    at = draw.randrange(2, len(lines))
    while at < len(lines) and size < SMALL:
        chosen.append(lines[at])
        size += len(lines[at])
        at += 1
    return b"".join(chosen)


def _shortened(value: Any) -> Any:
    if isinstance(value, list):
        return [_shortened(item) for item in value[:MOST_ITEMS]]
    if isinstance(value, dict):
        return {key: _shortened(item) for key, item in value.items()}
    return value[:200] if isinstance(value, str) else value


def _vacuumed(data: bytes) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.db"
        path.write_bytes(data)
        base = sqlite3.connect(path, isolation_level=None)
        base.execute("PRAGMA journal_mode=DELETE")
        base.execute("PRAGMA page_size=1024")
        base.execute("VACUUM")
        base.close()
        return path.read_bytes()
