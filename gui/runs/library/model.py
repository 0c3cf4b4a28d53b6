"""Table model of the library's runs; name, tags and note can be edited."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QDateTime, QLocale, QModelIndex, QPersistentModelIndex, Qt, Signal

from engine.i18n import N_, _, number
from engine.library import Entry, Library, LibraryError
from gui.runs.library.pictures import Sight, Sights
from gui.runs.table.names import short_names

Index = QModelIndex | QPersistentModelIndex
TITLES = (
    *(N_("Run"), N_("Curve"), N_("Verdict"), N_("Last loss")),
    *(N_("Rows"), N_("Saved on"), N_("Tags"), N_("Note")),
)
NAME, CURVE, VERDICT, LAST, ROWS, DATE, TAGS, NOTE = range(len(TITLES))
NUMBERS = (LAST, ROWS)
SIGHT = int(Qt.ItemDataRole.UserRole)  # what is known of the run of a row


class LibraryEntries(QAbstractTableModel):
    """The runs that a search finds.

    Signals
    -------
    failed : error text of the library
    renamed : id and new name
    """

    failed = Signal(str)
    renamed = Signal(str, str)

    def __init__(self, library: Library) -> None:
        super().__init__()
        self._library = library
        self._sights = Sights(library, self)
        self._sights.seen.connect(self._on_seen)
        self._search = ""
        self.entries: list[Entry] = []
        self.short: dict[str, str] = {}  # from each name to it without what tells no run from another
        self.can_restore = False
        self.load()

    def search(self, text: str) -> None:
        """Show the runs whose name, tags or note contain every word of a text."""
        self._search = text
        self.load()

    def load(self) -> None:
        """Reload the list."""
        self.beginResetModel()
        try:
            self.entries = self._library.entries(self._search)
            self.short = short_names([entry.name for entry in self.entries])
            self.can_restore = bool(self._library.deleted())
        except LibraryError as error:
            self.failed.emit(str(error))
        self.endResetModel()
        self._sights.want(self.entries)

    def _on_seen(self, run_id: str) -> None:
        row = next((row for row, entry in enumerate(self.entries) if entry.id == run_id), None)
        if row is not None:
            self.dataChanged.emit(self.index(row, CURVE), self.index(row, LAST))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.entries)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return len(TITLES)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _(TITLES[section])
        if role == Qt.ItemDataRole.TextAlignmentRole and section in NUMBERS:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry, column = self.entries[index.row()], index.column()
        if role == SIGHT:
            return self._sights.of(entry.id)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return text_of(entry, column, self._sights.of(entry.id))
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip_of(entry, column, self._sights.of(entry.id))
        if role == Qt.ItemDataRole.TextAlignmentRole and column in NUMBERS:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flag = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flag | Qt.ItemFlag.ItemIsEditable if index.column() in (NAME, TAGS, NOTE) else flag

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        entry, column, text = self.entries[index.row()], index.column(), str(value).strip()
        sight = self._sights.of(entry.id)
        if role != Qt.ItemDataRole.EditRole or text == text_of(entry, column, sight) or (column == NAME and not text):
            return False
        writes: dict[int, Callable[[], None]] = {
            NAME: lambda: self._library.rename(entry.id, text),
            TAGS: lambda: self._library.tag(entry.id, [tag.strip() for tag in text.split(",") if tag.strip()]),
            NOTE: lambda: self._library.annotate(entry.id, text),
        }
        try:
            writes[column]()
        except LibraryError as error:
            self.failed.emit(str(error))
            return False
        if column == NAME:
            self.renamed.emit(entry.id, text)
        self.load()
        return True


def tip_of(entry: Entry, column: int, sight: Sight) -> str:
    """Tool tip of a cell."""
    parts = [text_of(entry, column, sight)]
    if column == NAME and entry.path is not None:
        parts.append(str(entry.path))
    if entry.is_interrupted:
        parts.append(_("Interrupted: it can be resumed."))
    return "\n".join(filter(None, parts))


def text_of(entry: Entry, column: int, sight: Sight) -> str:
    """Text of a cell."""
    if column == VERDICT:
        return verdict_of(sight)
    if column == LAST:
        return "" if sight.last is None else number(sight.last, 4)
    if column == DATE:
        when = QDateTime.fromSecsSinceEpoch(int(entry.created))
        return QLocale().toString(when, QLocale.FormatType.ShortFormat)
    return {NAME: entry.name, CURVE: "", ROWS: number(entry.rows), TAGS: ", ".join(entry.tags), NOTE: entry.note}[
        column
    ]


def verdict_of(sight: Sight) -> str:
    """The events of a run in a few words; empty where they are not known."""
    from engine.diagnosis.sentences import title

    if sight.kinds is None:
        return ""
    return ", ".join(title(kind) for kind in sight.kinds) or _("nothing stands out")
