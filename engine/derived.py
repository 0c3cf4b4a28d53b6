"""Series derived from logged ones: per-step losses, epoch means, perplexity."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from engine.events import Event
from engine.i18n import _
from engine.run import Origin, OriginKind, Run
from engine.table import Floats, MetricTable, Rows, Series, Sparse


def step_losses(means: ArrayLike, counts: ArrayLike) -> Floats:
    """Recover the losses of steps from a running mean that restarts with every epoch.

    With m(n) the mean of the first n steps, the mean of the steps from n' + 1 to n is (n m(n) − n' m(n')) / (n − n').
    Rounding errors of the log grow by n / (n − n'): with four digits nothing is left of single steps after 10 000.

    Parameters
    ----------
    means : array_like, shape (n,)
        The logged mean over the epoch so far.
    counts : array_like, shape (n,)
        Number of steps in each mean; where it does not increase, a new epoch starts.

    Examples
    --------
    >>> step_losses([4.0, 3.0, 2.0, 1.0], [1, 2, 4, 1])
    array([4., 2., 1., 1.])
    """
    m, n = np.asarray(means, np.float64), np.asarray(counts, np.float64)
    if m.shape != n.shape:
        raise ValueError(f"means and counts differ in shape: {m.shape} and {n.shape}")
    before_m, before_n = np.concatenate([[0.0], m[:-1]]), np.concatenate([[0.0], n[:-1]])
    is_first = n <= before_n
    taken = np.where(is_first, 0.0, before_n)
    seen = np.where(is_first | (before_n == 0), 0.0, before_n * before_m)
    return (n * m - seen) / np.maximum(n - taken, 1e-300)


def undone_running_mean(table: MetricTable, event: Event) -> Series:
    """Recover per-step losses from a running mean reported by an epoch boundary event.

    Epochs start at the changes of the column `epoch`, shifted as the event's first boundary is, or without the column
    every `period_rows` rows. If only every few steps were logged, the result is the mean over those steps.

    Parameters
    ----------
    event : Event
        Of kind `epoch_boundary`, with `phase_row` and `period_rows` in its evidence.
    """
    means = table.series(event.series)
    firsts = _epoch_firsts(table, means, event)
    starts = np.unique(np.concatenate([[0], firsts[(firsts > 0) & (firsts < len(means))]]))
    position = np.arange(len(means))
    counts = position - starts[np.searchsorted(starts, position, "right") - 1] + 1
    return Series(means.rows, step_losses(means.values, counts))


def _epoch_firsts(table: MetricTable, means: Series, event: Event) -> Rows:
    phase, period = event.evidence["phase_row"], max(event.evidence["period_rows"], 1.0)
    if "epoch" in table:
        epochs = table.series("epoch")
        number = np.floor(epochs.values + 1e-9)
        changes = epochs.rows[1:][np.diff(number) > 0]
        if len(changes) > 1:
            nearest = changes[np.argmin(np.abs(changes - phase))]
            return np.searchsorted(means.rows, changes + round(phase - nearest))
    first = phase % period
    end = means.rows[-1] + 1 if len(means) else 0
    return np.searchsorted(means.rows, np.round(np.arange(first, end, period)).astype(np.int64))


def undone_run(run: Run, event: Event) -> Run:
    """A copy of a run with per-step losses in place of its running mean, to be drawn over it.

    The column keeps its name, so that both are drawn in one plot; its events are its own.
    """
    losses = undone_running_mean(run.table, event)
    columns: dict[str, Floats | Sparse] = {}
    for name in dict.fromkeys(("step", "epoch", run.x)):
        if name is not None and name in run.table:
            known = run.table.series(name)
            columns[name] = Sparse(known.rows, known.values)
    columns[event.series] = Sparse(losses.rows, losses.values)
    table = MetricTable()
    table.extend(columns, rows=len(run.table))
    series = tuple(s for s in run.series if s.name == event.series)
    name = _("{run}, single steps").format(run=run.name)
    return Run(name, table, series, Origin(OriginKind.LOG), run.x, names=run.names)


def epoch_means(series: Series, epochs: Series) -> Series:
    """The mean of a series over each epoch, at the row of the epoch's last point.

    Parameters
    ----------
    epochs : Series
        The epoch by table row, whole or fractional; a point without one belongs to the epoch of the previous row.

    Examples
    --------
    >>> rows = np.arange(4)
    >>> epoch_means(Series(rows, np.array([4.0, 2.0, 1.0, 3.0])), Series(rows, np.array([0.0, 0.5, 1.0, 1.5])))
    Series(rows=array([1, 3]), values=array([3., 2.]))
    """
    at = np.searchsorted(epochs.rows, series.rows, "right") - 1
    known = at >= 0
    rows, values = series.rows[known], series.values[known]
    if not len(rows):
        return Series(rows, values)
    # A fractional epoch is the completed share: the step that completes epoch 1 logs 1.0 or slightly more or less.
    number = np.floor(epochs.values[at[known]])
    starts = np.flatnonzero(np.concatenate([[True], np.diff(number) != 0]))
    counts = np.diff(np.append(starts, len(rows)))
    return Series(rows[starts + counts - 1], np.add.reduceat(values, starts) / counts)


def perplexity(loss: Series) -> Series:
    """exp(loss), for a mean cross-entropy in nats."""
    with np.errstate(over="ignore"):
        return Series(loss.rows, np.exp(loss.values))


def loss_of_perplexity(series: Series) -> Series:
    """The cross-entropy in nats of a perplexity.

    Examples
    --------
    >>> loss_of_perplexity(perplexity(Series(np.arange(2), np.array([0.5, 2.0])))).values
    array([0.5, 2. ])
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return Series(series.rows, np.log(series.values))
