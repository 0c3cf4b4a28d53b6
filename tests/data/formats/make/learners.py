# /// script
# requires-python = ">=3.11"
# dependencies = [
#     "pytorch-tabnet==4.1.0", "stable-baselines3==2.9.2", "vowpalwabbit==9.11.9", "numpyro==0.22.0", "fastai==2.8.12",
#     "flair==0.15.1", "catboost==1.2.10", "xgboost-cpu==3.2.0", "d3rlpy==2.8.1", "mmengine-lite==0.10.7",
#     "poutyne==1.19.0", "pykeen==1.11.1", "torch==2.13.0",
# ]
# ///
"""What further libraries print and write; with names of functions as arguments, only those are run."""

import contextlib
import csv
import json
import os
import random
import re
import shutil
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

os.environ["TQDM_MININTERVAL"] = "0"
from truth import fresh, run, series, write

FILE = "train.log"
random.seed(0)


def without_paths(file):
    """Replace the folders of the machine that wrote a log."""
    text = file.read_bytes().decode()
    file.write_bytes(re.sub(r"/(?:tmp|root|home)/[\w./+-]*", "/run", text).encode())


@contextlib.contextmanager
def printed(case, file=FILE):
    """What is printed inside, by C++ too, becomes the log of a case."""
    sys.stdout.flush()
    kept, streams = (os.dup(1), os.dup(2)), (sys.stdout, sys.stderr)
    path = fresh(case) / file
    with path.open("w") as file:
        os.dup2(file.fileno(), 1), os.dup2(file.fileno(), 2)
        sys.stdout, sys.stderr = (os.fdopen(os.dup(n), "w", buffering=1) for n in (1, 2))
        try:
            yield
        finally:
            sys.stdout.flush(), sys.stderr.flush()
            sys.stdout, sys.stderr = streams
            os.dup2(kept[0], 1), os.dup2(kept[1], 2)
    without_paths(path)


def data():
    import torch

    torch.manual_seed(0), torch.set_num_threads(1)
    x = torch.randn(160, 4)
    return x, x[:, :1] * 2 + x[:, 1:2] * x[:, 2:3]


def both(trained, held_out, at, names=("train_loss", "valid_loss")):
    return {names[0]: series(trained, at), names[1]: series(held_out, at, "validation", names[0])}


def tabnet():
    from pytorch_tabnet.tab_model import TabNetRegressor

    x, y = (part.numpy() for part in data())
    model, library = TabNetRegressor(seed=0), f"pytorch-tabnet {version('pytorch-tabnet')}"
    with printed(library.replace(" ", "-")):
        model.fit(
            *(x[:128], y[:128], [(x[128:], y[128:])], ["valid"], ["mse"]),
            max_epochs=8,
            batch_size=32,
            virtual_batch_size=16,
        )
    values = [[round(v, 5) for v in model.history[name]] for name in ("loss", "valid_mse")]
    write(library.replace(" ", "-"), library, run(both(*values, range(8), ("loss", "valid_mse")), "epoch"), file=FILE)


def sb3():
    from stable_baselines3 import PPO
    from stable_baselines3.common.logger import configure

    library, folder = f"stable-baselines3 {version('stable-baselines3')}", tempfile.mkdtemp()
    case = library.replace(" ", "-")
    with printed(f"{case}-ppo"):
        model = PPO("MlpPolicy", "CartPole-v1", seed=0, verbose=1, device="cpu", n_steps=64, batch_size=32)
        model.set_logger(configure(folder, ["stdout", "json", "csv"]))
        model.learn(640)
    rows = [json.loads(line) for line in (Path(folder) / "progress.json").read_text().splitlines()]
    rows = [row for row in rows if "train/loss" in row]
    names = ["loss", "policy_gradient_loss", "value_loss", "entropy_loss"]
    at = [row["time/iterations"] for row in rows]
    shown = {n: series([float(f"{row[f'train/{n}']:.3g}") for row in rows], at) for n in names}
    write(f"{case}-ppo", library, run(shown, "iterations", restarts=[]), file=FILE)
    shutil.copy(Path(folder) / "progress.csv", fresh(f"{case}-csv"))
    at = [row["time/total_timesteps"] for row in rows]
    full = {f"train/{n}": series([row[f"train/{n}"] for row in rows], at) for n in names}
    write(f"{case}-csv", library, run(full, "time/total_timesteps", restarts=[]), file="progress.csv")


