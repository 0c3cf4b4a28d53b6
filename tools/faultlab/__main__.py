"""Train the runs of the fault lab, score rankings on them, and fit the weights of causes.

python -m tools.faultlab run FOLDER [--first 0] [--numbers 3200] [--workers 1]
python -m tools.faultlab real FOLDER [--first 0] [--seeds 4]
python -m tools.faultlab labels FOLDER OUT [--held] [--every 1]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from collections import Counter
from multiprocessing import Pool
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tools.faultlab import HELD_OUT, tenth
from tools.faultlab.gather import gather, gathered, kept
from tools.faultlab.lab import fault_of, faults, produce
from tools.faultlab.measure import alarmed, answers, reliability, rows
from tools.faultlab.prior import OFTEN
from tools.faultlab.store import SHARD, read_runs, write_shard

if TYPE_CHECKING:
    from tools.faultlab.fit import LeftOut


def _shard(job: tuple[Path, int, list[str]]) -> tuple[int, int, float]:
    folder, shard, only = job
    began = time.perf_counter()
    numbers = [n for n in range(shard * SHARD, (shard + 1) * SHARD) if not only or fault_of(n) in only]
    runs = [run for number in numbers for run in produce(number)]
    write_shard(folder, shard, runs)
    return shard, len(runs), time.perf_counter() - began


def train(args: argparse.Namespace) -> None:
    """Train what is missing, shard by shard."""
    args.folder.mkdir(parents=True, exist_ok=True)
    shards = range(args.first // SHARD, -(-(args.first + args.numbers) // SHARD))
    jobs = [(args.folder, shard, args.faults) for shard in shards if not (args.folder / f"{shard:05d}.npz").exists()]
    with Pool(args.workers) as pool:
        for shard, count, seconds in pool.imap_unordered(_shard, jobs):
            print(f"shard {shard}: {count} runs in {seconds:.0f} s", flush=True)


def count(args: argparse.Namespace) -> None:
    """Print how many runs there are of each fault and family."""
    runs = [run["label"] for run in read_runs(args.folder)]
    for what in ("fault", "family", "face", "cadence"):
        found = Counter(label[what] or "none" for label in runs)
        print(what, dict(found.most_common()))
    print("not there:", sorted(set(faults()) - {label["fault"] for label in runs}))


def score(args: argparse.Namespace) -> None:
    """Print shares found and right, sound runs alarmed, and reliability."""
    outcomes = list(answers(args.folder, args.checkout, args.python, args.every, args.held))
    print(f"{'group':48} {'runs':>5} {'found':>6} {'first':>6} {'of two':>6}  by events alone")
    for name, runs, *shares in rows(outcomes):
        print(f"{name:48} {runs:5} " + " ".join(f"{share:6.2f}" for share in shares))
    for name, runs, troubled in alarmed(outcomes):
        print(f"{name:48} {runs:5} alarmed {troubled} ({troubled / max(1, runs):.3f})")
    if args.figure is not None:
        from tools.faultlab.figure import figure

        args.figure.write_text(figure(reliability(outcomes), "Are the weights of causes to be believed?"))
    for low, runs, weight, right in reliability(outcomes):
        print(f"held out, first cause said at {low:.1f}+ {runs:5} mean {weight:.2f} right {right:.2f}")


def real(args: argparse.Namespace) -> None:
    """Train the faults in PyTorch."""
    from tools.faultlab.real.make import make

    for seed, fault, net, count in make(args.folder, range(args.first, args.first + args.seeds)):
        print(f"seed {seed}, {fault}, {net}: {count} logs", flush=True)


def label(args: argparse.Namespace) -> None:
    """Write the runs as labelled series."""
    from tools.faultlab.labels import export

    print(f"{export(args.folder, args.out, args.held, args.every)} series in {args.out}")


def collect(args: argparse.Namespace) -> None:
    """Read the clues of events."""
    gather(args.folder, args.workers, args.again, args.manners, args.held, args.most)


def fit(args: argparse.Namespace) -> None:
    """Fit on the families that were not set aside, and write the weights; scores are of families left out."""
    from tools.faultlab import fit as tool
    from tools.faultlab import report, writing

    own, held = tool.split(gathered(args.folder))
    penalty, left = tool.chosen(own, args.penalty or tool.PENALTIES)
    by = tool.temperatures(left)
    shares = report.calibrated(left, by)
    others = {"stated shares alone": report.stated_alone(left)}
    print(f"one family left out at a time, gravest events that were found, {penalty=}, temperatures {by}")
    print(*report.by_columns(left, shares, others), sep="\n")
    for low, count, said, right in report.reliability(shares, left.records, left.causes):
        print(f"first cause said at {low:.1f}+ {count:5} mean {said:.2f} right {right:.2f}")
    for fault, said, count in report.confused(shares, left):
        print(f"{fault} taken for {said}: {count}")
    model = tool.model_of(own, left.causes, penalty)
    told = tool.told(model.weights.bins, own, left.causes)
    apart = telling_apart(args.folder, own, left, by, told)
    if args.held:
        found = [record for record in held if record["place"] == 0]
        print(
            report.row("families set aside", tool.tempered(tool.scores_of(model, found), found, by), found, left.causes)
        )
    about = {
        "fitted_by": "python -m tools.faultlab fit FOLDER",
        "fitted_on": f"{len({r['name'] for r in own})} logs of the fault lab, all families but {', '.join(HELD_OUT)}",
        "records": hashlib.sha256(kept(gathered(args.folder))).hexdigest(),
        "prior": {"list": "the stated shares", "often": OFTEN},
        "trees": len(model.trees.roots),
        "networks": len(model.networks.first),
        "penalty": penalty,
        "temperatures": by,
    }
    writing.write(args.out, model, told, about | apart)


def telling_apart(
    folder: Path, own: list[dict[str, Any]], left: LeftOut, by: dict[str, float], told: dict[str, Any]
) -> dict[str, Any]:
    """What a trial with a tenth of the rate tells, and what is kept of what additions are said to tell."""
    from tools.faultlab import telling

    found: dict[str, Any] = {"kept": telling.kept(left, by, told)}
    if (path := folder / tenth.FILE).exists():
        outcomes = json.loads(path.read_text())
        trial = tenth.told(outcomes, own, left.causes)
        ratios, (said, gained) = telling.kept_of_trial(left, by, outcomes, trial)
        print(f"a tenth of the rate: {len(outcomes)} runs, bits said {said:.2f}, gained {gained:.2f}")
        found["kept"][telling.TENTH] = ratios
        found["trials"] = {telling.TENTH: np.round(trial, 3).tolist()}
    print("kept of the bits said:", found["kept"])
    return found


def reach(args: argparse.Namespace) -> None:
    """Print what a strong classifier reaches on the families that were not set aside."""
    from tools.faultlab import ceiling

    records = [record for record in gathered(args.folder) if record["family"] not in HELD_OUT]
    print(*ceiling.by_columns(records), sep="\n")


def keep(args: argparse.Namespace) -> None:
    """Write what the fit needs of what was gathered."""
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "lab.clues.xz").write_bytes(kept(gathered(args.folder)))
    if (trials := args.folder / tenth.FILE).exists():
        (args.out / tenth.FILE).write_bytes(trials.read_bytes())


def try_tenth(args: argparse.Namespace) -> None:
    """Train runs again with a tenth of the rate."""
    runs = [run for run in read_runs(args.folder) if run["label"]["fault"] and run["manner"] == 0]
    for line in tenth.gather(args.folder, [run for run in runs if run["label"]["family"] not in HELD_OUT]):
        print(line, flush=True)


def check_bits(args: argparse.Namespace) -> None:
    """Print what columns tell of the families set aside, as said without them and as gained by them."""
    from tools.faultlab.bits import bits

    for key, events, said, gained in bits(args.folder, gathered(args.folder)):
        print(f"{key:12} {events:5} events, bits said {said:.2f}, gained {gained:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    add_trainings(commands)
    add_fit(commands)
    args = parser.parse_args()
    args.act(args)


def add_trainings(commands: argparse._SubParsersAction) -> None:
    """Add the commands that train, count, score or label."""
    run = commands.add_parser("run")
    run.add_argument("folder", type=Path)
    run.add_argument("--first", type=int, default=0)
    run.add_argument("--numbers", type=int, default=3200)
    run.add_argument("--workers", type=int, default=1)
    run.add_argument("--faults", nargs="*", default=[], help="only these")
    run.set_defaults(act=train)
    small = commands.add_parser("real")
    small.add_argument("folder", type=Path)
    small.add_argument("--first", type=int, default=0)
    small.add_argument("--seeds", type=int, default=4)
    small.set_defaults(act=real)
    counted = commands.add_parser("count")
    counted.add_argument("folder", type=Path)
    counted.set_defaults(act=count)
    measured = commands.add_parser("measure")
    measured.add_argument("folder", type=Path)
    measured.add_argument("--checkout", type=Path, default=Path.cwd())
    measured.add_argument("--python", type=Path, default=Path(sys.executable))
    measured.add_argument("--every", type=int, default=1, help="only each so-manieth run")
    measured.add_argument("--held", action="store_true", help="only families that were set aside")
    measured.add_argument("--figure", type=Path, help="also draw the reliability as an SVG")
    measured.set_defaults(act=score)
    labelling = commands.add_parser("labels")
    labelling.add_argument("folder", type=Path)
    labelling.add_argument("out", type=Path, help="a new or empty folder")
    labelling.add_argument("--held", action="store_true", help="only families that were set aside, to score on")
    labelling.add_argument("--every", type=int, default=1, help="only each so-manieth run")
    labelling.set_defaults(act=label)


def add_fit(commands: argparse._SubParsersAction) -> None:
    """Add the commands that gather clues and fit on them."""
    gathering = commands.add_parser("gather")
    gathering.add_argument("folder", type=Path)
    gathering.add_argument("--workers", type=int, default=1)
    gathering.add_argument("--again", action="store_true", help="read the clues anew, at the events that were kept")
    gathering.add_argument("--manners", type=int, default=3, help="in how many of the ways in which each was logged")
    gathering.add_argument("--held", action="store_true", help="also of families that were set aside")
    gathering.add_argument("--most", type=int, default=0, help="shards")
    gathering.set_defaults(
        act=lambda args: gather(args.folder, args.workers, args.again, args.manners, args.held, args.most)
    )
    checking = commands.add_parser("bits")
    checking.add_argument("folder", type=Path)
    checking.set_defaults(act=check_bits)
    keeping = commands.add_parser("keep")
    keeping.add_argument("folder", type=Path)
    keeping.add_argument("--out", type=Path, default=Path("tools/faultlab/data"))
    keeping.set_defaults(act=keep)
    trying = commands.add_parser("tenth")
    trying.add_argument("folder", type=Path)
    trying.set_defaults(act=try_tenth)
    reaching = commands.add_parser("ceiling")
    reaching.add_argument("folder", type=Path)
    reaching.set_defaults(act=reach)
    fitting = commands.add_parser("fit")
    fitting.add_argument("folder", type=Path)
    fitting.add_argument("--out", type=Path, default=Path("resources/fitted/causes.json"))
    fitting.add_argument(
        "--penalty", type=float, nargs="*", help="instead of the usual ones, of which the best is taken"
    )
    fitting.add_argument("--held", action="store_true", help="also the families that were set aside")
    fitting.set_defaults(act=fit)


if __name__ == "__main__":
    main()
