# /// script
# requires-python = ">=3.11"
# dependencies = [
#     "nbclient", "ipykernel", "pandas==3.1.1", "keras==3.15.1", "torch==2.13.0", "transformers==5.24.0",
#     "accelerate==1.15.0", "numpy==2.4.6",
# ]
# ///
"""A notebook with three trainings, as Jupyter keeps it: the Trainer's table, Keras' bars and a printing loop."""

import json
import os
import shutil
from importlib.metadata import version
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from truth import fresh, run, series, write

TRAINER = """
import logging, warnings; warnings.filterwarnings("ignore")
import torch
from transformers import PretrainedConfig, PreTrainedModel, Trainer, TrainingArguments

class Line(PreTrainedModel):
    config_class = PretrainedConfig
    def __init__(self, config):
        super().__init__(config); self.weight = torch.nn.Parameter(torch.ones(1)); self.post_init()
    def forward(self, x=None, labels=None):
        return {"loss": (self.weight * x - labels).square().mean()}

data = [{"x": torch.tensor([1.0]), "labels": torch.tensor([3.0])} for _ in range(12)]
settings = TrainingArguments(output_dir="out", max_steps=12, logging_steps=2, eval_strategy="steps", eval_steps=2,
    per_device_train_batch_size=1, report_to=[], use_cpu=True, learning_rate=0.01, optim="sgd", save_strategy="no",
    lr_scheduler_type="constant")
trainer = Trainer(Line(PretrainedConfig()), settings, train_dataset=data, eval_dataset=data)
trainer.train();
"""
KERAS = """
import os; os.environ["KERAS_BACKEND"] = "torch"
import numpy as np, keras
keras.utils.set_random_seed(0)
model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
x = np.random.default_rng(0).normal(size=(640, 4)); y = x.sum(axis=1)
history = model.fit(x, y, epochs=4, validation_split=0.25)
"""
LOOP = """
# loss: 0.1 in this comment is no measurement
losses = [2.0, 1.0, 0.5, 0.25, 0.125]
for epoch, loss in enumerate(losses, 1):
    print(f"Epoch {epoch}/5 - loss: {loss:.4f} - val_loss: {loss + 1:.4f}")
"""
FRAME = "import pandas as pd\npd.DataFrame(history.history)"
DUMP = 'import json; json.dump([trainer.state.log_history, history.history], open("truth.json", "w"))'

case = f"jupyter-transformers-{version('transformers')}-keras-{version('keras')}"
folder = fresh(case)
os.chdir(folder)
book = nbformat.v4.new_notebook()
book.cells = [nbformat.v4.new_markdown_cell("# Three trainings\nloss: 9.0\nloss: 8.0")]
book.cells += [nbformat.v4.new_code_cell(source.strip()) for source in (TRAINER, KERAS, LOOP, FRAME, DUMP)]
NotebookClient(book, timeout=300, kernel_name="python3").execute()
trainer, keras = json.loads(Path("truth.json").read_text())
Path("truth.json").unlink()
shutil.rmtree("out", ignore_errors=True)
nbformat.write(book, "three.ipynb")

logged = [(h["step"], h["loss"]) for h in trainer if "loss" in h]
judged = [(h["step"], h["eval_loss"]) for h in trainer if "eval_loss" in h]
first = run(
    {
        "Training Loss": series([round(v, 6) for _, v in logged], [s for s, _ in logged]),
        "Validation Loss": series(
            [round(v, 6) for _, v in judged], [s for s, _ in judged], "validation", "Training Loss"
        ),
    },
    "Step",
    name="cell 1",
)
second = run(
    {
        "loss": series([round(v, 4) for v in keras["loss"]], range(1, 5)),
        "val_loss": series([round(v, 4) for v in keras["val_loss"]], range(1, 5), "validation", "loss"),
    },
    "Epoch",
    name="cell 2",
    warnings=["redraws"],
)
losses = [2.0, 1.0, 0.5, 0.25, 0.125]
third = run(
    {
        "loss": series(losses, range(1, 6)),
        "val_loss": series([v + 1 for v in losses], range(1, 6), "validation", "loss"),
    },
    "Epoch",
    name="cell 3",
)
write(
    case,
    f"jupyter, transformers {version('transformers')}, keras {version('keras')}",
    first,
    second,
    third,
    file="three.ipynb",
)
