"""The targets of fuzzing make each input of its number alone, and take or refuse what they are given."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.logs import LogError, ReadOptions
from engine.logs.formats.overshoot_run import OvershootRun
from engine.logs.memory import MemorySource
from engine.logs.reading import runs_of
from tools.fuzz import targets
from tools.fuzz.targets import OTHERS, target_of

NAMES = ("text_log", "columnar", *OTHERS)


@pytest.fixture(autouse=True)
def nothing_stays_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.library import exchange
    from engine.logs.formats import columnar

    for module in (exchange, columnar):
        monkeypatch.setattr(module, "frame_apart", module.frame_apart)


@pytest.mark.parametrize("name", NAMES)
def test_a_target_makes_its_inputs_again_and_takes_them(tmp_path: Path, name: str) -> None:
    target = target_of(name, tmp_path)
    made = [target.make(number) for number in range(40)]
    assert made == [target.make(number) for number in range(40)]
    assert len(set(made)) > 20
    for number in range(40):
        target.take(target.make(number))


def test_the_names_of_targets_differ() -> None:
    names = targets.names()
    assert len(set(names)) == len(names) > len(OTHERS)


def test_a_watched_run_without_steps_is_refused() -> None:
    lines = '{"overshoot": 1, "name": "a"}\n{"stop": [1, 2], "loss": [[1], [0.5]]}\n'
    with pytest.raises(LogError, match=r"run\.jsonl"):
        runs_of(MemorySource("run.jsonl", lines.encode()), OvershootRun(), ReadOptions())
