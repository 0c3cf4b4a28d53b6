"""Trains the networks that `engine.diagnosis.networks` reads: a few seeds of one hidden layer, mean of what they say.

Half of the inputs' weight is left out at random in every step, so that no network leans on one fact of one family; the
epochs, the width and what is left out were chosen for the least loss on families left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from engine.diagnosis.networks import KIND, Networks, inputs
from tools.faultlab.additive import Values, weighed
from tools.faultlab.bins import Record
from tools.faultlab.trees import facts_of, names_of, wanted

SEEDS, EPOCHS, BATCH, HIDDEN = 3, 25, 128, 96
LEFT_OUT, HIDDEN_OUT = 0.3, 0.5  # shares of inputs and of hidden units that each step does without
RATE, DECAY = 2e-3, 0.05
ALIKE = 0.95  # correlation from which on whether a fact is told says what another one's being told says
SELDOM = 0.01  # of the events; what fewer tell, or fewer lack, is not asked for


def trained(records: Sequence[Record], causes: Sequence[str], seeds: int = SEEDS) -> Networks:
    """Networks for the shares of causes."""
    names, kinds = names_of(records), tuple(sorted({record["kind"] for record in records}))
    values = table(records, names)
    middles, spreads, asked = np.nanmedian(values, axis=0), _spreads(values), _asked(values)
    rows = torch.tensor(_rows(values, records, kinds, middles, spreads, asked))
    goals = torch.tensor(wanted(records, causes), dtype=torch.float32)
    weights = torch.tensor(weighed(records), dtype=torch.float32)
    layers = [_layers(rows, goals, weights, seed) for seed in range(seeds)]
    first, first_bias, last, last_bias = (np.stack(parts) for parts in zip(*layers, strict=True))
    return Networks(names, kinds, tuple(causes), middles, spreads, asked, first, first_bias, last, last_bias)


def table(records: Sequence[Record], names: Sequence[str]) -> Values:
    """Facts as columns, NaN where one is not told."""
    return np.array([[told.get(name, np.nan) for name in names] for told in map(facts_of, records)], float)


def said(networks: Networks, records: Sequence[Record]) -> Values:
    """The shares of each record, shape (records, causes)."""
    found = [networks.said(record["kind"], facts_of(record)) for record in records]
    return np.array([[one[cause] for cause in networks.causes] for one in found])


def _rows(
    values: Values, records: Sequence[Record], kinds: Sequence[str], middles: Values, spreads: Values, asked: Any
) -> np.ndarray[Any, np.dtype[np.float32]]:
    of_kind = np.array([[KIND * (record["kind"] == kind) for kind in kinds] for record in records])
    return np.concatenate([inputs(values, middles, spreads, asked), of_kind], axis=1).astype(np.float32)


def _spreads(values: Values) -> Values:
    """A standard deviation of the middle half or of nine tenths, the larger one."""
    low, first, third, high = np.nanquantile(values, (0.05, 0.25, 0.75, 0.95), axis=0)
    found = np.maximum((third - first) / 1.35, (high - low) / 3.29)
    whole = np.nan_to_num(np.nanstd(np.clip(values, -1e6, 1e6), axis=0))
    return np.where(found > 0, found, np.where(whole > 0, whole, 1.0))


def _asked(values: Values) -> Any:
    """Facts that some events tell and others do not, one of several that are told together."""
    told = ~np.isnan(values)
    share = told.mean(axis=0)
    kept: list[int] = []
    units = (told - share) / np.maximum(np.sqrt(share * (1 - share)), 1e-9) / len(values) ** 0.5
    for place in np.flatnonzero((share > SELDOM) & (share < 1 - SELDOM)):
        if not kept or np.max(np.abs(units[:, kept].T @ units[:, place])) < ALIKE:
            kept.append(int(place))
    return np.array(kept, int)


def _layers(rows: Tensor, goals: Tensor, weights: Tensor, seed: int) -> tuple[Values, ...]:
    """First weights and bias, last weights and bias, of a network trained from one seed."""
    torch.manual_seed(seed)
    first, last = nn.Linear(rows.shape[1], HIDDEN), nn.Linear(HIDDEN, goals.shape[1])
    network = nn.Sequential(nn.Dropout(LEFT_OUT), first, nn.ReLU(), nn.Dropout(HIDDEN_OUT), last)
    optimizer = torch.optim.AdamW(network.parameters(), RATE, weight_decay=DECAY)
    steps = EPOCHS * -(-len(rows) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps + 1, pct_start=0.1)
    for _epoch in range(EPOCHS):
        for part in torch.randperm(len(rows)).split(BATCH):
            optimizer.zero_grad()
            shares = torch.log_softmax(network(rows[part]), dim=1)
            (-(goals[part] * shares).sum(1) * weights[part]).mean().backward()
            optimizer.step()
            schedule.step()
    return tuple(t.detach().numpy() for t in (first.weight.T, first.bias, last.weight.T, last.bias))
