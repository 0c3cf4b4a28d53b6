# /// script
# requires-python = ">=3.11"
# dependencies = ["ray[tune]==2.60.0", "tensorboardX==2.6.5"]
# ///
"""An experiment of Ray Tune with two trials whose loss becomes NaN, which its event files leave out."""

import shutil
import tempfile
from importlib.metadata import version
from pathlib import Path

from truth import fresh, run, series, write

LOSS = [2.0 * 0.8**i for i in range(12)]


def train(config):
    from ray import tune

    for i, value in enumerate(LOSS):
        tune.report({"loss": (value if i < 9 else float("nan")) + config["shift"]})


from ray import tune  # noqa: E402

number = version("ray")
case = f"ray-{number}"
folder = fresh(case)
work = Path(tempfile.mkdtemp())
tuner = tune.Tuner(
    train,
    param_space={"shift": tune.grid_search([0.0, 1.0]), "lr": 0.1},
    run_config=tune.RunConfig(storage_path=str(work), name="experiment", verbose=0),
)
tuner.fit()
runs = []
for trial in sorted((work / "experiment").glob("train_*")):
    shift = 1.0 if "shift=1" in trial.name else 0.0
    place = folder / f"trial_{shift:.0f}"
    place.mkdir()
    for name in ("result.json", "progress.csv"):
        shutil.copy(trial / name, place / name)
    for events in trial.glob("events.out.*"):
        shutil.copy(events, place / "events.out.tfevents.1")
for shift in (0.0, 1.0):
    values = [(v if i < 9 else float("nan")) + shift for i, v in enumerate(LOSS)]
    found = {"loss": series(values, range(1, 13))}
    runs.append(run(found, "training_iteration", name=f"trial_{shift:.0f}", settings={"lr": 0.1}))
write(case, f"ray {number}", *runs)
