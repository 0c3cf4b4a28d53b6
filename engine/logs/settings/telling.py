"""Gives a sheet the settings that its log, or a file beside it, tells."""

from __future__ import annotations

from engine.logs.settings.files import beside
from engine.logs.settings.head import settings_of_head
from engine.logs.settings.keys import canonical
from engine.logs.sheet import Sheet
from engine.logs.source import Source

LOG = "log"  # the source of what the log itself says, in files and on the command line


def tell_settings(sheets: list[Sheet], source: Source) -> None:
    """Add what is known beside and in a log to its sheets; what a sheet has already stands."""
    folder = source.path if source.is_folder else source.path.parent
    settings, sources = ({}, {}) if source.is_remote else beside(folder)
    if not source.is_folder and not source.is_binary:
        head = settings_of_head(source.head_text)
        settings, sources = settings | head, sources | dict.fromkeys(head, LOG)
    for sheet in sheets:
        own = dict(sheet.settings) | {k: v for k, v in canonical(sheet.settings).items() if k not in sheet.settings}
        sheet.setting_sources = sources | dict.fromkeys(own, LOG) | dict(sheet.setting_sources)
        sheet.settings = settings | own
