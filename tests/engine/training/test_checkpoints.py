"""The ring of checkpoints: dense near now, sparse far back, under its budget; files that are no checkpoint."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
import torch

from engine.tasks.settings import SettingError
from engine.training import devices
from engine.training.checkpoints import Checkpoint, CheckpointError
from engine.training.rewinding import CheckpointKeeper, CheckpointRing
from engine.training.session import TrainingSession
from tests.engine.training.rows import trained


@pytest.fixture(scope="module")
def checkpoint() -> Checkpoint:
    return trained("explosion", 3).checkpoint()


def _filled(checkpoint: Checkpoint, count: int, room_for: int) -> CheckpointRing:
    ring = CheckpointRing(budget_bytes=room_for * checkpoint.size_bytes)
    for step in range(count):
        ring.add(replace(checkpoint, step=step))
    return ring


def test_everything_is_kept_while_there_is_room(checkpoint: Checkpoint) -> None:
    assert _filled(checkpoint, 10, 10).steps == tuple(range(10))


def test_gaps_grow_with_the_distance_from_now(checkpoint: Checkpoint) -> None:
    ring = _filled(checkpoint, 2000, 30)
    steps = ring.steps
    gaps = [later - earlier for earlier, later in pairwise(steps)]
    assert len(ring) == 30
    assert (steps[0], steps[-1]) == (0, 1999)
    assert gaps[-5:] == [1] * 5
    assert max(gaps[:5]) > 100
    assert all(gap <= max(1, 1999 - step) for gap, step in zip(gaps, steps, strict=False))


def test_the_latest_that_is_old_enough_is_found(checkpoint: Checkpoint) -> None:
    ring = _filled(checkpoint, 5, 10)
    found = ring.at_or_before(3)
    assert found is not None
    assert found.step == 3
    assert ring.at_or_before(-1) is None


def test_a_checkpoint_does_not_change_when_the_run_goes_on() -> None:
    session = trained("late-rise", 5)
    session.loop.max_steps = 10
    checkpoint = session.checkpoint()
    before = checkpoint.state["model"]["readout.weight"].clone()
    for _row in range(3):
        next(session)
    assert torch.equal(before, checkpoint.state["model"]["readout.weight"])
    assert not torch.equal(before, session.task.model.readout.weight)


@pytest.mark.parametrize("content", [b"", b"not a checkpoint", b"PK\x03\x04" + b"\0" * 50])
def test_another_file_is_refused(content: bytes, tmp_path) -> None:
    path = tmp_path / "some file.pt"
    path.write_bytes(content)
    with pytest.raises(CheckpointError, match="some file"):
        Checkpoint.load(path)


def test_bytes_and_files_hold_the_same(checkpoint: Checkpoint, tmp_path) -> None:
    checkpoint.save(tmp_path / "one.pt")
    for loaded in (Checkpoint.load(tmp_path / "one.pt"), Checkpoint.from_bytes(checkpoint.to_bytes())):
        assert (loaded.step, loaded.settings, loaded.probes) == (3, checkpoint.settings, checkpoint.probes)
        assert torch.equal(loaded.state["model"]["weight"], checkpoint.state["model"]["weight"])
    with pytest.raises(CheckpointError):
        Checkpoint.from_bytes(b"other")


def test_a_device_that_is_not_there_is_refused_with_those_that_are() -> None:
    assert devices.available()[0] == "cpu"
    with pytest.raises(SettingError, match="cpu"):
        TrainingSession("explosion", device="abacus")


def test_a_pickle_is_not_executed(tmp_path) -> None:
    path = tmp_path / "hostile.pt"
    torch.save({"scenario": _Hostile(str(tmp_path / "owned"))}, path)
    with pytest.raises(CheckpointError):
        Checkpoint.load(path)
    assert not (tmp_path / "owned").exists()


class _Hostile:
    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self):
        return open, (self.path, "w")


class _Slow:
    """A session whose checkpoints cost a known time, on a clock of its own: a busy machine changes nothing."""

    def __init__(self, checkpoint: Checkpoint, seconds: float) -> None:
        self._checkpoint, self._seconds, self.step, self.now = checkpoint, seconds, 0, 0.0

    def perf_counter(self) -> float:
        return self.now

    def checkpoint(self) -> Checkpoint:
        self.now += self._seconds
        return replace(self._checkpoint, step=self.step)


def test_a_keeper_spends_at_most_its_share_and_keeps_the_first(
    checkpoint: Checkpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, keeper = _Slow(checkpoint, 0.002), CheckpointKeeper(CheckpointRing(), share=0.01)
    monkeypatch.setattr("engine.training.rewinding.time", session)
    for step in range(0, 5001, 50):
        session.step = step
        keeper.take_if_due(session, trained_seconds=step * 1e-4)  # type: ignore[arg-type]
    assert keeper.ring.steps[0] == 0
    assert len(keeper.ring) > 1
    assert keeper.spent <= 0.01 * 0.5 + 0.002  # the last one may exceed the share by what it cost itself


def test_a_short_run_has_more_than_its_first_checkpoint(
    checkpoint: Checkpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, keeper = _Slow(checkpoint, 0.001), CheckpointKeeper(CheckpointRing(), share=0.01)
    monkeypatch.setattr("engine.training.rewinding.time", session)
    for session.step in range(61):
        keeper.take_if_due(session, trained_seconds=session.step * 1e-4)  # type: ignore[arg-type]
    assert keeper.ring.steps == (0, 50)


def test_a_keeper_keeps_the_spacing(checkpoint: Checkpoint) -> None:
    session, keeper = _Slow(checkpoint, 0.0), CheckpointKeeper(CheckpointRing(), spacing=50)
    for step in range(0, 301, 10):
        session.step = step
        keeper.take_if_due(session, trained_seconds=1e3)  # type: ignore[arg-type]
    assert keeper.ring.steps == (0, 50, 100, 150, 200, 250, 300)
