"""Settings are found beside a log and in its head, with their source, and what a person tells stays with the run."""

from __future__ import annotations

import json
import sqlite3

import numpy as np
import pytest

from engine.commands.base import CommandError
from engine.commands.diagnose import known_settings, records
from engine.library.links import Link
from engine.library.store import Library
from engine.logs import ReadOptions, open_log
from engine.logs.following import Follower
from engine.logs.settings.head import settings_of_head
from engine.logs.settings.keys import OWN, SPELLINGS, canonical, convert

CSV = "step,loss\n" + "".join(f"{i},{2 - i / 100}\n" for i in range(60))
LIGHTNING = """
batch_size: 64
learning_rate: 1e-3
model: !!python/object:argparse.Namespace
  hidden: 128
optimizer: AdamW
nothing: !!python/name:torch.nn.ReLU ''
"""
ULTRALYTICS = (
    "task: detect\nepochs: 100\nbatch: 16\noptimizer: auto\nlr0: 0.01\nmomentum: 0.937\nresume: false\namp: true\n"
)
WANDB = "lr:\n  desc: null\n  value: 0.0003\noptimizer:\n  desc: null\n  value: SGD\nmomentum:\n  value: 0.9\n"
RAY = json.dumps({"lr": 5e-5, "train_batch_size": 4000, "model": {"hidden": [64, 64]}})
HYDRA = """
optim:
  _target_: torch.optim.Adam
  lr: 0.0003
  betas: [0.9, 0.95]
scheduler:
  lr: 7
train:
  batch_size: 32
"""


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("hparams.yaml", LIGHTNING, {"batch_size": 64, "lr": 1e-3, "optimizer": "adamw"}),
        (
            "args.yaml",
            ULTRALYTICS,
            {"lr": 0.01, "batch_size": 16, "resumed": False, "precision": "mixed"},
        ),
        ("config.yaml", WANDB, {"lr": 3e-4, "optimizer": "momentum", "momentum": 0.9}),
        ("params.json", RAY, {"lr": 5e-5, "batch_size": 4000}),
        (".hydra/config.yaml", HYDRA, {"lr": 3e-4, "optimizer": "adam", "beta2": 0.95, "batch_size": 32}),
        ("config.json", json.dumps({"learning_rate": 0.1, "fp16": True}), {"lr": 0.1, "precision": "float16"}),
    ],
)
def test_a_file_of_settings_beside_a_log_is_read_and_named(tmp_path, name, content, expected):
    (tmp_path / "log.csv").write_text(CSV)
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(content)
    for path in (tmp_path / "log.csv", tmp_path):
        record = next(records(str(path)))
        for key, value in expected.items():
            assert record["settings"][key] == {"value": value, "from": name}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("config.json", '{"hidden_size": 768, "dropout": 0.1, "torch_dtype": "float16"}'),
        ("config.json", "[1, 2"),
        ("config.yaml", "a: [1\nb: {"),
        ("config.yaml", "- 1\n- 2\n"),
        ("config.yaml", "lr: !!python/object/apply:os.system ['touch hacked']\n"),
        ("hparams.yaml", "x: &a [1]\ny: *b\n"),
        ("args.json", "[" * 5000),
        ("params.json", json.dumps({"lr": "auto", "optimizer": None})),
    ],
)
def test_another_or_a_broken_file_says_nothing_and_nothing_in_it_is_run(tmp_path, monkeypatch, name, content):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "log.csv").write_text(CSV)
    (tmp_path / name).write_text(content)
    assert next(records(str(tmp_path / "log.csv")))["settings"] == {}
    assert not (tmp_path / "hacked").exists()


HEADS = {
    "namespace": "Namespace(arch='resnet', lr=0.1, batch_size=128, optimizer='SGD', betas=(0.9, 0.999), resume='')\n",
    "lines": "Using cuda\nlearning rate: 0.1\nbatch size: 128\noptimizer: sgd\n",
    "equals": "lr = 0.1\nbatch_size = 128\noptimizer = 'sgd'\n",
    "dots": "  lr ........................ 0.1\n  batch_size ................ 128\n  optimizer ................. sgd\n",
    "command line": "python train.py --lr 0.1 --batch-size=128 --optimizer sgd --cuda\n",
    "dict": "{'lr': 0.1, 'batch_size': 128, 'optimizer': 'sgd'}\n",
    "table": "| lr | 0.1 |\n| batch_size | 128 |\n| optimizer | sgd |\n",
}


