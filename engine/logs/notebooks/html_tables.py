"""Tables in HTML: of the Trainer, fastai and data frames."""

from __future__ import annotations

from html.parser import HTMLParser

LARGEST_HTML = 16 << 20
MOST_TABLES = 200

Row = list[str]


class _Tables(HTMLParser):
    """Collects the rows of tables; what stands in a nested table belongs to the cell around it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[Row]] = []
        self._depth = 0
        self._cell: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._depth += 1
            if self._depth == 1:
                self.tables.append([])
        elif self._depth == 1 and tag == "tr":
            self._close_cell()
            self.tables[-1].append([])
        elif self._depth == 1 and tag in ("td", "th"):
            self._close_cell()
            self._cell = []

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            if self._depth == 1:
                self._close_cell()
            self._depth = max(0, self._depth - 1)
        elif self._depth == 1 and tag in ("td", "th", "tr"):
            self._close_cell()

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def parse_marked_section(self, i: int, report: int = 1) -> int:
        """Skip `<![…>` as browsers do; Python 3.11's parser asserts what follows, which a damaged page need not be."""
        return self.parse_bogus_comment(i)

    def _close_cell(self) -> None:
        if self._cell is not None and self.tables[-1]:
            self.tables[-1][-1].append(" ".join("".join(self._cell).split()))
        self._cell = None


def tables_in(html: str) -> list[list[Row]]:
    """The tables of a page as rows of texts; those with a header and a row.

    Examples
    --------
    >>> tables_in("<table><tr><th>Step<th>Loss</tr><tr><td>1</td><td>0.5</td></tr></table>")
    [[['Step', 'Loss'], ['1', '0.5']]]
    """
    if len(html) > LARGEST_HTML:
        return []
    parser = _Tables()
    parser.feed(html)
    parser.close()
    tables = ([row for row in table if row] for table in parser.tables[:MOST_TABLES])
    return [table for table in tables if len(table) > 1]
