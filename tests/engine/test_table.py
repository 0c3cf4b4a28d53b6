"""The table: whole rows, no copies of what was loaded, absence is not NaN."""

from __future__ import annotations

import itertools
import math
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.table import MetricTable, Sparse

CELLS = st.one_of(st.none(), st.floats(allow_nan=True, allow_infinity=True, width=32))
TABLES = st.lists(st.fixed_dictionaries({}, optional={"a": CELLS, "b": CELLS, "c": CELLS}), max_size=60)


def as_row(cells: dict) -> dict:
    return {name: value for name, value in cells.items() if value is not None}


def content(table: MetricTable, name: str) -> list[tuple[int, float]]:
    series = table.series(name)
    return list(zip(series.rows.tolist(), series.values.tolist(), strict=True))


def same(left: list, right: list) -> bool:
    return len(left) == len(right) and all(
        a == b and (x == y or (math.isnan(x) and math.isnan(y))) for (a, x), (b, y) in zip(left, right, strict=True)
    )


@given(TABLES)
def test_what_was_appended_is_what_is_read(rows: list[dict]) -> None:
    table = MetricTable()
    for row in rows:
        table.append(as_row(row))
    for name in table.columns:
        expected = [(i, row[name]) for i, row in enumerate(rows) if row.get(name) is not None]
        assert same(content(table, name), expected)
        assert table.is_dense(name) == (len(expected) == len(rows))
        assert table.count(name) == len(expected)


@given(TABLES, st.lists(st.integers(0, 60), max_size=6))
def test_chunks_and_single_rows_give_the_same_table(rows: list[dict], cuts: list[int]) -> None:
    one_by_one, chunked = MetricTable(), MetricTable()
    for row in rows:
        one_by_one.append(as_row(row))
    edges = sorted({0, len(rows), *(c for c in cuts if c < len(rows))})
    for start, stop in itertools.pairwise(edges):
        part = [as_row(r) for r in rows[start:stop]]
        chunk = {}
        for name in {n for r in part for n in r}:
            at = [i for i, r in enumerate(part) if name in r]
            chunk[name] = Sparse(np.array(at), np.array([part[i][name] for i in at], float))
        chunked.extend(chunk, rows=stop - start)
    assert len(one_by_one) == len(chunked)
    for name in one_by_one.columns:
        assert same(content(one_by_one, name), content(chunked, name))


@given(TABLES, st.integers(0, 60), st.integers(0, 60))
def test_a_range_of_rows_is_the_same_range_of_the_whole(rows: list[dict], start: int, stop: int) -> None:
    table = MetricTable()
    for row in rows:
        table.append(as_row(row))
    for name in table.columns:
        part = table.series(name, start, stop)
        whole = [(r, v) for r, v in content(table, name) if start <= r < stop]
        assert same(list(zip(part.rows.tolist(), part.values.tolist(), strict=True)), whole)


def test_loaded_arrays_are_adopted_without_a_copy() -> None:
    loss = np.random.default_rng(0).random(100_000)
    table = MetricTable()
    table.extend({"loss": loss})
    assert np.shares_memory(table.series("loss").values, loss)


def test_rows_can_be_appended_after_an_adopted_array_and_across_chunks() -> None:
    table = MetricTable()
    table.extend({"loss": np.arange(5.0)})
    for i in range(5, 5000):
        table.append({"loss": float(i)})
    table.extend({"loss": np.arange(5000.0, 6000.0)})
    assert np.array_equal(table.values("loss"), np.arange(6000.0))
    assert np.array_equal(table.values("loss", 1020, 1030), np.arange(1020.0, 1030.0))


def test_a_column_that_starts_late_or_pauses_is_sparse_and_nan_is_a_value() -> None:
    table = MetricTable()
    table.append({"loss": 1.0})
    table.append({"loss": math.nan, "val_loss": 2.0})
    assert table.is_dense("loss") and not table.is_dense("val_loss")
    assert table.series("loss").rows.tolist() == [0, 1]
    assert table.series("val_loss").rows.tolist() == [1]


@pytest.mark.parametrize(
    "chunk",
    [
        {"a": np.zeros(3), "b": np.zeros(4)},
        {"a": Sparse(np.array([0]), np.array([1.0]))},
        {"a": np.zeros(3), "b": Sparse(np.array([3]), np.array([1.0]))},
    ],
)
def test_a_chunk_whose_shape_is_unclear_is_refused_and_nothing_is_published(chunk: dict) -> None:
    table = MetricTable()
    with pytest.raises(ValueError, match=r"length|rows"):
        table.extend(chunk)
    assert len(table) == 0


def test_a_reader_in_another_thread_sees_whole_rows_only() -> None:
    table = MetricTable()
    torn: list[int] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            count = len(table)
            if count:
                a, b = table.values("a", 0, count), table.values("b", 0, count)
                if len(a) != count or not np.array_equal(a, b):
                    torn.append(count)

    reader = threading.Thread(target=read)
    reader.start()
    for i in range(20_000):
        table.append({"a": float(i), "b": float(i)})
    done.set()
    reader.join()
    assert not torn


@pytest.mark.parametrize("piece", [1, 3, 1 << 18])
@pytest.mark.parametrize("is_sparse", [False, True])
def test_the_first_value_that_is_no_number_is_found_while_the_table_grows(monkeypatch, piece, is_sparse) -> None:
    monkeypatch.setattr("engine.table.LOOKED_AT_ONCE", piece)
    random, table = np.random.default_rng(piece), MetricTable()
    for _chunk in range(12):
        values = np.where(random.random(7) < 0.06, random.choice([np.nan, np.inf], 7), 1.0)
        table.extend(
            {"loss": values} if not is_sparse else {"loss": Sparse(np.arange(7) * 2, values)}, 7 + 7 * is_sparse
        )
        for start in (0, *random.integers(0, len(table) + 3, 4).tolist()):
            rest = table.series("loss", start)
            bad = np.flatnonzero(~np.isfinite(rest.values))
            expected = (int(rest.rows[bad[0]]), float(rest.values[bad[0]])) if len(bad) else None
            assert repr(table.first_non_finite("loss", start)) == repr(expected)