@pytest.mark.parametrize("head", HEADS.values(), ids=list(HEADS))
def test_a_head_of_a_printed_log_tells_its_settings(tmp_path, head):
    log = tmp_path / "train.log"
    log.write_text(head + "".join(f"epoch {i} loss: {2 - i / 100:.4f}\n" for i in range(1, 40)))
    record = next(records(str(log)))
    for key, value in {"lr": 0.1, "batch_size": 128, "optimizer": "sgd"}.items():
        assert record["settings"][key] == {"value": value, "from": "log"}
    assert record["points"] == 39


@pytest.mark.parametrize(
    "text",
    [
        "epoch 1 batch 16 loss: 0.5 lr: 0.01\nepoch 2 batch 32 loss: 0.4 lr: 0.01\n",
        "step 1, loss 0.5\nlr: 0.1\n",
        "Epoch 1/8\n100/100 - loss: 0.91 - accuracy: 0.5\n",
        "{'loss': 0.5, 'learning_rate': 1e-3, 'epoch': 1}\n",
        "batch: 1\nbatch: 2\n",
    ],
)
def test_lines_of_the_log_itself_are_no_settings(text):
    assert settings_of_head(text) == {}


@pytest.mark.parametrize("name", ["args.yaml", "config.json", ".hydra/config.yaml"])
def test_settings_that_are_written_or_changed_after_a_first_reading_are_read(tmp_path, name):
    log = tmp_path / "log.csv"
    log.write_text("step,loss\n" + "".join(f"{step},{1 / (step + 1)}\n" for step in range(20)))
    assert "lr" not in open_log(log)[0].settings
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    for rate in (0.1, 0.2):
        path.write_text(f'{{"lr": {rate}, "batch_size": 8}}')
        assert open_log(log)[0].settings["lr"] == rate
    path.unlink()
    assert "lr" not in open_log(log)[0].settings


def test_the_log_itself_is_believed_before_a_file_beside_it(tmp_path):
    (tmp_path / "train.log").write_text(HEADS["lines"] + "".join(f"epoch {i} loss: {2 - i / 50}\n" for i in range(9)))
    (tmp_path / "config.yaml").write_text("lr: 5.0\nweight_decay: 0.1\n")
    settings = next(records(str(tmp_path / "train.log")))["settings"]
    assert settings["lr"] == {"value": 0.1, "from": "log"}
    assert settings["weight_decay"] == {"value": 0.1, "from": "config.yaml"}


def test_the_keys_of_a_trainer_state_count_under_the_programs_own_names_too(tmp_path):
    history = [{"step": i, "loss": 2 - i / 100} for i in range(30)]
    path = tmp_path / "trainer_state.json"
    path.write_text(json.dumps({"log_history": history, "train_batch_size": 8, "num_train_epochs": 3}))
    settings = next(records(str(path)))["settings"]
    assert settings["batch_size"] == {"value": 8, "from": "log"}
    assert settings["train_batch_size"]["value"] == 8


def test_parameters_of_an_mlflow_folder_and_store(tmp_path):
    run = tmp_path / "run"
    for name, content in {
        "metrics/loss": "".join(f"{i} {2 - i / 100} {i}\n" for i in range(40)),
        "params/lr": "1e-4",
    }.items():
        (run / name).parent.mkdir(parents=True, exist_ok=True)
        (run / name).write_text(content)
    (run / "meta.yaml").write_text("status: 3\n")
    assert next(records(str(run)))["settings"]["lr"] == {"value": 1e-4, "from": "params"}
    with sqlite3.connect(tmp_path / "mlflow.db") as store:
        store.execute("CREATE TABLE runs (run_uuid TEXT, name TEXT, start_time INT)")
        store.execute("CREATE TABLE metrics (run_uuid TEXT, timestamp INT, step INT, key TEXT, value REAL, is_nan INT)")
        store.execute("CREATE TABLE params (run_uuid TEXT, key TEXT, value TEXT)")
        store.execute("INSERT INTO runs VALUES ('a', 'a', 0)")
        store.executemany(
            "INSERT INTO metrics VALUES ('a', ?, ?, 'loss', ?, 0)", [(i, i, 2 - i / 50) for i in range(40)]
        )
        store.execute("INSERT INTO params VALUES ('a', 'optimizer', 'Adam')")
    store.close()
    assert next(records(str(tmp_path / "mlflow.db")))["settings"]["optimizer"] == {"value": "adam", "from": "params"}


