"""Answers that were kept are asked for again once the code or the fit has changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.faultlab.measure import _version


@pytest.mark.parametrize("changed", ["engine/deep/rule.py", "resources/fitted/causes.safetensors"])
def test_another_code_or_fit_is_another_version(tmp_path: Path, changed: str) -> None:
    for name in ("engine/deep/rule.py", "resources/fitted/causes.safetensors", "docs/page.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"1")
    before = _version(tmp_path)
    (tmp_path / "docs/page.md").write_bytes(b"2")
    assert _version(tmp_path) == before
    (tmp_path / changed).write_bytes(b"2")
    assert _version(tmp_path) != before
