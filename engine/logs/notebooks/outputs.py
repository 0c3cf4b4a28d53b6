"""The outputs of a notebook's code cells, in the order in which their author saw them.

Source: https://nbformat.readthedocs.io/en/latest/format_description.html (versions 3 and 4)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.logs.text import without_terminal_codes
from engine.values import dataclass

MOST_CELLS = 10_000
TABLE = "<table"


@dataclass(frozen=True)
class Shown:
    """What one cell shows.

    Attributes
    ----------
    number : int
        Its execution count if each cell has one of its own, else its place among the code cells.
    printed : str
        All that it wrote to its streams; a change of the stream begins a line.
    tables : tuple of str
        HTML with tables.
    texts : tuple of str
        Values shown as plain text.
    """

    number: int
    printed: str
    tables: tuple[str, ...]
    texts: tuple[str, ...]


def shown_in(notebook: Any) -> Iterator[Shown]:
    """Yield what each code cell shows."""
    cells = [cell for cell in _cells(notebook) if isinstance(cell, dict) and cell.get("cell_type") == "code"]
    counts = [cell.get("execution_count", cell.get("prompt_number")) for cell in cells[:MOST_CELLS]]
    are_told = len(set(counts)) == len(counts) and all(isinstance(count, int) for count in counts)
    for place, cell in enumerate(cells[:MOST_CELLS], 1):
        outputs = [output for output in _list(cell.get("outputs")) if isinstance(output, dict)]
        yield Shown(
            int(counts[place - 1] or place) if are_told else place,
            _printed(outputs),
            tuple(html for output in outputs if TABLE in (html := _data(output, "text/html", "html"))),
            tuple(_plain(output) for output in outputs if TABLE not in _data(output, "text/html", "html")),
        )


def _cells(notebook: Any) -> list[Any]:
    if not isinstance(notebook, dict):
        return []
    sheets = [sheet for sheet in _list(notebook.get("worksheets")) if isinstance(sheet, dict)]
    return _list(notebook.get("cells")) + [cell for sheet in sheets for cell in _list(sheet.get("cells"))]


def _printed(outputs: list[dict[str, Any]]) -> str:
    """The streams of a cell as one text; a library that flushes often has an output for each of its writings."""
    pieces: list[str] = []
    before = None
    for output in outputs:
        if output.get("output_type") != "stream":
            continue
        name = output.get("name", output.get("stream"))
        if before not in (None, name) and pieces and not pieces[-1].endswith(("\n", "\r")):
            pieces.append("\n")
        pieces.append(_joined(output.get("text")))
        before = name
    return "".join(pieces)


def _plain(output: dict[str, Any]) -> str:
    return without_terminal_codes(_data(output, "text/plain", "text")) if output.get("output_type") != "stream" else ""


def _data(output: dict[str, Any], kind: str, old_kind: str) -> str:
    """The text of an output of this kind, by its name in version 4 or 3."""
    if output.get("output_type") in ("stream", "error", "pyerr"):
        return ""
    data = output.get("data")
    return _joined(data.get(kind)) if isinstance(data, dict) else _joined(output.get(old_kind))


def _joined(text: Any) -> str:
    if isinstance(text, list):
        return "".join(part for part in text if isinstance(part, str))
    return text if isinstance(text, str) else ""


def _list(item: Any) -> list[Any]:
    return item if isinstance(item, list) else []
