"""Every symbol and term of a cause or remedy is explained where it stands, in each language."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from engine.diagnosis.declared import known_causes
from engine.diagnosis.remedies import REMEDIES
from engine.events import EventKind
from engine.i18n import _, languages, set_language
from gui.events.cards.card import EventCard
from gui.events.cards.terms import TERMS, explained
from tests.engine.diagnosis.builders import make_event, make_run


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    yield
    set_language("en")


def texts() -> list[str]:
    """What the cards say of causes and remedies."""
    found = [text for cause in known_causes().values() for text in (cause.text, cause.confirm, cause.refute)]
    for remedy in REMEDIES.values():
        found += [remedy.text, remedy.text_with_values, remedy.watch]
    return [text for text in found if text]


def told(text: str) -> set[int]:
    """The places of the terms that are explained."""
    lines = explained(text).splitlines()
    return {place for place, (_term, meaning) in enumerate(TERMS) if _(meaning) in lines}


@pytest.mark.parametrize("code", languages())
def test_a_term_is_found_in_each_language(code: str) -> None:
    missed = []
    for text in texts():
        set_language("en")
        wanted = told(text)
        set_language(code)
        missed += [(TERMS[place][0], _(text)) for place in wanted - told(_(text))]
    assert missed == []


def test_the_terms_of_causes_and_remedies_are_used() -> None:
    used = set().union(*(told(text) for text in texts()))
    unused = {term for place, (term, _meaning) in enumerate(TERMS) if place not in used}
    assert unused == {"η", "p ="}  # of stories and verdicts


GREEK = "αβγδεζηθικλμνξπρστυφχψω√"


@pytest.mark.parametrize("text", texts())
def test_no_symbol_stands_without_a_meaning(text: str) -> None:
    meant = explained(text)
    assert all(letter in meant for letter in text if letter in GREEK)


def test_a_card_explains_the_terms_where_they_stand(qtbot: QtBot) -> None:
    card = EventCard(make_event(EventKind.DIVERGED), make_run(), ())
    qtbot.addWidget(card)
    card.set_open(True)
    shown = [part for part in card.findChildren(QLabel) if explained(part.text())]
    assert any(part.text() == card._cause.text() for part in shown)
    assert len(shown) > 2
    for part in shown:
        assert part.toolTip().endswith(explained(part.text()))