def vw():
    import vowpalwabbit

    folder = Path(tempfile.mkdtemp())
    points = [(random.random(), random.random()) for _ in range(300)]
    lines = [f"{random.gauss(0, 1) + 2 * a:.4f} | a:{a:.3f} b:{b:.3f}" for a, b in points]
    (folder / "data.txt").write_text("\n".join(lines))
    library = f"vowpalwabbit {version('vowpalwabbit')}"
    case = f"{library.replace(' ', '-')}-holdout"
    with printed(case):
        vowpalwabbit.Workspace(f"-d {folder / 'data.txt'} --passes 5 -k --cache_file {folder / 'cache'}").finish()
    text = (Path(__file__).parent.parent / case / "log" / FILE).read_text()
    rows = [line.split() for line in text.splitlines() if line[:1].isdigit()]
    found = {}
    for prefix, role, ends in (("", "training", 7), ("holdout ", "validation", 8)):
        own = [row for row in rows if len(row) == ends]
        for column, name in enumerate(("average loss", "loss since last")):
            values, at = [float(row[column]) for row in own], [int(row[2]) for row in own]
            found[prefix + name] = series(values, at, role, name if prefix else None)
    write(case, library, run(found, "example counter"), file=FILE)


def numpyro():
    import jax
    import numpyro as n
    from numpyro import distributions as d
    from numpyro.infer import SVI, Trace_ELBO
    from numpyro.infer.autoguide import AutoNormal

    x = jax.numpy.array([random.gauss(2, 1) for _ in range(50)])

    def model(x):
        n.sample("o", d.Normal(n.sample("m", d.Normal(0, 5)), 1), obs=x)

    library = f"numpyro {n.__version__}"
    case = f"{library.replace(' ', '-')}-svi"
    with printed(case):
        svi = SVI(model, AutoNormal(model), n.optim.Adam(0.05), Trace_ELBO())
        losses = svi.run(jax.random.PRNGKey(0), 400, x).losses
    means = [float(f"{sum(losses[i : i + 20]) / 20:.4f}") for i in range(0, 400, 20)]
    first = float(f"{losses[0]:.4f}")
    found = {"init loss": series([first] * 20, range(20, 401, 20)), "loss": series(means, range(20, 401, 20))}
    write(case, library, run(found, "batch", warnings=["redraws"]), file=FILE)


def fastai():
    from fastai.basics import DataLoaders, Learner, mae, nn
    from fastai.callback.progress import CSVLogger

    x, y = data()
    library = f"fastai {version('fastai')}"
    case = library.replace(" ", "-")
    folder = Path(tempfile.mkdtemp())
    loaders = DataLoaders.from_dsets(list(zip(x[:128], y[:128])), list(zip(x[128:], y[128:])), bs=16)
    for kind, callbacks in (("console", []), ("csv", [CSVLogger(str(folder / "history.csv"))])):
        learner = Learner(loaders, nn.Linear(4, 1), nn.MSELoss(), metrics=[mae], cbs=callbacks)
        with printed(f"{case}-{kind}"):
            learner.fit(8, 1e-2)
        values = [[float(row[i]) for row in learner.recorder.values] for i in range(2)]
        shown = values if callbacks else [[round(v, 6) for v in column] for column in values]
        if callbacks:
            shutil.copy(folder / "history.csv", fresh(f"{case}-{kind}"))
        write(
            f"{case}-{kind}", library, run(both(*shown, range(8)), "epoch"), file="history.csv" if callbacks else FILE
        )


