"""A watched run that says its end is judged to its end, as it would be when it is opened anew."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engine.judging import judge
from engine.logs.reading import open_log
from gui.threads import following
from gui.threads.following import Followed, _Follower, stamp_of

HEAD = {"overshoot": 1, "name": "run", "optimizers": []}
HERE = {**HEAD, "host": platform.node(), "process": os.getpid()}
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


def ended_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


@pytest.mark.parametrize("way", ["its process is gone", "it rests", "it goes on"])
def test_a_run_that_nobody_writes_any_more_is_judged_to_its_end(
    way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, values = tmp_path / "run.jsonl", losses()
    is_gone = way == "its process is gone"
    add(path, {**HERE, "process": ended_process() if is_gone else os.getpid()}, block(0, values[:100]))
    followed = Followed(path, None)
    shown(followed)
    add(path, block(100, values[100:]))
    assert followed.poll()
    assert shown(followed) != whole(path)
    if way == "it rests":
        monkeypatch.setattr(following, "LIVE_SECONDS", -1)
    assert followed.poll() is (way != "it goes on")
    assert (shown(followed) == whole(path)) is (way != "it goes on")
    assert followed.follower.runs[0].ending == ("" if is_gone else None)
    assert not followed.poll()  # said once
    add(path, block(220, values[100:200]))
    assert followed.poll()
    assert followed.follower.runs[0].ending is None
    shown(followed)
    followed.poll()
    assert (shown(followed) == whole(path)) is (way != "it goes on")


def test_the_ranks_of_a_run_are_judged_to_their_ends(tmp_path: Path) -> None:
    files, values = [tmp_path / "run.jsonl", tmp_path / "run.1.jsonl"], losses()
    for file in files:
        add(file, HERE, block(0, values[:100]))
    followed = Followed(tmp_path, None)
    followed.detect()
    for file in files:
        add(file, block(100, values[100:]))
    assert followed.poll()
    followed.detect()
    for file in files:
        add(file, DONE)
    while followed.poll():
        followed.detect()
    found = [[(str(e.kind), e.start, e.is_listed) for e in snapshot.events] for snapshot in followed.detect()]
    assert found == [whole(file) for file in files]


@pytest.mark.parametrize("end", ["complete", "exception: ValueError: too large"])
def test_what_ended_a_run_is_known_after_its_folder_is_gone(tmp_path: Path, end: str) -> None:
    path = tmp_path / "run" / "run.jsonl"
    path.parent.mkdir()
    add(path, HERE, block(0, losses()[:100]))
    followed = Followed(path, None)
    assert followed.follower.runs[0].ending is None
    add(path, {"end": end})
    assert followed.poll()
    shutil.rmtree(path.parent)
    assert not followed.poll()
    assert followed.follower.runs[0].ending == end.removeprefix("complete").removeprefix("exception: ")


def test_a_log_that_was_read_again_goes_on_as_what_was_read(tmp_path: Path) -> None:
    path, values = tmp_path / "run.jsonl", losses()
    add(path, HERE, block(0, values[:50]))
    follower, came = _Follower(), []
    follower.replaced.connect(lambda news: came.extend(len(log.runs[0].table) for log in news))
    first = {path: stamp_of(path)}
    follower.watch({path: None}, first)
    add(path, block(50, values[50:60]))
    follower.poll()
    follower.watch({path: None}, first)  # as the window says before it knows of what was read
    follower.poll()
    follower.watch({path: None}, {path: None})  # what the follower has read is shown
    add(path, block(60, values[60:80]))
    follower.poll()
    assert came == [60]
    follower.watch({path: None}, {path: stamp_of(path)})  # what was read just now is
    follower.poll()
    assert came == [60]
    add(path, block(80, values[80:100]))
    follower.poll()
    assert came == [60, 100]


@pytest.mark.parametrize("is_followed", [False, True])
def test_what_grew_while_nothing_was_followed_is_caught_up(tmp_path: Path, is_followed: bool) -> None:
    path, values = tmp_path / "run.jsonl", losses()
    add(path, HERE, block(0, values[:50]))
    follower = _Follower()
    came: list[int] = []
    follower.replaced.connect(lambda news: came.extend(len(log.runs[0].table) for log in news))
    follower.events_found.connect(lambda snapshot: came.append(len(snapshot.run.table)))
    stamps = {path: stamp_of(path)}
    if is_followed:
        follower.watch({path: None}, stamps)
        add(path, block(50, values[50:60]))
        follower.poll()
        stamps = {path: None}
        came.clear()
    follower.rest()
    add(path, block(60, values[60:100]), DONE)
    follower.poll()
    assert came == []
    follower.watch({path: None}, stamps)
    follower.poll()
    assert set(came) == {100 if is_followed else 90}


def test_logs_that_grow_at_once_are_told_at_once(tmp_path: Path) -> None:
    paths = [tmp_path / name / "run.jsonl" for name in "abcd"]
    follower = _Follower()
    told: list[object] = []
    follower.replaced.connect(lambda news: told.append([log.path for log in news]))
    follower.events_found.connect(lambda snapshot: told.append(snapshot.run.origin.path))
    follower.grew.connect(lambda: told.append("grew"))
    for path in paths:
        path.parent.mkdir()
        add(path, HERE, block(0, losses()[:50]))
    follower.watch(dict.fromkeys(paths), {path: stamp_of(path) for path in paths})
    for path in paths[1:]:
        add(path, block(50, losses()[50:60]))
    follower.poll()
    assert told == [paths[1:], *paths[1:]]  # the rows of all come before the first is judged
    told.clear()
    for path in paths[1:]:
        add(path, DONE)
    follower.poll()
    assert told == [*paths[1:], "grew"]
    told.clear()
    follower.poll()
    assert told == []
