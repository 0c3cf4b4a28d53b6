#!/usr/bin/env bash
# stable-baselines3 2.9.2: PPO (as A2C) writes its row of the log before it trains on the rollout. So the losses and the
# learning rate in a row are those of the iteration before; the first row has none, and those of the last update are never
# written. A policy that breaks seems to break one rollout later than it did. The documentation says nothing of it.
# Seen: trained at 32, 64, 96 with the rates 0.67, 0.33, 0.00; rows 32: none, 64: 0.67, 96: 0.33
# Exits with another code than 0 when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check stable-baselines3==2.9.2 gymnasium==1.4.0 \
    torch==2.13.0
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import csv

from stable_baselines3 import PPO
from stable_baselines3.common.logger import configure

trained = {}


class Watched(PPO):
    def train(self):
        super().train()
        trained[self.num_timesteps] = self.logger.name_to_value["train/loss"]


model = Watched("MlpPolicy", "CartPole-v1", seed=0, n_steps=32, batch_size=32, learning_rate=lambda left: left)
model.set_logger(configure(".", ["csv"]))
model.learn(96, log_interval=1)
model.logger.close()
with open("progress.csv") as file:
    rows = {int(row["time/total_timesteps"]): row for row in csv.DictReader(file)}
for step, row in rows.items():
    print(step, "trained with loss", trained[step], "/ written", row["train/loss"], "rate", row["train/learning_rate"])
written = {step: row["train/loss"] for step, row in rows.items()}
assert list(written) == list(trained) == [32, 64, 96]
assert written[32] == ""
assert [float(written[step]) for step in (64, 96)] == [trained[step] for step in (32, 64)]
PYTHON