def flair():
    import torch
    from flair import __version__ as number
    from flair.data import Corpus, Sentence
    from flair.datasets import FlairDatapointDataset
    from flair.embeddings import DocumentPoolEmbeddings, OneHotEmbeddings
    from flair.models import TextClassifier
    from flair.trainers import ModelTrainer

    torch.manual_seed(0), torch.set_num_threads(1)

    def sentences(count):
        found = []
        for _ in range(count):
            label = random.choice(["pos", "neg"])
            words = ["good", "fine", "the"] if label == "pos" else ["bad", "poor", "the"]
            found.append(Sentence(" ".join(random.choice(words) for _ in range(5))))
            found[-1].add_label("y", label)
        return FlairDatapointDataset(found)

    corpus = Corpus(train=sentences(60), dev=sentences(20), test=sentences(20))
    words = OneHotEmbeddings.from_corpus(corpus, field="text", min_freq=1, embedding_length=8)
    labels = corpus.make_label_dictionary("y")
    model = TextClassifier(DocumentPoolEmbeddings([words]), label_dictionary=labels, label_type="y")
    case, folder = f"flair-{number}-loss.tsv", Path(tempfile.mkdtemp())
    ModelTrainer(model, corpus).train(
        folder, max_epochs=8, mini_batch_size=8, learning_rate=0.5, embeddings_storage_mode="none"
    )
    shutil.copy(folder / "loss.tsv", fresh(case))
    rows = list(csv.DictReader((folder / "loss.tsv").open(), delimiter="\t"))
    values = [[float(row[name]) for row in rows] for name in ("TRAIN_LOSS", "DEV_LOSS")]
    found = run(both(*values, range(1, 9), ("TRAIN_LOSS", "DEV_LOSS")), "EPOCH")
    write(case, f"flair {number}", found, file="loss.tsv")


def validations():
    import catboost
    import numpy as np
    import xgboost

    draw = np.random.RandomState(0)
    x = draw.randn(200, 5)
    y, z = (x[:, 0] > 0).astype(int), x[:, 0] * 2 + draw.randn(200) * 0.1
    library = f"xgboost {xgboost.__version__}"
    case = f"{library.replace(' ', '-')}-cv-frame"
    with printed(case):
        print(found := xgboost.cv({"max_depth": 2}, xgboost.DMatrix(x, z), 12, nfold=3, seed=0))
    names = ("train-rmse-mean", "test-rmse-mean")
    shown = both(*([round(v, 6) for v in found[name]] for name in names), range(12), names)
    write(case, library, run(shown, "row"), file=FILE)
    library = f"catboost {catboost.__version__}"
    case = f"{library.replace(' ', '-')}-cv"
    settings = {"iterations": 12, "loss_function": "Logloss", "verbose": False, "train_dir": tempfile.mkdtemp()}
    found = catboost.cv(catboost.Pool(x, y), settings, fold_count=3)
    found.to_csv(fresh(case) / "cv.csv", index=False)
    names = ("train-Logloss-mean", "test-Logloss-mean")
    shown = both(*(found[name] for name in names), range(12), names)
    write(case, library, run(shown, "iterations"), file="cv.csv")


def d3():
    import d3rlpy
    import numpy as np

    draw, count = np.random.RandomState(0), 400
    parts = draw.randn(count, 3).astype("f4"), draw.randint(0, 2, (count, 1)), draw.randn(count, 1).astype("f4")
    known = d3rlpy.dataset.MDPDataset(*parts, (np.arange(count) % 50 == 49).astype("f4"))
    library, folder = f"d3rlpy {d3rlpy.__version__}", Path(tempfile.mkdtemp())
    logger = d3rlpy.logging.FileAdapterFactory(root_dir=str(folder))
    agent = d3rlpy.algos.DiscreteCQLConfig(batch_size=16).create(device="cpu:0")
    steps = {"n_steps": 400, "n_steps_per_epoch": 40}
    found = agent.fit(known, **steps, logger_adapter=logger, experiment_name="run", show_progress=False)
    case = library.replace(" ", "-")
    (home := fresh(case) / "run").mkdir()
    for file in folder.glob("run_*/*loss.csv"):
        shutil.copy(file, home)
    names = ("loss", "td_loss", "conservative_loss")
    values = {name: series([row[name] for _epoch, row in found], range(40, 401, 40)) for name in names}
    write(case, library, run(values), file="run")


