"""Labels never overlap and none is lost; axes have round ticks and move in steps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.plots.axes.scaling import robust_limits, stepped, stepped_end
from gui.plots.axes.ticks import linear_ticks, log_ticks, tick_text
from gui.plots.labels.label_layout import GAP, LabelRequest, place

WISHES = st.lists(
    st.builds(lambda x, width, rank: (x, width, rank), st.floats(-50, 1500), st.floats(20, 400), st.integers(0, 300)),
    max_size=40,
).map(lambda requests: [LabelRequest(str(i), *wish) for i, wish in enumerate(requests)])


@given(WISHES, st.floats(100, 1400), st.integers(1, 4))
def test_labels_never_overlap_and_each_event_is_in_exactly_one(requests, width: float, rows: int) -> None:
    placed = place(requests, width, rows, fold_width=40.0)
    assert sorted(key for p in placed for key in p.keys) == sorted(wish.key for wish in requests)
    for i, a in enumerate(placed):
        assert a.left >= 0 and a.left + a.width <= width + 1e-6
        assert 0 <= a.row < rows
        for b in placed[i + 1 :]:
            is_apart = a.left + a.width <= b.left - GAP + 1e-6 or b.left + b.width <= a.left - GAP + 1e-6
            assert a.row != b.row or is_apart


def test_the_important_label_keeps_its_place_and_the_rest_folds() -> None:
    requests = [LabelRequest(f"spike {i}", 100.0 + i, 80.0) for i in range(5)] + [
        LabelRequest("diverged", 100.0, 80.0, rank=20)
    ]
    placed = place(requests, 400.0, 2, fold_width=30.0)
    assert placed[0].keys == ("diverged",)
    fold = next(p for p in placed if p.is_fold)
    assert len(fold.keys) == 5
    assert fold.row == 1


@given(st.floats(-1e4, 1e4), st.floats(1e-6, 1e9), st.integers(2, 12))
def test_linear_ticks_lie_inside_evenly_and_have_texts_of_their_own(spans: float, span: float, most: int) -> None:
    low = spans * span
    ticks, step = linear_ticks(low, low + span, most)
    assert len(ticks) <= most + 1
    assert (ticks >= low - step * 1e-6).all() and (ticks <= low + span + step * 1e-6).all()
    assert len({tick_text(float(tick), step) for tick in ticks}) == len(ticks)


@given(st.floats(-12, 6), st.floats(0.05, 14), st.integers(3, 12))
def test_log_ticks_lie_inside_and_grow(low: float, span: float, most: int) -> None:
    ticks = log_ticks(low, low + span, most)
    assert len(ticks) >= 1
    assert (np.diff(ticks) > 0).all()
    assert ticks[0] >= low - 1e-6 and ticks[-1] <= low + span + 1e-6


def test_lone_outliers_are_left_out_but_a_steep_start_is_not() -> None:
    calm = 1 + 0.1 * np.sin(np.arange(2000))
    spiky = calm.copy()
    spiky[[100, 700, 1500]] = 80.0
    assert robust_limits(spiky) == pytest.approx((0.9, 1.1), abs=1e-3)
    assert robust_limits(spiky, is_robust=False) == pytest.approx((0.9, 80.0), abs=1e-3)
    start = 0.1 + 20 * np.exp(-np.arange(2000) / 40)
    assert robust_limits(start)[1] == start[0]


def test_axes_of_a_live_run_move_in_few_steps() -> None:
    shown: tuple[float, float] | None = None
    ends, limits = set(), set()
    for step in range(10, 5000):
        ends.add(stepped_end(float(step)))
        shown = stepped(0.0, 0.01 * step, shown)
        assert shown[0] <= 0.0 and shown[1] >= 0.01 * step - 1e-9
        limits.add(shown)
    assert len(ends) < 60
    assert len(limits) < 60
