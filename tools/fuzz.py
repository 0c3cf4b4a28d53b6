"""Feed mutated logs to all readers: each input must be read or refused with a LogError, in time and in bounded memory.

    python -m tools.fuzz --count 100000 [--seeds FOLDER ...] [--first N] [--keep FOLDER]

Every input is made from its number alone, so ``--first N --count 1`` makes input N again. Inputs that trip a reader are
kept. The work is done in a child process: when native code crashes or hangs there, its input is reported and the rest
goes on.
"""

from __future__ import annotations

import argparse
import faulthandler
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
SAMPLES = ROOT / "resources" / "samples"
# Of processor time, so that a busy machine is not taken for a slow reader.
SECONDS = 5.0
MEMORY_BYTES = 4 << 30
LARGEST_SEED = 12_000
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


def work(first: int, count: int, folders: list[Path], keep: Path) -> int:
    """Read inputs in this process; the number of those that tripped a reader."""
    from engine.logs import LogError, open_log

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    signal.signal(signal.SIGPROF, _too_slow)
    pool = seeds(folders)
    bad = 0
    with tempfile.TemporaryDirectory(prefix="fuzz-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        path = Path(folder) / "log"
        for number in range(first, first + count):
            path.write_bytes(mutated(number, pool))
            # Native code does not see the signal; then this ends the process, and the parent goes on behind the input.
            faulthandler.dump_traceback_later(4 * SECONDS, exit=True)
            signal.setitimer(signal.ITIMER_PROF, SECONDS)
            try:
                open_log(path)
            except LogError:
                pass
            except KeyboardInterrupt:
                raise
            except BaseException as error:  # a panic of native code is no Exception
                bad += 1
                (keep / f"{number}.log").write_bytes(path.read_bytes())
                where = traceback.extract_tb(error.__traceback__)[-1]
                print(f"{number}: {type(error).__name__}: {error} ({where.filename}:{where.lineno})"[:400], flush=True)
            finally:
                signal.setitimer(signal.ITIMER_PROF, 0)
                faulthandler.cancel_dump_traceback_later()
            print(f"@{number + 1}", file=sys.stderr, flush=True)
    return bad


def _too_slow(number: int, frame: FrameType | None) -> None:
    raise TooSlow(f"longer than {SECONDS} s")


def supervise(args: argparse.Namespace) -> int:
    """Start children until all inputs are done."""
    args.keep.mkdir(parents=True, exist_ok=True)
    began, number, end, bad = time.monotonic(), args.first, args.first + args.count, 0
    while number < end:
        portion = min(REPORTED_EVERY, end - number)
        call = [sys.executable, "-m", "tools.fuzz", "--child", "--first", str(number), "--count", str(portion)]
        call += ["--keep", str(args.keep), "--seeds", *map(str, args.seeds)]
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
        print(f"{number - args.first} inputs, {bad} bad, {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return 1 if bad else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seeds", type=Path, nargs="*", default=[SAMPLES])
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "fuzz-readers")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        work(args.first, args.count, args.seeds, args.keep)
        return 0
    return supervise(args)


if __name__ == "__main__":
    sys.exit(main())
