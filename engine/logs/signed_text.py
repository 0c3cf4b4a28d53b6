"""Base of the text logs that are recognised by the shape of their lines."""

from __future__ import annotations

import re
from typing import ClassVar

from engine.logs.feeds import RowFeed
from engine.logs.formats.text_log import TextLog
from engine.logs.options import ReadOptions
from engine.logs.sheet import Sheet
from engine.logs.source import Progress, Source

SIGNED_WITHIN = 100_000
LEAST_SIGNED = 2


class SignedTextLog(TextLog):
    """A printed log that is recognised by the shape of its lines.

    Class attributes
    ----------------
    signature : re.Pattern
        Matches lines of this log and of no other.
    loss_logging : str
        The printed loss: of the ``step``, or a ``running_mean`` over the epoch so far.
    """

    signature: ClassVar[re.Pattern[str]]
    loss_logging: ClassVar[str] = "step"

    def matches(self, source: Source) -> float:
        if source.is_folder or source.is_binary:
            return 0.0
        return 0.85 if len(self.signature.findall(source.head_text[:SIGNED_WITHIN])) >= LEAST_SIGNED else 0.0

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        return self._with_setting(super().read(source, options, progress))

    def start_following(self, source: Source, options: ReadOptions) -> tuple[list[Sheet], RowFeed | None]:
        sheets, feed = super().start_following(source, options)
        return self._with_setting(sheets), feed

    def _with_setting(self, sheets: list[Sheet]) -> list[Sheet]:
        for sheet in sheets:
            sheet.settings = {**sheet.settings, "loss_logging": self.loss_logging}
        return sheets
