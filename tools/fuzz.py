"""Feed mutated logs to all readers: each input must be read or refused with a LogError, in time and in bounded memory.

    python -m tools.fuzz --count 100000 [--seeds FOLDER ...] [--first N] [--keep FOLDER]
    python -m tools.fuzz --count 100000 --reader wandb_run [--reader …] | --every-reader

With ``--reader`` the inputs are made of what real libraries wrote for it (tests/data/formats), one file of a folder
at a time, and only this reader is asked, so that damage reaches it that would be taken for another format.

Every input is made from its number alone, so ``--first N --count 1`` makes input N again. Inputs that trip a reader are
kept. The work is done in a child process: when native code crashes or hangs there, its input is reported and the rest
goes on.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "tests" / "data" / "formats"
SAMPLES = ROOT / "resources" / "samples"
# Of processor time, so that a busy machine is not taken for a slow reader.
SECONDS = 5.0
MEMORY_BYTES = 4 << 30
LARGEST_SEED = 12_000
LARGEST_STORE = 200_000
REPORTED_EVERY = 5000

TOKENS = (
    *(
        b"nan",
        b"NaN",
        b"-inf",
        b"1e999",
        b"-1e-999",
        b"1.#QNAN",
        b"\0",
        b"\0\0\0\0",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\x1b[31m",
    ),
    *(
        b'"',
        b'""',
        b"'",
        b",",
        b";",
        b"\t",
        b"|",
        b"\r",
        b"\n",
        b"\r\n",
        b"{",
        b"}",
        b"[",
        b"]",
        b"\\",
        b"\x08",
        b"#",
        b"=",
    ),
    *(
        b"loss",
        b"val_loss",
        b"step",
        b"epoch",
        b"1,234",
        b"0,5",
        b"99999999999999999999999",
        b"-",
        b"\xe2\x80\xae",
        b"\x1f\x8b",
    ),
    *(
        b"{" * 2000,
        b"[" * 2000,
        b"1" * 5000,
        b"a" * 5000,
        b"," * 3000,
        b'{"a":' * 500,
        b"\xcb\xf0\xca\xa7",
        b"<b>",
        b"=1+1",
        b"%s%n",
    ),
)


_REACHED = re.compile(r"^@(\d+)$", re.MULTILINE)


class TooSlow(BaseException):
    """An input took longer than it may."""


def seeds(folders: list[Path]) -> list[bytes]:
    """The beginnings and some middles of the seed files, sorted so that numbers mean the same inputs everywhere."""
    found = []
    for path in sorted(p for folder in folders for p in folder.rglob("*") if p.is_file()):
        data = path.read_bytes()
        found.append(data[:LARGEST_SEED])
        if len(data) > 3 * LARGEST_SEED:
            found.append(data[len(data) // 2 :][: LARGEST_SEED // 2])
    return found or [b"step,loss\n1,0.5\n2,0.25\n"]


def mutated(number: int, pool: list[bytes]) -> bytes:
    """Input `number`: a seed after one to eight changes."""
    draw = random.Random(number)
    data = bytearray(draw.choice(pool))
    for _ in range(draw.choice((1, 1, 2, 4, 8))):
        change(data, draw, pool)
    return bytes(data)


def change(data: bytearray, draw: random.Random, pool: list[bytes]) -> None:
    """One change in place."""
    at = draw.randrange(len(data) + 1)
    until = min(len(data), at + draw.choice((1, 1, 4, 40, 1000)))
    kind = draw.randrange(8)
    if kind == 0 and at < len(data):
        data[at] ^= 1 << draw.randrange(8)
    elif kind == 1:
        data[at:until] = b""
    elif kind == 2:
        data[at:at] = draw.choice(TOKENS)
    elif kind == 3:
        data[at:at] = data[at:until] * draw.choice((1, 2, 20))
    elif kind == 4:
        del data[at:]
    elif kind == 5:
        other = draw.choice(pool)
        start = draw.randrange(len(other) + 1)
        data[at:until] = other[start : start + 2000]
    elif kind == 6:
        data[at:until] = draw.randbytes(until - at)
    else:
        token = draw.choice(TOKENS)
        data[at : at + len(token)] = token


class Place:
    """Where the inputs of one kind are written: a file, or the files of a folder of which one at a time is changed."""

    def __init__(self, opened: Path, files: dict[Path, bytes]) -> None:
        self.opened = opened
        self.files = files
        for file, data in files.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        self._changed: Path | None = None

    def put(self, number: int, pool: list[bytes]) -> None:
        """Write input `number`."""
        if self._changed is not None:
            self._changed.write_bytes(self.files[self._changed])
        draw = random.Random(number)
        self._changed = draw.choice(sorted(self.files))
        own = self.files[self._changed]
        # Whole, so that what stands at the end of a store, as in ZIP and Parquet, is not cut from each.
        data = mutated(number, [own] if len(own) <= LARGEST_STORE and own else pool)
        self._changed.write_bytes(data)

    def kept(self) -> bytes:
        return b"" if self._changed is None else self._changed.read_bytes()


def places_of(reader: str, folder: Path) -> list[Place]:
    """The cases that a reader reads, copied into a folder."""
    from engine.logs import open_log

    places = []
    for truth in sorted(CASES.glob("*/truth.json")):
        log = truth.parent / "log"
        opened = log / json.loads(truth.read_text(encoding="utf-8"))["open"]
        if open_log(opened)[0].origin.format != reader:
            continue
        here = folder / truth.parent.name
        files = {here / f.relative_to(log): f.read_bytes() for f in log.rglob("*") if f.is_file()}
        places.append(Place(here / opened.relative_to(log), files))
    return places


def readers() -> list[str]:
    """The readers for which there is a case."""
    from engine.logs import open_log

    cases = [(t.parent / "log", json.loads(t.read_text(encoding="utf-8"))["open"]) for t in CASES.glob("*/truth.json")]
    return sorted({str(open_log(log / file)[0].origin.format) for log, file in cases})


def work(first: int, count: int, folders: list[Path], keep: Path, reader: str = "") -> int:
    """Read inputs in this process; the number of those that tripped a reader."""
    from engine.logs import LogError, ReadOptions, open_log

    signal.signal(signal.SIGPROF, _too_slow)
    bad = 0
    with tempfile.TemporaryDirectory(prefix="fuzz-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        pool = seeds(folders)
        places = (
            places_of(reader, Path(folder)) if reader else [Place(Path(folder) / "log", {Path(folder) / "log": b""})]
        )
        pool = [data for place in places for data in place.files.values() if data] if reader else pool
        options = ReadOptions(format=reader or None)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        for number in range(first, first + count):
            place = places[number % len(places)]
            place.put(number, pool)
            # Native code does not see the first signal; then the second, which nothing catches, ends the process, and
            # the parent goes on behind the input.
            signal.setitimer(signal.ITIMER_VIRTUAL, 4 * SECONDS)
            signal.setitimer(signal.ITIMER_PROF, SECONDS)
            try:
                open_log(place.opened, options)
            except LogError:
                pass
            except KeyboardInterrupt:
                raise
            except BaseException as error:  # a panic of native code is no Exception
                bad += 1
                (keep / f"{reader}{number}.log").write_bytes(place.kept())
                where = traceback.extract_tb(error.__traceback__)[-1]
                print(f"{number}: {type(error).__name__}: {error} ({where.filename}:{where.lineno})"[:400], flush=True)
            finally:
                signal.setitimer(signal.ITIMER_PROF, 0)
                signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            print(f"@{number + 1}", file=sys.stderr, flush=True)
    return bad


def _too_slow(number: int, frame: FrameType | None) -> None:
    raise TooSlow(f"longer than {SECONDS} s")


def supervise(args: argparse.Namespace, reader: str = "") -> int:
    """Start children until all inputs are done."""
    args.keep.mkdir(parents=True, exist_ok=True)
    began, number, end, bad = time.monotonic(), args.first, args.first + args.count, 0
    while number < end:
        portion = min(REPORTED_EVERY, end - number)
        call = [sys.executable, "-m", "tools.fuzz", "--child", "--first", str(number), "--count", str(portion)]
        call += ["--keep", str(args.keep), "--seeds", *map(str, args.seeds), *(["--reader", reader] if reader else [])]
        child = subprocess.run(call, capture_output=True, text=True, errors="replace", cwd=ROOT, check=False)
        print(child.stdout, end="", flush=True)
        reached = int(([str(number), *_REACHED.findall(child.stderr)])[-1])
        bad += child.stdout.count("\n")
        if child.returncode == 0:
            number += portion
        else:
            bad += 1
            said = _REACHED.sub("", child.stderr)[-600:].strip()
            print(f"{reached}: the process ended with {child.returncode}: {said}", flush=True)
            number = reached + 1
        print(
            f"{reader} {number - args.first} inputs, {bad} bad, {time.monotonic() - began:.0f} s",
            file=sys.stderr,
            flush=True,
        )
    return 1 if bad else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seeds", type=Path, nargs="*", default=[SAMPLES])
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "fuzz-readers")
    parser.add_argument("--reader", action="append", default=[], help="ask only this reader")
    parser.add_argument("--every-reader", action="store_true", help="ask each reader that has a case for itself")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        work(args.first, args.count, args.seeds, args.keep, *args.reader[:1])
        return 0
    wanted = readers() if args.every_reader else args.reader or [""]
    return max(supervise(args, reader) for reader in wanted)


if __name__ == "__main__":
    sys.exit(main())
