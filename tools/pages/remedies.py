"""In how many runs each remedy takes the event away and the learning stays, as commands that anyone can repeat.

``python -m tools.pages.remedies train FOLDER [SCENARIO ...] [--seeds 10-19]`` trains what FOLDER does not hold yet,
seed after seed, so that it may be interrupted. ``python -m tools.pages.remedies judge FOLDER --out docs/remedies.md
--figures resources/measured/remedies.csv`` lets the detectors read what was kept and writes the page, and the figures
that the story panel tells: the detectors can change without anything being trained again.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from engine.detectors.watch import Watch
from engine.diagnosis.measured import Tally, command, words, written
from engine.diagnosis.stories.base import all_stories
from engine.run import Value
from engine.scenarios.base import scenario_named
from engine.series import LossSeries
from engine.table import MetricTable
from tools.pages.remedy_criteria import CRITERIA

SEEDS = "10-19"


@dataclass(frozen=True)
class Remedy:
    """One way to train a scenario: as it is, or with something changed."""

    scenario: str
    title: str
    settings: Mapping[str, Value] = field(default_factory=dict)

    @property
    def command(self) -> str:
        """What repeats it from the command line."""
        return command(self.scenario, self.settings)

    def file(self, folder: Path, seed: int) -> Path:
        """Where one run of it is kept; the name follows from what was trained."""
        key = hashlib.sha256(self.command.encode()).hexdigest()[:12]
        return folder / f"{self.scenario}-{key}-{seed}.npz"


AS_IT_IS = "as it is"
SHORTER: dict[str, Mapping[str, Value]] = {"fluctuation": {"data": "motor_10x10"}}  # learns in a third of the time
# Beyond the buttons of the story panel: what people advise, and what was measured before.
FURTHER = (
    Remedy("late-rise", "Clip the gradient norm at 1", {"clip_norm": 1.0}),
    Remedy("late-rise", "Halve the learning rate eight times", {"schedule": "step"}),
    Remedy("late-rise", "Cosine schedule", {"schedule": "cosine"}),
    Remedy("late-rise", "ε = 0.001", {"eps": 1e-3}),
    Remedy("late-rise", "A third of the learning rate, three times as long", {"lr": 1e-3, "epochs": 2400}),
    Remedy("late-rise", "A tenth of the learning rate, five times as long", {"lr": 3e-4, "epochs": 4000}),
    Remedy("kick-in", "ε = 10⁻¹⁵", {"eps": 1e-15}),
    Remedy("edge-of-stability", "A quarter of the learning rate", {"lr": 0.05}),
)


def remedies(scenarios: list[str]) -> list[Remedy]:
    """Every scenario as it is, and with each button of its story panel; other data sets and models apart."""
    found = []
    for name, story in all_stories().items():
        if (scenarios and name not in scenarios) or name not in CRITERIA:
            continue
        found.append(Remedy(name, AS_IT_IS))
        found += [Remedy(name, t, dict(s)) for t, s, _measured in story.tries if not {"data", "model"} & set(s)]
        found += [remedy for remedy in FURTHER if remedy.scenario == name]
        if name in SHORTER:
            found += [replace(r, settings={**SHORTER[name], **r.settings}) for r in found if r.scenario == name]
    return found


def train(remedy: Remedy, seed: int, file: Path) -> None:
    """Train it and keep the columns that the detectors and the criteria read."""
    from engine.training.session import TrainingSession

    session = TrainingSession(remedy.scenario, seed, remedy.settings, "none")
    for _row in session:
        pass
    table = session.run.table
    columns = {
        name: table.values(name) for name in ("step", "epoch", "loss", "accuracy", "batch_size") if name in table
    }
    half = file.with_suffix(".part.npz")
    np.savez_compressed(half, spread=float(session.task.targets.double().var()), **columns)
    half.replace(file)


def loaded(file: Path) -> tuple[MetricTable, float]:
    """The table of a kept run, and the variance of its targets."""
    with np.load(file, allow_pickle=False) as kept:
        table = MetricTable(("step", "epoch", "loss"))
        table.extend({name: kept[name] for name in kept.files if name != "spread"})
        return table, float(kept["spread"])


def judged(remedy: Remedy, folder: Path, seeds: range) -> Tally:
    """Let the detectors and the criteria read what was kept of a remedy."""
    criterion = CRITERIA[remedy.scenario]
    rows = []
    for seed in seeds:
        file = remedy.file(folder, seed)
        if not file.exists():
            continue
        table, spread = loaded(file)
        watch = Watch(table, [LossSeries("loss")], "step")
        watch.finish()
        quiet = not any(event.kind in criterion.kinds for event in watch.listed)
        gone = not criterion.is_seen(table) if criterion.is_seen else quiet
        rows.append((quiet, gone, criterion.learned(table, spread)))
    flags = np.array(rows, bool).reshape(-1, 3)
    quiet, gone, learned = (int(n) for n in flags.sum(0))
    return Tally(len(flags), quiet, gone, learned, int((flags[:, 1] & flags[:, 2]).sum()))


Figures = Mapping[tuple[str, str], Tally]


def judged_all(scenarios: list[str], folder: Path, seeds: range) -> Figures:
    """What was counted for every remedy, by its scenario and its settings in words."""
    return {(r.scenario, words(r.settings)): judged(r, folder, seeds) for r in remedies(scenarios)}


def lines(scenarios: list[str], figures: Figures, seeds: range) -> Iterator[str]:
    """The page, in Markdown."""
    yield "# Remedies, measured"
    yield ""
    yield (
        f"Seeds {seeds.start}–{seeds.stop - 1}; every row is a command with `--seed N`. Made by "
        "`python -m tools.pages.remedies`. Where a row counts fewer runs, the others were not trained yet."
    )
    yield ""
    yield (
        "*No event said* is what the detectors make of the loss alone; *not seen* is a rule on the curve that knows "
        "nothing of them, and stands above each table."
    )
    for name in dict.fromkeys(remedy.scenario for remedy in remedies(scenarios)):
        criterion, story = CRITERIA[name], all_stories()[name]
        kinds = ", ".join(f"`{kind.value}`" for kind in criterion.kinds) or "–"
        yield from (
            "",
            f"## {name}",
            "",
            f"{story.rule} Events of the detectors: {kinds}. {story.learning}",
            "",
        )
        yield "| remedy | command | no event said | not seen | learned | not seen and learned |"
        yield "|---|---|---|---|---|---|"
        for remedy in remedies([name]):
            yield _line(remedy, figures[remedy.scenario, words(remedy.settings)])
        if criterion.remark:
            yield from ("", criterion.remark)


def _line(remedy: Remedy, tally: Tally) -> str:
    if not tally.runs:
        return f"| {remedy.title} | `{remedy.command}` | not run | | | |"
    kinds = CRITERIA[remedy.scenario].kinds
    shares = (tally.quiet if kinds else None, tally.gone, tally.learned, tally.both)
    cells = " | ".join("–" if count is None else f"{count}/{tally.runs}" for count in shares)
    return f"| {remedy.title} | `{remedy.command}` | {cells} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["train", "judge"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("scenarios", nargs="*")
    parser.add_argument("--seeds", default=SEEDS)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--figures", type=Path, help="where the story panel has them from: resources/measured/...")
    given = parser.parse_args()
    for name in given.scenarios:
        scenario_named(name)
    first, _dash, last = given.seeds.partition("-")
    seeds = range(int(first), int(last or first) + 1)
    if given.what == "train":
        train_all(given.scenarios, given.folder, seeds)
        return
    figures = judged_all(given.scenarios, given.folder, seeds)
    text = "\n".join(lines(given.scenarios, figures, seeds)) + "\n"
    if given.figures:
        written(figures, given.figures)
    given.out.write_text(text, encoding="utf-8") if given.out else sys.stdout.write(text)


def train_all(scenarios: list[str], folder: Path, seeds: range) -> None:
    """Seed after seed, so that every remedy has as many runs when it is interrupted."""
    folder.mkdir(parents=True, exist_ok=True)
    for seed in seeds:
        for remedy in remedies(scenarios):
            file = remedy.file(folder, seed)
            if not file.exists():
                train(remedy, seed, file)
                print(f"seed {seed}: {remedy.command}", flush=True)


if __name__ == "__main__":
    main()
