"""TensorBoard event files, and folders of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path, PurePath

from engine.i18n import N_, _
from engine.logs.base import LogFormat
from engine.logs.errors import Cancelled, LogError
from engine.logs.folders import files_below
from engine.logs.options import ReadOptions
from engine.logs.settings.keys import canonical
from engine.logs.sheet import Sheet
from engine.logs.source import Progress, Source
from engine.logs.stores.event_folders import joined
from engine.logs.stores.event_proto import Event, event_of
from engine.logs.stores.record_file import read_records
from engine.logs.stores.wire import WireError
from engine.logs.tags import TaggedNumber, sheet_of_tags
from engine.logs.text import clean_name
from engine.run import Value
from engine.run_warnings import RunWarning, WarningKind

PATTERN = "*tfevents*"
REPORTED_EVERY = 2000
HPARAMS = "hparams"


class TensorBoardEvents(LogFormat):
    """Scalars by tag and step; each folder is one run, and training and validation side by side are one together."""

    name = "tensorboard_events"
    clues = (b"brain.Event:",)
    title = "TensorBoard"
    about = N_("event files and log folders, without the package tensorboard")

    def matches(self, source: Source) -> float:
        if source.is_folder:
            return 0.9 if files_below(source.path, PATTERN) else 0.0
        head = source.head
        # A record: its length as 8 bytes, their checksum, then the event; the first event has the file version.
        is_record = len(head) > 24 and int.from_bytes(head[:8], "little") < 4096 and b"brain.Event:" in head[:256]
        return 0.99 if is_record else 0.0

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        if not source.is_folder:
            return [EventRun().add(source, progress).sheet()]
        sheets = event_runs(source.path, progress)
        for folder, sheet in sheets.items():
            sheet.title = clean_name(folder.as_posix()) if len(sheets) > 1 and folder.name else None
        if not sheets:
            raise LogError(_("{path}: the event files contain no scalars").format(path=source.given))
        return list(sheets.values())


def event_runs(folder: Path, progress: Progress | None = None) -> dict[PurePath, Sheet]:
    """The sheets of the runs in a folder, by their places in it."""
    found: dict[PurePath, EventRun] = defaultdict(EventRun)
    for path in files_below(folder, PATTERN):
        try:
            found[path.parent.relative_to(folder)].add(Source(path), progress)
        except LogError:
            continue  # one file that cannot be read does not hide the others
    runs = joined({place: run.numbers for place, run in found.items() if run.numbers})
    sheets = {place: sheet_of_tags(numbers) for place, numbers in sorted(runs.items())}
    for own, run in found.items():
        homes = (place for place in sheets if run.warnings and own.is_relative_to(place))
        home = max(homes, key=lambda place: len(place.parts), default=None)
        if home is not None:
            sheets[home].warnings += run.warnings
    for place, sheet in sheets.items():
        sheet.settings = _settings(place, found)
        sheet.setting_sources = dict.fromkeys(sheet.settings, HPARAMS)
    return sheets


def _settings(place: PurePath, found: Mapping[PurePath, EventRun]) -> dict[str, Value]:
    """The hyperparameters of a run: PyTorch's writer puts them in a folder of their own below it."""
    within = [run.settings for own, run in found.items() if run.settings and own.is_relative_to(place)]
    return within[0] if len(within) == 1 else {}


class EventRun:
    """The scalars of a run's event files, which are added in the order in which they were written."""

    def __init__(self) -> None:
        self.numbers: list[TaggedNumber] = []
        self.settings: dict[str, Value] = {}
        self._damaged = 0
        self._void = 0

    def add(self, source: Source, progress: Progress | None = None) -> EventRun:
        """Read a file."""
        records = read_records(source.data)
        self._damaged += records.damaged
        for count, record in enumerate(records.whole):
            if progress is not None and count % REPORTED_EVERY == 0 and not progress(count / len(records.whole)):
                raise Cancelled
            try:
                self._take(event_of(record))
            except WireError:
                self._damaged += 1
        return self

    def _take(self, event: Event) -> None:
        if event.is_start:
            kept = [n for n in self.numbers if n.step < event.step]
            self._void += len(self.numbers) - len(kept)
            self.numbers = kept
        if event.hparams:
            self.settings |= canonical(event.hparams)
        step = float(event.step)
        self.numbers += [TaggedNumber(event.wall_time, step, clean_name(s.tag), s.value) for s in event.scalars]

    @property
    def warnings(self) -> list[RunWarning]:
        """What was skipped."""
        counts = {WarningKind.DAMAGED_RECORDS: self._damaged, WarningKind.VOID_NUMBERS: self._void}
        return [RunWarning(kind, count) for kind, count in counts.items() if count]

    def sheet(self) -> Sheet:
        """The table of the numbers."""
        sheet = sheet_of_tags(self.numbers)
        sheet.warnings = self.warnings
        sheet.settings = self.settings
        sheet.setting_sources = dict.fromkeys(self.settings, HPARAMS)
        return sheet
