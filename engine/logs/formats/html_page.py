"""A web page with tables of losses: a notebook, a report or a data frame saved as HTML."""

from __future__ import annotations

from engine.i18n import N_, _
from engine.logs.base import LogFormat
from engine.logs.errors import LogError
from engine.logs.notebooks.frames import sheet_of_table
from engine.logs.notebooks.html_tables import LARGEST_HTML, tables_in
from engine.logs.options import ReadOptions
from engine.logs.parts import has_losses
from engine.logs.sheet import Sheet
from engine.logs.source import Progress, Source

_STARTS = ("<!doctype html", "<html", "<table", "<div", "<style", "<head", "<?xml")


class HtmlPage(LogFormat):
    """The tables of a page; each with a loss is a run."""

    name = "html_page"
    clues = ("<table", "<html", "<!DOCTYPE", "<!doctype")
    title = N_("Web page")
    about = N_("tables in HTML: notebooks and data frames saved as a page")

    def matches(self, source: Source) -> float:
        if source.is_folder or source.is_binary:
            return 0.0
        start = source.head_text[:400].lstrip("\ufeff \t\r\n").lower()
        return 0.93 if start.startswith(_STARTS) else 0.0

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        if len(source.text) > LARGEST_HTML:
            raise LogError(_("{path}: the page is too long").format(path=source.given))
        found = [sheet for table in tables_in(source.text) if (sheet := sheet_of_table(table)) is not None]
        sheets = [sheet for sheet in found if has_losses(sheet)] or found
        if not sheets:
            raise LogError(_("{path}: no table with a loss was found").format(path=source.given))
        if len(sheets) > 1:
            for place, sheet in enumerate(sheets, 1):
                sheet.title = str(place)
        return sheets