def mm():
    import torch
    from mmengine import __version__ as number
    from mmengine.evaluator import BaseMetric
    from mmengine.model import BaseModel
    from mmengine.runner import Runner

    x, y = data()
    trained, held_out = [], []

    class Line(BaseModel):
        def __init__(self):
            super().__init__()
            self.line = torch.nn.Linear(4, 1)

        def forward(self, x, y, mode):
            if mode != "loss":
                return [self.line(x), y]
            loss = torch.nn.functional.mse_loss(self.line(x), y)
            trained.append(float(loss))
            return {"loss": loss}

    class Mean(BaseMetric):
        def process(self, _batch, outputs):
            self.results.append(float(torch.nn.functional.mse_loss(*outputs)))

        def compute_metrics(self, results):
            held_out.append(sum(results) / len(results))
            return {"val_loss": held_out[-1]}

    def loader(start, stop, shuffled):
        pairs = [(x[i], y[i]) for i in range(start, stop)]
        sampler = {"type": "DefaultSampler", "shuffle": shuffled}
        return {"dataset": pairs, "batch_size": 8, "sampler": sampler, "collate_fn": {"type": "default_collate"}}

    case, folder = f"mmengine-{number}", Path(tempfile.mkdtemp())
    Runner(
        model=Line(),
        work_dir=str(folder),
        train_dataloader=loader(0, 128, True),
        optim_wrapper={"optimizer": {"type": "SGD", "lr": 0.02}},
        train_cfg={"by_epoch": True, "max_epochs": 4, "val_interval": 1},
        val_dataloader=loader(128, 160, False),
        val_cfg={},
        val_evaluator={"type": Mean},
        default_hooks={"logger": {"type": "LoggerHook", "interval": 4}, "checkpoint": None},
        randomness={"seed": 0},
        log_processor={"window_size": 1},
    ).train()
    home = fresh(case) / "work_dir"
    for file in folder.glob("*/**/*"):
        if file.suffix in (".log", ".json"):
            kept = home / file.relative_to(folder)
            kept.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, kept)
            without_paths(kept)
    found = {"loss": series(trained[3::4], range(4, 65, 4))}
    found["val_loss"] = series(held_out, range(16, 65, 16), "validation", "loss")
    write(case, f"mmengine {number}", run(found, "iter"), file="work_dir")


def poutyne():
    import torch
    from poutyne import Model

    x, y = (part.numpy() for part in data())
    library = f"poutyne {version('poutyne')}"
    case = library.replace(" ", "-")
    steps = []

    class Kept(torch.nn.MSELoss):
        def forward(self, shown, right):
            loss = super().forward(shown, right)
            steps.append(round(float(loss), 6))
            return loss

    with printed(case):
        model = Model(torch.nn.Linear(4, 1), "sgd", Kept())
        history = model.fit(x[:128], y[:128], validation_data=(x[128:], y[128:]), epochs=6, batch_size=16)
    rows = [10 * e + k for e in range(6) for k in range(10)]
    ends = [10 * e + 9 for e in range(6)]
    epochs = [[round(row[name], 6) for row in history] for name in ("loss", "val_loss")]
    found = {
        "loss": series([v for i, v in enumerate(steps) if i % 10 < 8], [r for r in rows if r % 10 < 8]),
        "val_loss": series([v for i, v in enumerate(steps) if i % 10 > 7], [r for r in rows if r % 10 > 7]),
        "loss (epoch)": series(epochs[0], ends),
        "val_loss (epoch)": series(epochs[1], ends, "validation", "loss (epoch)"),
    }
    found["val_loss"] |= {"role": "validation", "pair": "loss"}
    write(case, library, run(found, "row"), file=FILE)


def pykeen():
    from pykeen.pipeline import pipeline

    library = f"pykeen {version('pykeen')}"
    case = library.replace(" ", "-")
    with printed(case):
        training = {"num_epochs": 12, "batch_size": 256}
        found = pipeline(dataset="nations", model="TransE", training_kwargs=training, random_seed=0, device="cpu")
    shown = series([float(f"{v:.3g}") for v in found.losses], range(12))
    write(case, library, run({"loss": shown}, "batch", warnings=["redraws"]), file=FILE)


ALL = ("tabnet", "sb3", "vw", "numpyro", "fastai", "flair", "validations", "d3", "mm", "poutyne", "pykeen")
for name in sys.argv[1:] or ALL:
    globals()[name]()
