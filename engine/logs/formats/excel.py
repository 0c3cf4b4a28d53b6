"""Workbooks of Excel and LibreOffice."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO

from engine.i18n import N_, _
from engine.logs.base import LogFormat, all_formats
from engine.logs.errors import LogError
from engine.logs.options import ReadOptions
from engine.logs.parts import read_part
from engine.logs.sheet import Sheet
from engine.logs.source import Progress, Source
from engine.logs.stores.archive import members
from engine.logs.stores.archive import opened as opened_archive
from engine.logs.text import clean_name

_MARKS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")
MOST_SHEETS = 200


class Excel(LogFormat):
    """Each worksheet with numbers becomes a run, read like a delimited text."""

    name = "excel"
    clues = (b"PK\x03\x04",)
    title = "Excel"
    about = N_("workbooks (.xlsx, .xlsm, .xlsb, .ods): each worksheet is a run")

    def matches(self, source: Source) -> float:
        return 0.98 if not set(_MARKS).isdisjoint(members(source)) else 0.0

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        kinds = [kind() for name, kind in all_formats().items() if name != self.name]
        sheets: list[Sheet] = []
        for name, text in _worksheets(source):
            found = read_part(text.encode(), source.name, kinds, options)
            for sheet in found:
                sheet.title = clean_name(": ".join(part for part in (name, sheet.title or "") if part))
            sheets += found
        if not sheets:
            raise LogError(_("{path}: no worksheet is a table of numbers").format(path=source.given))
        if len(sheets) == 1:
            sheets[0].title = None
        return sheets


def _worksheets(source: Source) -> list[tuple[str, str]]:
    """The worksheets as delimited text."""
    try:
        from python_calamine import CalamineWorkbook
    except ImportError:
        message = _("{path}: reading it needs the package “python-calamine”; or save the sheet as CSV")
        raise LogError(message.format(path=source.given)) from None
    with opened_archive(source):
        pass  # refuses what would expand without bound
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(source.data))
        names = book.sheet_names[:MOST_SHEETS]
        return [(name, _text(book.get_sheet_by_name(name).to_python(skip_empty_area=True))) for name in names]
    except Exception as error:  # the reader has an exception of its own for each kind of damage
        reason = str(error) or type(error).__name__
        message = _("{path}: damaged {kind} data: {reason}")
        raise LogError(message.format(path=source.given, kind="Excel", reason=reason)) from None


def _text(rows: list[list]) -> str:
    text = StringIO()
    writer = csv.writer(text)
    writer.writerows([_cell(cell) for cell in row] for row in rows if any(cell != "" for cell in row))
    return text.getvalue()


def _cell(cell: object) -> str:
    return repr(cell) if isinstance(cell, float) else str(cell).replace("\n", " ")
