"""``log`` of Chainer's LogReport."""

from __future__ import annotations

from engine.i18n import N_
from engine.logs.formats.json_document import JsonDocument


class ChainerLog(JsonDocument):
    """A JSON list of observations, each with its iteration, epoch and elapsed time."""

    name = "chainer_log"
    clues = ('"elapsed_time"',)
    title = "Chainer LogReport"
    about = N_("a JSON list of observations such as “main/loss”, by iteration")

    def fit(self, start: str) -> float:
        has_clocks = all(f'"{key}"' in start[:20_000] for key in ("iteration", "epoch", "elapsed_time"))
        return 0.9 if start.startswith("[") and has_clocks else 0.0
