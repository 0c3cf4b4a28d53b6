"""A small transformer that learns a language of rules, in one pass over a stream of text.

``overshoot prove language_model.py --set bad=400`` shows what eight batches of noise in the text do.
"""

from __future__ import annotations

import math

import torch
from torch import nn

import overshoot

LETTERS, LENGTH, WIDTH = 12, 16, 48


def stream(count: int, bad: int, batch_size: int) -> torch.Tensor:
    """Sentences in which each letter follows from the two before it; a bad batch has letters at random."""
    generator = torch.Generator().manual_seed(7)
    rule = torch.randint(LETTERS, (LETTERS, LETTERS), generator=generator)
    text = torch.randint(LETTERS, (count, LENGTH + 1), generator=generator)
    for place in range(2, LENGTH + 1):
        follows = rule[text[:, place - 1], text[:, place - 2]]
        is_free = torch.rand(count, generator=generator) < 0.05
        text[:, place] = torch.where(is_free, text[:, place], follows)
    if bad >= 0:
        here = slice(bad * batch_size, (bad + 8) * batch_size)
        text[here] = torch.randint(2, text[here].shape, generator=generator) * (LETTERS - 1)
    return text


class Transformer(nn.Module):
    """A layer of causal attention."""

    def __init__(self) -> None:
        super().__init__()
        self.letters, self.places = nn.Embedding(LETTERS, WIDTH), nn.Embedding(LENGTH, WIDTH)
        layer = nn.TransformerEncoderLayer(WIDTH, 4, 2 * WIDTH, dropout=0.0, batch_first=True, norm_first=True)
        self.layers = nn.TransformerEncoder(layer, 1, enable_nested_tensor=False)
        self.head = nn.Linear(WIDTH, LETTERS)
        self.register_buffer("mask", nn.Transformer.generate_square_subsequent_mask(LENGTH))

    def forward(self, text: torch.Tensor) -> torch.Tensor:
        inputs = self.letters(text) + self.places(torch.arange(text.shape[1]))
        return self.head(self.layers(inputs, mask=self.mask, is_causal=True))


def build(
    seed: int,
    lr: float = 3e-3,
    warmup: int = 40,
    clip_norm: float = 1.0,
    beta2: float = 0.98,
    eps: float = 1e-8,
    bad: int = -1,
) -> overshoot.Training:
    """A language model with accumulation, warm-up and cosine, clipping and bfloat16.

    Parameters
    ----------
    lr : float
        Largest learning rate.
    warmup : int
        Steps in which the rate rises.
    clip_norm : float
        Largest norm of the gradient.
    beta2 : float
        Memory of AdamW's denominator.
    eps : float
        Floor of AdamW's denominator.
    bad : int
        Place of eight bad batches in the stream; -1 for none.
    """
    batch_size, steps = 16, 300
    model = Transformer()
    optimizer = torch.optim.AdamW(model.parameters(), lr, betas=(0.9, beta2), eps=eps, weight_decay=0.01)

    def rate(step: int) -> float:
        rising = min(1.0, (step + 1) / max(1, warmup))
        return rising * (0.1 + 0.45 * (1 + math.cos(math.pi * min(1.0, step / steps))))

    text = stream(2 * batch_size * steps, bad, batch_size)
    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(text), batch_size)

    def loss(model: nn.Module, batch: tuple[torch.Tensor]) -> torch.Tensor:
        (letters,) = batch
        outputs = model(letters[:, :-1])
        return nn.functional.cross_entropy(outputs.flatten(0, 1).float(), letters[:, 1:].flatten())

    return overshoot.Training(
        model,
        optimizer,
        loader,
        loss,
        schedulers=torch.optim.lr_scheduler.LambdaLR(optimizer, rate),
        accumulate=2,
        clip_norm=clip_norm,
        precision="bfloat16",
        steps=steps,
        held=[(stream(64, -1, 1),)],
    )
