"""Delimited text in every dialect gives the same numbers."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.logs import LogError, ReadOptions, Restarts, open_log
from engine.logs.blocks import BLOCK_BYTES
from engine.run import Run
from engine.run_warnings import RunWarning, WarningKind

STEPS = [1.0, 2.0, 3.0, 4.0]
LOSSES = [0.5, 0.25, 1e-3, 12.5]

DIALECTS = {
    "comma": "step,loss\n1,0.5\n2,0.25\n3,1e-3\n4,12.5\n",
    "semicolon": "step;loss\n1;0.5\n2;0.25\n3;1e-3\n4;12.5\n",
    "tab": "step\tloss\n1\t0.5\n2\t0.25\n3\t1e-3\n4\t12.5\n",
    "bar": "step|loss\n1|0.5\n2|0.25\n3|1e-3\n4|12.5\n",
    "blanks": "step   loss\n   1   0.5\n   2   0.25\n   3   1e-3\n   4   12.5\n",
    "padded": "  step,    loss\n     1,     0.5\n     2,    0.25\n     3,    1e-3\n     4,    12.5\n",
    "decimal comma, semicolon": "step;loss\n1;0,5\n2;0,25\n3;1e-3\n4;12,5\n",
    "decimal comma, tab": "step\tloss\n1\t0,5\n2\t0,25\n3\t0,001\n4\t12,5\n",
    "decimal comma in quotes": 'step,loss\n1,"0,5"\n2,"0,25"\n3,"0,001"\n4,"12,5"\n',
    "quoted numbers": '"step","loss"\n"1","0.5"\n"2","0.25"\n"3","0.001"\n"4","12.5"\n',
    "single quotes": "'step','loss'\n'1','0.5'\n'2','0.25'\n'3','0.001'\n'4','12.5'\n",
    "byte order mark": "\ufeffstep,loss\n1,0.5\n2,0.25\n3,1e-3\n4,12.5\n",
    "carriage returns": "step,loss\r\n1,0.5\r\n2,0.25\r\n3,1e-3\r\n4,12.5\r\n",
    "mixed line ends": "step,loss\r\n1,0.5\n2,0.25\r\n3,1e-3\n4,12.5",
    "old Macintosh": "step,loss\r1,0.5\r2,0.25\r3,1e-3\r4,12.5\r",
    "comments": "# run 7\n# lr 0.1\nstep,loss\n1,0.5\n2,0.25\n# resumed\n3,1e-3\n4,12.5\n",
    "commented header": "# step loss\n1 0.5\n2 0.25\n3 1e-3\n4 12.5\n",
    "repeated header": "step,loss\n1,0.5\n2,0.25\nstep,loss\n3,1e-3\n4,12.5\n",
    "blank lines": "step,loss\n\n1,0.5\n\n2,0.25\n3,1e-3\n\n\n4,12.5\n\n",
    "zero bytes": "step,loss\n1,0.5\n2,0.25\n3,1e-3\n4,12.5\n\0\0\0\0\0\0",
    "rubbish at the end": "step,loss\n1,0.5\n2,0.25\n3,1e-3\n4,12.5\nKeyboardInterrupt\n",
    "ragged": "step,loss\n1,0.5,extra\n2,0.25\n3,1e-3,,\n4,12.5\n",
    "index without a name": ",loss,step\n0,0.5,1\n1,0.25,2\n2,1e-3,3\n3,12.5,4\n",
    "words beside": "step,loss,note\n1,0.5,warm up\n2,0.25,\n3,1e-3,ok\n4,12.5,ok\n",
    "long D exponent": "step,loss\n1,0.5\n2,0.25\n3,1.0D-3\n4,12.5\n",
}


def read(tmp_path: Path, text: str | bytes, name: str = "log.csv", options: ReadOptions | None = None) -> Run:
    path = tmp_path / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    (run,) = open_log(path, options)
    return run


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_gives_the_same_numbers(dialect: str, tmp_path: Path) -> None:
    run = read(tmp_path, DIALECTS[dialect])
    assert [s.name for s in run.series] == ["loss"]
    assert run.table.values("loss").tolist() == LOSSES
    assert run.table.values("step").tolist() == STEPS
    assert run.x == "step"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1", "gb18030"])
def test_encodings_are_found_by_looking(encoding: str, tmp_path: Path) -> None:
    run = read(tmp_path, ("步骤,loss,é\n".replace("步骤", "step") + "1,0.5,1\n2,0.25,1\n").encode(encoding))
    assert run.table.values("loss").tolist() == [0.5, 0.25]


def test_missing_is_absent_and_nan_is_a_number(tmp_path: Path) -> None:
    run = read(tmp_path, "step,loss,val_loss\n1,0.5,\n2,nan,0.7\n3,,0.6\n4,-inf,NaN\n5,1.#INF,N/A\n")
    loss, val = run.table.series("loss"), run.table.series("val_loss")
    assert loss.rows.tolist() == [0, 1, 3, 4]
    np.testing.assert_array_equal(loss.values, [0.5, math.nan, -math.inf, math.inf])
    assert val.rows.tolist() == [1, 2, 3]
    np.testing.assert_array_equal(val.values, [0.7, 0.6, math.nan])


def test_thousands_commas_are_no_decimal_commas(tmp_path: Path) -> None:
    run = read(tmp_path, 'step,loss\n"1,000","2,345.5"\n"2,000","1,234.5"\n"10,000","999.5"\n')
    assert run.table.values("step").tolist() == [1000, 2000, 10000]
    assert run.table.values("loss").tolist() == [2345.5, 1234.5, 999.5]


def test_without_a_header_what_counts_is_x_and_the_rest_are_losses(tmp_path: Path) -> None:
    run = read(tmp_path, "1,0.5,7\n2,0.25,7\n3,0.125,7\n")
    assert [s.name for s in run.series] == ["column 2"]
    assert run.x == "step" if run.x == "step" else run.x == "column 1"


def test_one_column_of_numbers_is_a_loss(tmp_path: Path) -> None:
    run = read(tmp_path, "0.5\n0.25\n0.125\n", "losses.txt")
    assert run.table.values(run.series[0].name).tolist() == [0.5, 0.25, 0.125]
    assert run.x is None


def test_one_named_column_is_a_loss(tmp_path: Path) -> None:
    run = read(tmp_path, "loss\n0.5\n0.25\n0.125\n")
    assert [s.name for s in run.series] == ["loss"]


def test_skipped_lines_are_told_with_their_numbers(tmp_path: Path) -> None:
    run = read(tmp_path, "step,loss\n1,0.5\noops,wrong\n2,0.25\n3,0.1\nEnd of training\n")
    assert run.table.values("loss").tolist() == [0.5, 0.25, 0.1]
    assert run.warnings == [RunWarning(WarningKind.SKIPPED_LINES, 2, (3, 6))]
    assert "3, 6" in run.warnings[0].text


def test_a_lone_quote_at_the_end_of_a_cut_file_costs_nothing_before_it(tmp_path: Path) -> None:
    run = read(tmp_path, 'step\tloss\n1\t0.5\n2\t0.25\n3\t0.125\n      "')
    assert run.table.values("loss").tolist() == [0.5, 0.25, 0.125]


def test_repeated_and_empty_names_are_told_apart(tmp_path: Path) -> None:
    run = read(tmp_path, "step,loss,loss,\n1,0.5,0.6,7\n2,0.25,0.3,8\n")
    assert run.table.columns == ("step", "loss", "loss (2)", "column 4")
    assert [s.name for s in run.series] == ["loss", "loss (2)"]


def test_percent_accuracies_become_fractions(tmp_path: Path) -> None:
    run = read(tmp_path, "epoch,loss,train_acc,val_acc\n1,0.5,47.0,0.5\n2,0.25,98.5,0.6\n")
    assert run.table.values("accuracy").tolist() == [0.47, 0.985]
    assert run.table.values("val_accuracy").tolist() == [0.5, 0.6]


def test_a_step_that_starts_again_with_each_epoch_is_no_step(tmp_path: Path) -> None:
    rows = "".join(f"{e},{b},{1 / (1 + e + b)}\n" for e in range(3) for b in range(5))
    run = read(tmp_path, "epoch,step,loss\n" + rows)
    assert "step" not in run.table
    assert run.x is None
    assert run.marks() == []


def test_appended_runs_stay_one_or_are_split(tmp_path: Path) -> None:
    text = "epoch,loss\n" + "0,0.9\n1,0.5\n2,0.4\n" * 2
    run = read(tmp_path, text)
    assert (len(run.table), [mark.row for mark in run.marks()], run.x) == (6, [3], None)
    runs = open_log(tmp_path / "log.csv", ReadOptions(restarts=Restarts.SPLIT))
    assert [(len(r.table), r.x) for r in runs] == [(3, "epoch"), (3, "epoch")]
    assert runs[0].name != runs[1].name


def test_options_override_what_would_be_found(tmp_path: Path) -> None:
    text = "a;b;c\n1;2;3\n2;3;5\n3;4;4\n"
    options = ReadOptions(columns=("b", "c"), x="a", pairs=(("c", "b"),))
    run = read(tmp_path, text, options=options)
    assert [(s.name, s.partner) for s in run.series] == [("b", None), ("c", "b")]
    assert run.x == "a"
    assert read(tmp_path, text, options=ReadOptions(columns=("b",), x="row")).x is None
    headless = read(tmp_path, text, options=ReadOptions(has_header=False, columns=("column 2",)))
    assert len(headless.table) == 3
    with pytest.raises(LogError, match="wobble"):
        open_log(tmp_path / "log.csv", ReadOptions(columns=("wobble",)))


def test_five_hundred_columns(tmp_path: Path) -> None:
    names = [f"metric_{i}" for i in range(499)] + ["loss"]
    rows = "".join(",".join(str(i + j / 1000) for j in range(500)) + "\n" for i in range(5))
    run = read(tmp_path, ",".join(names) + "\n" + rows)
    assert len(run.table.columns) == 500
    assert run.table.values("loss").tolist() == [i + 0.499 for i in range(5)]


def test_a_bad_cell_far_down_costs_only_itself(tmp_path: Path) -> None:
    count = 2 * BLOCK_BYTES // 12
    steps = np.arange(count)
    lines = [f"{i},0.{i:06d}" for i in steps]
    lines[count - 10] = f"{count - 10},???"
    run = read(tmp_path, "step,loss\n" + "\n".join(lines) + "\n")
    assert len(run.table) == count
    assert run.table.count("loss") == count - 1
    np.testing.assert_array_equal(run.table.values("step"), steps)


def test_reading_can_be_called_off(tmp_path: Path) -> None:
    from engine.logs import Cancelled

    path = tmp_path / "log.csv"
    path.write_text("step,loss\n" + "1,0.5\n" * (3 * BLOCK_BYTES // 6))
    shares: list[float] = []
    with pytest.raises(Cancelled):
        open_log(path, progress=lambda share: shares.append(share) or share < 0.3)  # type: ignore[func-returns-value]
    assert shares == sorted(shares)
    assert shares[-1] < 1.0


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.lists(st.one_of(st.none(), st.floats(width=64)), min_size=3, max_size=40),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_what_is_written_is_read(
    values: list[float | None], delimiter: str, end: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("written") / "log.csv"
    rows = [f"{i}{delimiter}{'' if v is None else repr(v)}" for i, v in enumerate(values)]
    path.write_bytes((f"step{delimiter}loss{end}" + end.join(rows) + end).encode())
    given_values = [v for v in values if v is not None]
    if not given_values:
        with pytest.raises(LogError):
            open_log(path)
        return
    (run,) = open_log(path)
    series = run.table.series("loss")
    assert series.rows.tolist() == [i for i, v in enumerate(values) if v is not None]
    np.testing.assert_array_equal(series.values, given_values)
