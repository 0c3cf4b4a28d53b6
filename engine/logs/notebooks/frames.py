"""Tables of texts as sheets: the header names the columns, a first one without a name is a data frame's index."""

from __future__ import annotations

from collections.abc import Sequence

from engine.logs.dialect import unique
from engine.logs.names import loss_columns
from engine.logs.numbers import parse
from engine.logs.sheet import RowCollector, Sheet
from engine.logs.text import clean_name
from engine.run_warnings import RunWarning, WarningKind

INDEX = "index"
_CUT = frozenset(("...", "…", "⋮", "..."))


def sheet_of_table(rows: Sequence[Sequence[str]]) -> Sheet | None:
    """The sheet of a table with its header first; None if it has no numbers.

    A long data frame is shown with its middle left out, as a row of dots; then its index is kept, and there is a
    warning.

    Examples
    --------
    >>> sheet_of_table([["", "loss"], ["0", "0.5"], ["1", "No log"], ["2", "0.2"]]).columns
    {'loss': Sparse(rows=array([0, 2]), values=array([0.5, 0.2]))}
    """
    width = max(map(len, rows))
    header = [""] * (width - len(rows[0])) + list(rows[0])
    names = unique([clean_name(name) or INDEX for name in header])
    collector = RowCollector()
    cut = 0
    for row in rows[1:]:
        cells = list(row)
        if len(cells) != width:
            continue
        if any(cell in _CUT for cell in cells) and all(parse(cell) is None for cell in cells):
            cut += 1
            continue
        numbers = {name: value for name, cell in zip(names, cells) if (value := parse(cell)) is not None}
        collector.add(numbers)
    sheet = collector.sheet()
    sheet.columns = {name: sheet.columns[name] for name in names if name in sheet.columns}
    if not cut and _counts_rows(sheet):
        del sheet.columns[INDEX]
    if cut:
        sheet.warnings.append(RunWarning(WarningKind.CUT_TABLE, cut))
    return sheet if sheet.columns else None


def _counts_rows(sheet: Sheet) -> bool:
    return INDEX in sheet.columns and sheet.cells(INDEX).values.tolist() == list(range(sheet.rows))


def table_in_text(text: str) -> list[list[str]]:
    """The rows of a data frame printed as text; empty if it is not one.

    Examples
    --------
    >>> table_in_text("   loss  val_loss\\n0  0.50      0.60\\n1  0.25      0.40")
    [['', 'loss', 'val_loss'], ['0', '0.50', '0.60'], ['1', '0.25', '0.40']]
    """
    lines = [line.split() for line in text.splitlines() if line.strip()]
    if len(lines) < 2 or not loss_columns(lines[0]):
        return []
    body = [cells for cells in lines[1:] if len(cells) == len(lines[0]) + 1]
    return [["", *lines[0]], *body] if len(body) > 1 else []
