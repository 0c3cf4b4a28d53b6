"""Jupyter, Colab and Kaggle notebooks."""

from __future__ import annotations

from engine.i18n import N_, _
from engine.logs.base import LogFormat, all_formats
from engine.logs.errors import LogError
from engine.logs.json_rows import parse_json
from engine.logs.notebooks.outputs import shown_in
from engine.logs.notebooks.sheets import sheets_of_cell, without_shown_again
from engine.logs.options import ReadOptions
from engine.logs.sheet import Sheet
from engine.logs.source import Progress, Source

_MARKS = ('"cell_type"', '"cells"')


class Notebook(LogFormat):
    """What the cells printed and showed, never their source; each training is a run, named by its cell."""

    name = "notebook"
    clues = ('"cell_type"',)
    title = N_("Notebook")
    about = N_("the outputs of a notebook's cells: printed lines, progress bars, tables, data frames and dictionaries")

    def matches(self, source: Source) -> float:
        if source.is_folder or source.is_binary:
            return 0.0
        start = source.head_text.lstrip("\ufeff \t\r\n")
        return 0.97 if start.startswith("{") and all(mark in start for mark in _MARKS) else 0.0

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        try:
            notebook = parse_json(source.text.lstrip("\ufeff"))
        except ValueError as error:
            message = _("{path}: incomplete or invalid JSON: {reason}")
            raise LogError(message.format(path=source.given, reason=error)) from None
        formats = [kind() for name, kind in all_formats().items() if name != self.name]
        cells = (sheets_of_cell(cell, formats, options, source.name) for cell in shown_in(notebook))
        sheets = without_shown_again([sheet for found in cells for sheet in found])
        if not sheets:
            raise LogError(_("{path}: no cell of the notebook shows a loss").format(path=source.given))
        if len(sheets) == 1:
            sheets[0].title = None
        return sheets
