"""A JSON file: a list of records, an object of columns, or these nested in something larger."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from engine.i18n import N_, _
from engine.logs.base import Clues, LogFormat
from engine.logs.errors import LogError
from engine.logs.json_documents import sheets_of
from engine.logs.json_rows import parse_json
from engine.logs.options import ReadOptions
from engine.logs.pairs import TENSOR
from engine.logs.sheet import Sheet
from engine.logs.source import Progress, Source
from engine.patterns import pattern

# What boosting libraries print: [1]  train's l2: 0.5
_COUNTED_LINE = pattern(r"\[\s{0,9}\d{1,12}\s{0,9}\]\s{0,9}[^\s,\]]")
_OF_TENSORS = pattern(r"\[\s{0,9}(?:\w{1,30}\.){0,4}(?:[tT]ensor|[aA]rray)\(\[{0,2}[-+.\d]")
_SCALAR = pattern(r"\b(?:np|numpy)\.\w{1,12}\(([-+.\w]{1,40})\)")


class JsonDocument(LogFormat):
    """One JSON value in the whole file; base of the special documents."""

    name = "json_document"
    clues: ClassVar[Clues] = ("{", "[")
    title = "JSON"
    about = N_("a list of records, an object of columns such as a saved History, or records keyed by step")

    def matches(self, source: Source) -> float:
        if source.is_folder or source.is_binary:
            return 0.0
        start = source.head_text.lstrip("\ufeff \t\r\n")
        if _COUNTED_LINE.match(start):
            return 0.0
        if _OF_TENSORS.match(start):
            return self.fit(start)
        has_texts = any(quote in start[:4096] for quote in ('"', "'"))
        if not start.startswith(("{", "[")) or not (has_texts or start[1:2].strip("[ -0123456789") == ""):
            return 0.0
        return self.fit(start)

    def fit(self, start: str) -> float:
        """How well a document with this start fits the format, 0 to 1."""
        return 0.6 if start.startswith("{") else 0.8

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        try:
            document = _parsed(source.text.lstrip("\ufeff"))
        except ValueError as error:
            raise LogError(
                _("{path}: incomplete or invalid JSON: {reason}").format(path=source.given, reason=error)
            ) from None
        sheets = self.sheets(document)
        if not sheets:
            raise LogError(
                _("{path}: the JSON contains neither records nor columns of numbers").format(path=source.given)
            )
        return sheets

    def sheets(self, document: Any) -> list[Sheet]:
        """The sheets in a document."""
        return sheets_of(document)


def _parsed(text: str) -> Any:
    """Parse JSON, or a dictionary printed by Python, with single quotes, None, True, False and NumPy's scalars."""
    try:
        return parse_json(text)
    except ValueError:
        if "'" not in text[:4096] and not _OF_TENSORS.match(text.lstrip()):
            raise
    text = TENSOR.sub(lambda m: m[1] or m[2], text) if "(" in text else text
    mended = re.sub(r"\b(None|True|False)\b", lambda m: {"None": "null"}.get(m[1], m[1].lower()), text)
    mended = _SCALAR.sub(r"\1", mended)
    return parse_json(mended.replace("'", '"'))