@pytest.mark.parametrize("key", list(SPELLINGS))
def test_every_spelling_is_one_key_alone(key):
    assert all(OWN[spelling] == key for spelling in SPELLINGS[key])


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"optimizer": "adamw_torch_fused"}, {"optimizer": "adamw"}),
        ({"optim": "paged_adamw_8bit", "learning_rate": "2e-05"}, {"optimizer": "adamw", "lr": 2e-5}),
        (
            {"optimizer": {"class_path": "torch.optim.RMSprop", "init_args": {"lr": 0.1}}},
            {"optimizer": "rmsprop", "lr": 0.1},
        ),
        ({"opt": "sgd", "momentum": 0}, {"optimizer": "sgd", "momentum": 0}),
        ({"resume_from_checkpoint": "out/checkpoint-500"}, {"resumed": True}),
        ({"model_name_or_path": "bert-base"}, {"fine_tuning": True}),
        ({"pretrained": False}, {"fine_tuning": False}),
        ({"bf16": True, "fp16": False}, {"precision": "bfloat16"}),
        ({"precision": "32-true"}, {"precision": "float32"}),
        ({"lr": float("nan"), "batch_size": [1, 2]}, {}),
    ],
)
def test_settings_are_told_in_the_programs_own_words(given, expected):
    assert canonical(given) == expected


def test_what_a_person_says_on_the_command_line_counts_and_is_named_so(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("step,loss\n" + "".join(f"{i},{2.3 + 0.01 * (i % 3)}\n" for i in range(80)))
    known = known_settings(["optimizer=sgd", "lr=1e-7"])
    plain, told = next(records(str(path))), next(records(str(path), known=known))
    assert told["settings"] == {k: {"value": v, "from": "person"} for k, v in {"optimizer": "sgd", "lr": 1e-7}.items()}
    causes = [[cause["cause"] for cause in record["events"][0]["causes"]] for record in (plain, told)]
    assert causes[1][0] == "lr_too_small" != causes[0][0]


@pytest.mark.parametrize("word", ["lr", "colour=red", "lr=fast", "=3"])
def test_a_word_that_says_nothing_is_refused_with_what_was_expected(word):
    with pytest.raises(CommandError, match=r"KEY=VALUE|there are|no value"):
        known_settings([word])


def test_what_a_person_tells_is_kept_with_the_run_and_can_be_taken_back(tmp_path):
    log = tmp_path / "log.csv"
    log.write_text(CSV)
    (tmp_path / "hparams.yaml").write_text("lr: 0.1\n")
    (run,) = open_log(log)
    run.tell({"optimizer": "adam", "lr": 0.2})
    with_numbers, linked = Library(tmp_path / "a.sqlite"), Library(tmp_path / "b.sqlite")
    with_numbers.add(run)
    with_numbers.write(run, 0, ())
    linked.remember(run, Link(log, run.name, ReadOptions()))
    for library in (with_numbers, linked):
        again, _events = library.load(run.id)
        assert (again.settings["lr"], again.settings["optimizer"]) == (0.2, "adam")
        assert again.told() == {"optimizer": "adam", "lr": 0.2}
        library.close()
    run.tell({"optimizer": None})
    assert run.told() == {"lr": 0.2} and "optimizer" not in run.settings


def test_a_log_that_is_followed_has_them_too(tmp_path):
    log = tmp_path / "log.csv"
    log.write_text(CSV)
    (tmp_path / "hparams.yaml").write_text("lr: 0.1\n")
    (run,) = Follower(log).runs
    assert (run.settings["lr"], run.setting_sources["lr"]) == (0.1, "hparams.yaml")


def test_numbers_keep_their_value_whatever_their_spelling():
    for text, value in (("1e-3", 1e-3), (".5", 0.5), ("1_000", 1000), ("5E+2", 500.0)):
        assert convert("lr", text) == pytest.approx(value)
    assert np.isclose(float(convert("lr", 3)), 3)


def test_hyperparameters_of_tensorboard_are_read_from_the_folder_that_the_writer_makes_for_them(tmp_path):
    tensorboard = pytest.importorskip("torch.utils.tensorboard")
    writer = tensorboard.SummaryWriter(tmp_path / "run")
    for step in range(40):
        writer.add_scalar("loss", 2 - step / 50, step)
    writer.add_hparams({"lr": 0.1, "optimizer": "Adam", "shuffle": True, "batch_size": 32}, {"hparam/accuracy": 0.5})
    writer.close()
    record = next(r for r in records(str(tmp_path / "run")) if r["series"] == "loss")
    expected = {"lr": 0.1, "optimizer": "adam", "shuffle": True, "batch_size": 32}
    assert {key: record["settings"][key]["value"] for key in expected} == expected
    assert record["settings"]["lr"]["from"] == "hparams"
