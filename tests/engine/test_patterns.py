"""A pattern that is compiled at its first use behaves as a compiled one."""

from __future__ import annotations

import re

import pytest

from engine.patterns import pattern


def test_it_is_compiled_only_when_it_is_used() -> None:
    broken = pattern("(")
    with pytest.raises(re.error):
        broken.match("")


def test_it_does_what_the_compiled_one_does() -> None:
    lazy, compiled = pattern(r"(\w)=(\d+)", re.IGNORECASE), re.compile(r"(\w)=(\d+)", re.IGNORECASE)
    text = "a=1 B=22"
    for _time in range(2):
        assert lazy.findall(text) == compiled.findall(text)
        assert lazy.sub("x", text) == compiled.sub("x", text)
        assert (found := lazy.search(text)) is not None and found.span() == (0, 3)
    assert (lazy.pattern, lazy.flags, lazy.groups) == (compiled.pattern, compiled.flags, compiled.groups)
