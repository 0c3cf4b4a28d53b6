"""Adding a thing is adding a file, and two things cannot share a name."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from engine.detectors.base import Detector
from engine.detectors.watch import all_detectors
from engine.discovery import discover

TOY = """
from engine.detectors.base import Detector
from engine.events import EventKind, Severity


class {cls}(Detector):
    name = "{name}"
    kinds = (EventKind.SPIKE,)
    about = "a toy"

    def read(self, block):
        self.report(EventKind.SPIKE, block.rows[0], block.rows[-1], Severity.INFO, 0.5, {{}})
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    root = tmp_path / f"toys_{tmp_path.name.replace('-', '_')}"
    root.mkdir()
    (root / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    yield root
    for name in [m for m in sys.modules if m.split(".")[0] == root.name]:
        del sys.modules[name]


def test_a_new_file_is_found(package: Path) -> None:
    (package / "toy.py").write_text(TOY.format(cls="Toy", name="toy"))
    assert list(discover(package.name, Detector)) == ["toy"]


def test_two_files_with_one_name_are_refused(package: Path) -> None:
    (package / "first.py").write_text(TOY.format(cls="First", name="toy"))
    (package / "second.py").write_text(TOY.format(cls="Second", name="toy"))
    with pytest.raises(TypeError, match="toy"):
        discover(package.name, Detector)


def test_a_class_without_a_name_is_refused(package: Path) -> None:
    (package / "first.py").write_text(TOY.format(cls="First", name=""))
    with pytest.raises(TypeError, match="no name"):
        discover(package.name, Detector)


def test_every_detector_is_named_after_its_file() -> None:
    for name, kind in all_detectors().items():
        assert kind.__module__.rsplit(".", 1)[1] == name
