"""The log of a notebook that ran on Kaggle."""

from __future__ import annotations

from typing import Any

from engine.i18n import N_
from engine.logs.base import all_formats
from engine.logs.formats.json_document import JsonDocument
from engine.logs.notebooks.sheets import read_text
from engine.logs.options import ReadOptions
from engine.logs.parts import has_losses
from engine.logs.sheet import Sheet

STREAM, DATA, TIME = "stream_name", "data", "time"


class KaggleLog(JsonDocument):
    """A JSON list with an object for each piece of output: its stream, its time, its text."""

    name = "kaggle_log"
    clues = ('"stream_name"',)
    title = N_("Kaggle log")
    about = N_("the JSON log of a notebook that ran on Kaggle: what it printed, piece by piece")

    def fit(self, start: str) -> float:
        return 0.95 if start.startswith("[") and f'"{STREAM}"' in start[:4096] and f'"{DATA}"' in start else 0.0

    def sheets(self, document: Any) -> list[Sheet]:
        pieces = [piece for piece in document if isinstance(piece, dict)] if isinstance(document, list) else []
        formats = [kind() for name, kind in all_formats().items() if name != self.name]
        found = read_text(_printed(pieces), formats, ReadOptions(), "log")
        return [sheet for sheet in found if has_losses(sheet)] or found


def _printed(pieces: list[dict[str, Any]]) -> str:
    """The text of all pieces; a change of the stream begins a line."""
    texts: list[str] = []
    before = None
    for piece in pieces:
        text = piece.get(DATA)
        if not isinstance(text, str):
            continue
        if before not in (None, piece.get(STREAM)) and texts and not texts[-1].endswith(("\n", "\r")):
            texts.append("\n")
        texts.append(text)
        before = piece.get(STREAM)
    return "".join(texts)
