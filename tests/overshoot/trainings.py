"""Small trainings as a person would write them, for the loop in this process and for files."""

from __future__ import annotations

CLASSIFIER = '''
import random

import numpy as np
import overshoot
import torch
from torch import nn


class Data(torch.utils.data.Dataset):
    def __init__(self, count):
        generator = torch.Generator().manual_seed(1)
        self.targets = torch.randint(4, (count,), generator=generator)
        self.inputs = torch.randn(count, 1, 6, 6, generator=generator)

    def __len__(self):
        return len(self.targets)

    def __getitem__(self, i):
        noise = 0.1 * torch.randn(1, 6, 6) + 0.05 * float(np.random.randn())
        image = self.inputs[i] + noise
        return (image.flip(-1) if random.random() < 0.5 else image), self.targets[i]


def build(seed, lr=1e-3, workers=0, persistent=False, drift=0.0):
    """A classifier.

    Parameters
    ----------
    lr : float
        Length of a step.
    """
    first = (nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten())
    model = nn.Sequential(*first, nn.Dropout(0.2), nn.Linear(64, 4))
    optimizer = torch.optim.Adam(model.parameters(), lr)
    loader = torch.utils.data.DataLoader(
        Data(60), 8, shuffle=True, num_workers=workers, persistent_workers=persistent
    )
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 100)

    def loss(model, batch):
        out = model(batch[0])
        if drift:
            import os
            out = out + drift * os.urandom(1)[0]  * torch.eye(4)[0]
        right = (out.argmax(1) == batch[1]).float()
        return {"loss": nn.functional.cross_entropy(out, batch[1]), "accuracy": right.mean()}

    return overshoot.Training(model, optimizer, loader, loss, schedulers=scheduler, epochs=9)
'''

GAN = """
import overshoot
import torch
from torch import nn


def build(seed, lr=1e-3):
    g, d = nn.Linear(4, 2), nn.Sequential(nn.Linear(2, 16), nn.LeakyReLU(), nn.Linear(16, 1))
    models = {"g": g, "d": d}
    optimizers = {k: torch.optim.Adam(m.parameters(), lr, betas=(0.5, 0.9)) for k, m in models.items()}
    real = torch.randn(64, 2, generator=torch.Generator().manual_seed(2)) + 3
    ema = Ema(g)

    def step(batch):
        (batch,) = batch
        fake = g(torch.randn(len(batch), 4))
        d_loss = nn.functional.softplus(-d(batch)).mean() + nn.functional.softplus(d(fake.detach())).mean()
        optimizers["d"].zero_grad(); d_loss.backward(); optimizers["d"].step()
        g_loss = nn.functional.softplus(-d(fake)).mean()
        optimizers["g"].zero_grad(); g_loss.backward(); optimizers["g"].step()
        ema.update(g)
        return {"loss": g_loss, "d_loss": d_loss}

    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(real), 16, shuffle=True)
    return overshoot.Training(models, optimizers, loader, step=step, epochs=20, extra={"ema": ema})


class Ema:
    def __init__(self, model):
        self.mean = {k: v.clone() for k, v in model.state_dict().items()}

    def update(self, model):
        for k, v in model.state_dict().items():
            self.mean[k].lerp_(v, 0.1)

    def state_dict(self):
        return self.mean

    def load_state_dict(self, state):
        self.mean = {k: v.clone() for k, v in state.items()}
"""

LANGUAGE = """
import overshoot
import torch
from torch import nn


def build(seed, warmup=10, clip=1.0):
    text = torch.randint(12, (40, 9), generator=torch.Generator().manual_seed(3))
    model = nn.Sequential(nn.Embedding(12, 16), nn.Dropout(0.1), nn.Linear(16, 12))
    optimizer = torch.optim.AdamW(model.parameters(), 1e-2)
    rising = lambda step: min(1.0, (step + 1) / max(1, warmup))
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, rising)

    def loss(model, batch):
        (batch,) = batch
        out = model(batch[:, :-1])
        return nn.functional.cross_entropy(out.flatten(0, 1), batch[:, 1:].flatten())

    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(text), 4, shuffle=True)
    more = dict(schedulers=scheduler, accumulate=2, clip_norm=clip, precision="bfloat16", epochs=8)
    return overshoot.Training(model, optimizer, loader, loss, **more)
"""
ALL = {"classifier": CLASSIFIER, "gan": GAN, "language": LANGUAGE}
