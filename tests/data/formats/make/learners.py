# /// script
# requires-python = ">=3.11"
# dependencies = [
#     "pytorch-tabnet==4.1.0", "stable-baselines3==2.9.2", "vowpalwabbit==9.11.9", "numpyro==0.22.0", "fastai==2.8.12",
#     "flair==0.15.1", "catboost==1.2.10", "xgboost-cpu==3.2.0", "torch==2.13.0",
# ]
# ///
"""What further libraries print and write; with names of functions as arguments, only those are run."""

import contextlib
import csv
import json
import os
import random
import shutil
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

os.environ["TQDM_MININTERVAL"] = "0"
from truth import fresh, run, series, write

FILE = "train.log"
random.seed(0)


@contextlib.contextmanager
def printed(case, file=FILE):
    """What is printed inside, by C++ too, becomes the log of a case."""
    sys.stdout.flush()
    kept, streams = (os.dup(1), os.dup(2)), (sys.stdout, sys.stderr)
    with (fresh(case) / file).open("w") as file:
        os.dup2(file.fileno(), 1), os.dup2(file.fileno(), 2)
        sys.stdout, sys.stderr = (os.fdopen(os.dup(n), "w", buffering=1) for n in (1, 2))
        try:
            yield
        finally:
            sys.stdout.flush(), sys.stderr.flush()
            sys.stdout, sys.stderr = streams
            os.dup2(kept[0], 1), os.dup2(kept[1], 2)


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


for name in sys.argv[1:] or ("tabnet", "sb3", "vw", "numpyro", "fastai", "flair", "validations"):
    globals()[name]()
