"""In every language the cards of events and probes need no more width than the panel has at 1280×720."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from engine.events import EventKind
from engine.i18n import languages
from engine.probes.base import Probe, all_probes
from engine.probes.status import Latest, ProbeStatus, latest
from engine.scenarios.base import all_scenarios
from gui.events.cards.card import EventCard
from gui.look.controls import Link
from gui.look.language import switch_language
from gui.look.theme import ThemeKeeper
from gui.training.probes.row import ProbeRow
from gui.window.main_window import MainWindow
from tests.engine.diagnosis.builders import make_event, make_run

CARD_WIDTH = 302  # in a panel of 336 with its margins and scroll bar
LAYERS = ("conv1", "linear7")


@pytest.fixture(params=languages())
def spoken(request: pytest.FixtureRequest, themes: ThemeKeeper) -> Iterator[str]:
    yield switch_language(request.param)
    switch_language("en")


def readings() -> dict[str, np.ndarray]:
    """A long number in every column that a probe can write."""
    names = [quantity.column for probe in all_probes().values() for quantity in probe.quantities]
    columns = [name.replace("*", layer) for name in names for layer in (LAYERS if "*" in name else ("",))]
    return {name: np.full(200, -4.321e-17) for name in columns}


def needed(widget: QWidget, qtbot: QtBot) -> int:
    qtbot.addWidget(widget)
    widget.setFixedWidth(CARD_WIDTH)
    widget.show()
    QApplication.processEvents()
    return widget.minimumSizeHint().width()


@pytest.mark.parametrize("kind", EventKind)
def test_an_open_card_with_every_reading(kind: EventKind, spoken: str, qtbot: QtBot) -> None:
    run = make_run(None, {"optimizer": "adam", "lr": 1e-3}, **readings())
    event = make_event(kind, growth_factor=4.7, sharpness_limit_factor=1.6, grad_factor=3.0, update_ceiling_share=0.9)
    card = EventCard(event, run, [event])
    card.set_open(True)
    assert needed(card, qtbot) <= CARD_WIDTH


@pytest.mark.parametrize("probe", all_probes().values(), ids=all_probes())
@pytest.mark.parametrize("share", [None, 0.1234])
def test_a_probe_with_its_readings(probe: type[Probe], share: float | None, spoken: str, qtbot: QtBot) -> None:
    row = ProbeRow(probe)
    found: tuple[Latest, ...] = latest(probe, make_run(None, None, **readings()).table)
    assert found
    row.show_state(ProbeStatus(probe.name, share is not None, 1000, share=share), found, ())
    assert needed(row, qtbot) <= CARD_WIDTH


def test_a_link_that_has_no_room_ends_in_an_ellipsis_and_says_all_of_it_when_asked(qtbot: QtBot) -> None:
    link = Link("Plot " + 30 * "long ", "formula")
    assert link.minimumSizeHint().width() < 100 < link.sizeHint().width()
    assert link.toolTip() == link.text() + "\n\nformula"
    qtbot.addWidget(link)
    link.setFixedWidth(100)
    assert not link.grab().isNull()


def test_no_empty_stretch_follows_the_last_text_of_a_story(window: MainWindow, spoken: str, qtbot: QtBot) -> None:
    window.resize(1280, 720)
    window.inside._tabs.setCurrentIndex(1)
    for name in all_scenarios():
        window.scenarios.choose(name)
        qtbot.waitUntil(lambda: is_as_high_as_its_texts(window.story))


def is_as_high_as_its_texts(area: QScrollArea) -> bool:
    """Or as the view, where that is higher; and no text is squeezed."""
    page = area.widget()
    needed = max(page.heightForWidth(page.width()), area.viewport().height())
    return page.height() == needed and all(
        text.height() >= text.heightForWidth(text.width()) for text in page.findChildren(QLabel)
    )
