"""The short way to read a plain table gives what the thorough one gives, or leaves the table to it."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.logs.delimited import read_table
from engine.logs.dialect import sniff
from engine.logs.options import ReadOptions
from engine.logs.plain_table import read_plain_table
from engine.logs.source import Source

CELLS = st.sampled_from(["1", "-2.5", "3e-4", ".5", "7.", "+8", "12345678901234567890", "", "NA", " 4", "1E+5"])
ODD = st.sampled_from(["nan", "inf", "1_000", "x", "0x1F", '"3"', "1e400", "١", "4 5", "#"])


def both(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    dialect = sniff(text, ReadOptions())
    if dialect is None:
        return
    short = read_plain_table(Source(path), dialect)
    if short is None:
        return
    thorough = read_table(Source(path), dialect)
    assert (short.rows, list(short.columns)) == (thorough.rows, list(thorough.columns))
    assert not thorough.warnings
    for name in short.columns:
        one, other = short.cells(name), thorough.cells(name)
        assert np.array_equal(one.rows, other.rows)
        assert np.array_equal(one.values, other.values)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=3, max_size=12), st.sampled_from([",", ";", "\t", " "]))
def test_plain_tables_are_read_alike(tmp_path_factory, rows, delimiter) -> None:
    lines = ["step,loss,accuracy".replace(",", delimiter), *(delimiter.join(row) for row in rows)]
    both(tmp_path_factory.mktemp("plain") / "t.csv", "\n".join(lines) + "\n")


@given(st.lists(st.tuples(CELLS | ODD, CELLS, CELLS | ODD), min_size=3, max_size=12))
def test_what_is_not_plain_is_read_alike_or_left_to_the_thorough_reader(tmp_path_factory, rows) -> None:
    both(
        tmp_path_factory.mktemp("odd") / "t.csv", "\n".join(["step,loss,acc", *(",".join(row) for row in rows)]) + "\n"
    )


@pytest.mark.parametrize(
    "text", ["step,loss\n1,2\n2,word\n3,4\n", "step,loss\n1,nan\n2,3\n", 'step,loss\n1,"2"\n2,3\n']
)
def test_a_table_with_anything_else_is_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(text)
    dialect = sniff(text, ReadOptions())
    assert dialect is not None
    assert read_plain_table(Source(path), dialect) is None


def test_a_usual_table_is_read_the_short_way(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("step,loss,val_loss\n1,2.5,\n2,2.25,2.75\n")
    dialect = sniff(path.read_text(), ReadOptions())
    assert dialect is not None
    sheet = read_plain_table(Source(path), dialect)
    assert sheet is not None
    assert sheet.cells("val_loss").rows.tolist() == [1]
    assert sheet.cells("loss").values.tolist() == [2.5, 2.25]


@pytest.mark.parametrize("odd", ["123456,0.5x", "123456,", "123456", "oops", "123456,0.5,7"])
def test_one_odd_row_at_the_end_takes_no_longer(tmp_path: Path, odd: str) -> None:
    rows = "\n".join(f"{100000 + i},0.{100000 + i}" for i in range(500))
    began = time.process_time()
    both(tmp_path / "a.csv", f"step,loss\n{rows}\n{odd}\n")
    assert time.process_time() - began < 3


HEADER = "step,loss"
PLAIN_ROWS = [f"{i},{1 / (i + 1):.4f}" for i in range(40)]


@pytest.mark.parametrize(
    "lines",
    [
        [HEADER, *PLAIN_ROWS],
        [HEADER, *(f"{i},{i}" for i in range(30))],
        [HEADER, *PLAIN_ROWS[:5]],
        [HEADER, *(f"{row},7" for row in PLAIN_ROWS)],
        [HEADER, *PLAIN_ROWS[:20], "# a comment", *PLAIN_ROWS[20:]],
        [HEADER, *PLAIN_ROWS[:20], "21,none", *PLAIN_ROWS[20:]],
        [HEADER, *(row.replace(",", ";").replace(".", ",") for row in PLAIN_ROWS)],
        [HEADER, "", *PLAIN_ROWS],
        ["# seed 3", HEADER, *PLAIN_ROWS],
        PLAIN_ROWS,
    ],
)
@pytest.mark.parametrize("header", [HEADER, "step;loss", "loss"])
def test_a_table_is_told_alike_whatever_was_read_before(lines, header):
    """The dialect of the last table of numbers is kept for the next one with its header."""
    text = "\n".join([header if line == HEADER else line for line in lines])
    sniff("a,b\n" + "\n".join(PLAIN_ROWS))
    alone = sniff(text)
    for before in (PLAIN_ROWS, [f"{row},1" for row in PLAIN_ROWS], [row.replace(",", ";") for row in PLAIN_ROWS]):
        sniff("\n".join([header, *before]))
        assert sniff(text) == alone
