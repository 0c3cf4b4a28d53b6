"""Recordings are kept until what they are made from changes."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

import pytest

from tools.judging import kept as module
from tools.judging.kept import kept


def test_a_recording_is_made_once_and_again_when_a_file_of_the_folder_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FOLDER", tmp_path / "kept")
    labels = tmp_path / "corpus" / "labels.csv"
    labels.parent.mkdir()
    labels.write_text("id\n")
    made: list[MappingProxyType[str, int]] = []

    def make() -> MappingProxyType[str, int]:
        made.append(MappingProxyType({"times": len(made)}))
        return made[-1]

    assert dict(kept("scored", [labels.parent], make)) == dict(kept("scored", [labels.parent], make)) == {"times": 0}
    labels.write_text("id\n1\n")
    assert dict(kept("scored", [labels.parent], make)) == {"times": 1}
    assert len(list((tmp_path / "kept").iterdir())) == 1  # of what is out of date nothing is left
