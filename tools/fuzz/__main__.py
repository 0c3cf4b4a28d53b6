"""Feed damaged inputs to readers: each must be read or refused, in time and in bounded memory.

    python -m tools.fuzz --count 100000 [--target NAME …] [--first N] [--keep FOLDER]
    python -m tools.fuzz --count 100000 --guided [--target NAME …]

With ``--guided``, atheris (``pip install atheris``) chooses the inputs by the lines that they reach.

Every input is made of its target and its number alone, so ``--target NAME --first N --count 1`` makes input N again.
Inputs that trip a target are kept. The work is done in a child process: when native code crashes or hangs there, its
input is reported and the rest goes on.
"""

from __future__ import annotations

import argparse
import mmap
import resource
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path
from types import FrameType

from tools.fuzz.targets import names, target_of

ROOT = Path(__file__).resolve().parents[2]
# Of processor time, so that a busy machine is not taken for a slow reader.
SECONDS = 5.0
MEMORY_BYTES = 4 << 30
PORTION = 20_000
_PLACE_BYTES = 8
FEW = 300


class TooSlow(BaseException):
    """An input took longer than it may."""


def work(target: str, first: int, count: int, keep: Path, reached: Path) -> None:
    """Give inputs to a target in this process; what trips it is printed, the number reached goes to a file."""
    signal.signal(signal.SIGPROF, _too_slow)
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(prefix="fuzz-", dir=memory) as folder, reached.open("r+b") as file:
        counter = mmap.mmap(file.fileno(), _PLACE_BYTES)
        given = target_of(target, Path(folder))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        for number in range(first, first + count):
            counter[:] = number.to_bytes(_PLACE_BYTES, "little")
            made = given.make(number)
            # Native code does not see the first signal; then the second, which nothing catches, ends the process, and
            # the parent goes on behind the input.
            signal.setitimer(signal.ITIMER_VIRTUAL, 4 * SECONDS)
            signal.setitimer(signal.ITIMER_PROF, SECONDS)
            try:
                given.take(made)
            except KeyboardInterrupt:
                raise
            except BaseException as error:  # a panic of native code is no Exception
                signal.setitimer(signal.ITIMER_PROF, 0)
                (keep / f"{target}-{number}").write_bytes(made)
                where = traceback.extract_tb(error.__traceback__)[-1]
                print(f"{number}: {type(error).__name__}: {error} ({where.filename}:{where.lineno})"[:400], flush=True)
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _too_slow(number: int, frame: FrameType | None) -> None:
    raise TooSlow(f"longer than {SECONDS} s")


def supervise(target: str, first: int, count: int, keep: Path) -> int:
    """Start children until all inputs are done; the number of those that tripped the target."""
    keep.mkdir(parents=True, exist_ok=True)
    began, number, end, bad = time.monotonic(), first, first + count, 0
    with tempfile.NamedTemporaryFile(prefix="fuzz-reached-") as reached:
        while number < end:
            portion = min(PORTION, end - number)
            reached.seek(0)
            reached.write(number.to_bytes(_PLACE_BYTES, "little"))
            reached.flush()
            child = _child(target, number, portion, keep, reached.name)
            print("".join(f"{target} {line}\n" for line in child.stdout.splitlines()), end="", flush=True)
            bad += child.stdout.count("\n")
            if child.returncode == 0:
                number += portion
                continue
            bad += 1
            at = int.from_bytes(Path(reached.name).read_bytes()[:_PLACE_BYTES], "little")
            said = child.stderr[-600:].strip()
            print(f"{target} {at}: the process ended with {child.returncode}: {said}", flush=True)
            number = at + 1
    print(f"{target}: {count} inputs, {bad} bad, {time.monotonic() - began:.0f} s", flush=True)
    return bad


def _child(target: str, first: int, count: int, keep: Path, reached: str | None) -> subprocess.CompletedProcess[str]:
    if reached is None:
        with tempfile.NamedTemporaryFile(prefix="fuzz-reached-") as file:
            file.write(bytes(_PLACE_BYTES))
            file.flush()
            return _child(target, first, count, keep, file.name)
    keep.mkdir(parents=True, exist_ok=True)
    call = [sys.executable, "-m", "tools.fuzz", "--child", reached, "--target", target]
    call += ["--first", str(first), "--count", str(count), "--keep", str(keep)]
    return subprocess.run(call, capture_output=True, text=True, errors="replace", cwd=ROOT, check=False)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "fuzz-kept")
    parser.add_argument("--target", action="append", default=[], help="only this; all without it")
    parser.add_argument("--guided", action="store_true", help="let atheris choose the inputs")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child and args.guided:
        from tools.fuzz.guided import run

        run(args.target[0], args.count, args.keep)
    if args.child:
        work(args.target[0], args.first, args.count, args.keep, args.child)
        return 0
    targets = args.target or names()
    if args.guided:
        return int(sum(guide(target, args.count, args.keep) for target in targets) > 0)
    if len(targets) > 1:
        print(f"about {minutes(targets, args.count, args.keep):.0f} minutes", flush=True)
    return int(sum(supervise(target, args.first, args.count, args.keep) for target in targets) > 0)


def minutes(targets: list[str], count: int, keep: Path) -> float:
    """How long so many inputs of each target will take, by the time of a few."""
    found = 0.0
    for target in targets:
        spans = []
        for few in (1, FEW):
            began = time.monotonic()
            _child(target, 0, few, keep, None)
            spans.append(time.monotonic() - began)
        found += max(0.0, spans[1] - spans[0]) / FEW * count + spans[0] * count / PORTION
    return found / 60


def guide(target: str, count: int, keep: Path) -> bool:
    """Let atheris give inputs to a target in a child process; whether one tripped it."""
    began = time.monotonic()
    call = [sys.executable, "-m", "tools.fuzz", "--child", "-", "--guided", "--target", target]
    call += ["--count", str(count), "--keep", str(keep)]
    child = subprocess.run(call, capture_output=True, text=True, errors="replace", cwd=ROOT, check=False)
    said = [line for line in child.stderr.splitlines() if line.startswith(("stat::number_of", "==", "artifact"))]
    print(f"{target}: {child.returncode}, {time.monotonic() - began:.0f} s; {'; '.join(said)[:400]}", flush=True)
    return child.returncode != 0


if __name__ == "__main__":
    sys.exit(main())
