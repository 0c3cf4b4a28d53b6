"""A watched run that says its end is judged to its end, as it would be when it is opened anew."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from engine.judging import judge
from engine.logs.reading import open_log
from gui.threads.following import Followed

HEAD = {"overshoot": 1, "name": "run", "optimizers": []}
DONE = {"end": "complete"}


def losses() -> list[float]:
    """Losses that jump at row 120 and swing back: two spikes of one rise while they come, one rise at their end."""
    rows = np.arange(220)
    falling = np.exp(-rows / 40) + 0.02 * np.random.default_rng(0).random(220)
    return (falling + np.where(rows >= 121, 1.2 + 900 * np.exp(-(rows - 121) / 3), 0)).tolist()


def block(start: int, values: list[float]) -> dict[str, object]:
    return {"rows": {"step": list(range(start + 1, start + 1 + len(values))), "loss": values}}


def add(path: Path, *items: object) -> None:
    with path.open("a") as stream:
        stream.writelines(json.dumps(item) + "\n" for item in items)


def shown(followed: Followed) -> list[tuple[str, int, bool]]:
    return [(str(event.kind), event.start, event.is_listed) for event in followed.detect()[0].events]


def whole(path: Path) -> list[tuple[str, int, bool]]:
    return [(str(event.kind), event.start, event.is_listed) for event in judge(open_log(path)[0]).events]


def test_a_run_that_ended_is_judged_to_its_end(tmp_path: Path) -> None:
    path, values = tmp_path / "run.jsonl", losses()
    add(path, HEAD, block(0, values[:100]))
    followed = Followed(path, None)
    assert shown(followed) == []
    add(path, block(100, values[100:]))
    assert followed.poll()
    assert shown(followed) != whole(path)  # what only the end shows is not there
    add(path, DONE)
    assert followed.poll()  # nothing but the end came
    assert shown(followed) == whole(path)
    assert not followed.poll()
    assert shown(followed) == whole(path)


def test_a_run_that_goes_on_after_its_end_is_judged_anew(tmp_path: Path) -> None:
    path, values = tmp_path / "run.jsonl", losses()
    add(path, HEAD, block(0, values[:100]), DONE)
    followed = Followed(path, None)
    assert shown(followed) == whole(path)
    add(path, block(100, values[100:160]))
    assert followed.poll()
    assert not followed.follower.is_over
    shown(followed)
    add(path, block(160, values[160:]), DONE)
    assert followed.poll()
    assert shown(followed) == whole(path)


def test_a_run_that_ends_twice_between_two_looks_is_judged_to_its_last_end(tmp_path: Path) -> None:
    path, values = tmp_path / "run.jsonl", losses()
    add(path, HEAD, block(0, values[:100]), DONE)
    followed = Followed(path, None)
    shown(followed)
    add(path, block(100, values[100:]), DONE)
    assert followed.poll()
    assert shown(followed) == whole(path)
