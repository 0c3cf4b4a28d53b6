"""Frozen classes behave as those of the standard decorator do."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from collections.abc import Mapping
from dataclasses import field
from functools import cached_property

import pytest

from engine import values


class Plain:
    """Fields with and without defaults."""

    row: int
    name: str = "loss"
    found: Mapping[str, float] = field(default_factory=dict)


class Partial:
    """Fields that do not compare and that do not show."""

    row: int
    note: str = field(default="", compare=False)
    key: str = field(default="", repr=False)


class Checked:
    """What is given is made fit."""

    share: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "share", min(self.share, 1.0))

    @cached_property
    def twice(self) -> float:
        return 2 * self.share


class Empty:
    """No field."""


def both(cls: type, **words: bool) -> list[type]:
    """The same class as the standard decorator makes it, and as ours does."""
    body = {name: value for name, value in vars(cls).items() if name not in ("__dict__", "__weakref__")}
    decorators = (dataclasses.dataclass, values.dataclass)
    return [decorator(frozen=True, **words)(type(cls.__name__, (), dict(body))) for decorator in decorators]


GIVEN = [
    (Plain, (3,), {}),
    (Plain, (4, "other"), {}),
    (Plain, (3,), {"name": "loss"}),
    (Plain, (3, "a", {"x": 1.0}), {}),
    (Partial, (3,), {"note": "one"}),
    (Partial, (3, "two", "k"), {}),
    (Checked, (0.5,), {}),
    (Checked, (7.0,), {}),
    (Empty, (), {}),
]


def hash_of(value: object) -> object:
    try:
        return hash(value)
    except TypeError as error:
        return str(error)


@pytest.mark.parametrize(("cls", "args", "words"), GIVEN)
def test_what_is_made_shows_compares_hashes_and_is_replaced_as_a_standard_one(cls, args, words):
    theirs, ours = (kind(*args, **words) for kind in both(cls))
    assert repr(ours).split("(", 1)[1] == repr(theirs).split("(", 1)[1]
    assert hash_of(ours) == hash_of(theirs)
    assert dataclasses.asdict(ours) == dataclasses.asdict(theirs)
    assert [f.name for f in dataclasses.fields(ours)] == [f.name for f in dataclasses.fields(theirs)]
    assert copy.copy(ours) == ours and dataclasses.replace(ours) == ours and ours != theirs
    if dataclasses.fields(ours):
        first = dataclasses.fields(ours)[0].name
        assert dataclasses.asdict(dataclasses.replace(ours, **{first: 0})) == dataclasses.asdict(
            dataclasses.replace(theirs, **{first: 0})
        )


@pytest.mark.parametrize(("cls", "args", "words"), GIVEN)
@pytest.mark.parametrize(("other", "others", "more"), GIVEN)
def test_two_are_equal_where_two_standard_ones_are(cls, args, words, other, others, more):
    alike = []
    for one, second in zip(both(cls), both(other), strict=True):
        second = one if other is cls else second
        alike.append(one(*args, **words) == second(*others, **more))
    assert alike[0] == alike[1]


@pytest.mark.parametrize(("cls", "args", "words"), GIVEN)
@pytest.mark.parametrize("name", ["row", "share", "name", "no_such_field"])
def test_nothing_is_set_or_deleted_later(cls, args, words, name):
    for kind in both(cls):
        made = kind(*args, **words)
        before = dict(vars(made))
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(made, name, 1)
        with pytest.raises(dataclasses.FrozenInstanceError):
            delattr(made, name)
        assert vars(made) == before


@pytest.mark.parametrize("args", [(), (1, "a", {}, 4), (1, "a", {}, 4, 5)])
def test_wrong_arguments_are_refused_alike(args):
    texts = []
    for kind in both(Plain):
        with pytest.raises(TypeError) as error:
            kind(*args)
        texts.append(str(error.value))
    assert texts[0] == texts[1]


def test_what_is_computed_once_is_kept():
    for kind in both(Checked):
        made = kind(0.25)
        assert made.twice == 0.5 and vars(made)["twice"] == 0.5


def test_without_eq_only_the_same_one_is_equal():
    for kind in both(Plain, eq=False):
        made = kind(3)
        assert made == made and made != kind(3) and len({made, kind(3)}) == 2


@values.dataclass(frozen=True)
class Sent:
    """One that other processes know."""

    row: int


@values.dataclass(frozen=True)
class SentOn(Sent):
    """With one field more."""

    name: str = ""


def test_it_travels_to_other_processes_and_may_be_derived_from():
    for made in (Sent(3), SentOn(3, "x")):
        assert pickle.loads(pickle.dumps(made)) == made
    assert SentOn(3) != Sent(3) and repr(SentOn(3, "x")) == "SentOn(row=3, name='x')"
    with pytest.raises(dataclasses.FrozenInstanceError):
        SentOn(3).row = 4


def test_one_that_would_change_or_has_a_method_of_its_own_is_refused():
    with pytest.raises(TypeError, match="standard decorator"):
        values.dataclass(frozen=False)
    with pytest.raises(TypeError, match="__eq__"):

        @values.dataclass(frozen=True)
        class Own:
            """Compares in its own way."""

            def __eq__(self, other: object) -> bool:
                return True

    with pytest.raises(TypeError, match="not given"):

        @values.dataclass(frozen=True)
        class Counted:
            """Has a field that nobody gives."""

            row: int = field(default=3, init=False)


def test_one_that_holds_itself_is_shown():
    made = both(Plain)[1](1, "a", {})
    made.found["self"] = made
    assert "..." in repr(made)
