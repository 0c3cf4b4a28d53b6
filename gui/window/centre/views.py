"""Views of the centre: the curve, the landscape and the data of a training, side by side where there is room."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QStackedWidget, QTabBar, QWidget

from engine.i18n import _
from engine.scenarios.base import all_scenarios
from gui.look.language import keep_translated
from gui.plots.stack import PlotStack
from gui.shell.actions import Actions

CURVE, LANDSCAPE, DATA = "curve", "landscape", "data"
VIEWS = (CURVE, LANDSCAPE, DATA)
WIDE = 960  # pixels; from here on the curve stays beside another view
CURVE_SHARE = 0.56


class Views(QObject):
    """Chooses what is shown above the timeline.

    Parameters
    ----------
    make : mapping of str to callable
        Creates the widget of a view other than the curve when it is first shown.


    Signals
    -------
    chosen : the person has chosen a view
    """

    chosen = Signal()

    def __init__(
        self, stack: PlotStack, actions: Actions, make: Mapping[str, Callable[[], QWidget]], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._stack, self._actions, self._make = stack, actions, make
        self._made: dict[str, QWidget] = {}
        self.shown = self._declared = CURVE
        self._is_training = self._is_by_hand = False
        self.bar = QTabBar()
        self.bar.setDocumentMode(True)
        self.bar.setDrawBase(False)
        self.bar.setExpanding(False)
        for _view in VIEWS:
            self.bar.addTab("")
        self._beside = QStackedWidget()
        stack.body.addWidget(self._beside)
        self._beside.hide()
        self.bar.tabBarClicked.connect(lambda place: self._choose(VIEWS[place]) if place >= 0 else None)
        self.bar.currentChanged.connect(lambda place: self.show(VIEWS[place]))
        for view in VIEWS:
            actions[f"view_{view}"].triggered.connect(lambda _on=False, view=view: self._choose(view))
        stack.installEventFilter(self)
        keep_translated(self.retranslate)
        self.show_choice(False)

    def retranslate(self) -> None:
        """Set all texts in the current language."""
        for place, text in enumerate((_("Curve"), _("Landscape"), _("Data"))):
            self.bar.setTabText(place, text)
        self.bar.setAccessibleName(_("Views of the training"))

    @property
    def is_wide(self) -> bool:
        """Whether the curve has room beside another view."""
        return self._stack.width() >= WIDE

    def show_choice(self, is_training: bool) -> None:
        """Offer the views, which only a training has."""
        self._is_training = is_training
        self.bar.setVisible(is_training)
        for view in VIEWS:
            self._actions[f"view_{view}"].setEnabled(is_training)
        self._arrange()

    def _choose(self, view: str) -> None:
        self._is_by_hand = True
        self.show(view)
        self.chosen.emit()

    def show_scenario(self, name: str) -> None:
        """Show what a demo declares beside its curve, where there is room and the person has chosen nothing."""
        self._declared = all_scenarios()[name].view
        self._show_declared()

    def _show_declared(self) -> None:
        if not self._is_by_hand and (self.is_wide or self._declared == CURVE):
            self.show(self._declared)

    def show(self, view: str) -> None:
        """Show a view; the curve stays beside it where there is room."""
        if view != self.shown:
            self.shown = view
            self.bar.setCurrentIndex(VIEWS.index(view))
            self._arrange()

    def _arrange(self) -> None:
        view = self.shown if self._is_training else CURVE
        is_beside = view != CURVE
        if is_beside:
            if view not in self._made:
                self._made[view] = self._make[view]()
                self._beside.addWidget(self._made[view])
            self._beside.setCurrentWidget(self._made[view])
        was_beside = self._beside.isVisibleTo(self._stack)
        self._stack.show_curves(not is_beside or self.is_wide)
        self._beside.setVisible(is_beside)
        if is_beside and not was_beside:
            width = self._stack.width()
            self._stack.body.setSizes([round(CURVE_SHARE * width), round((1 - CURVE_SHARE) * width)])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._stack and event.type() is QEvent.Type.Resize:
            self._show_declared()  # the stack has its width only once it was seen
            self._stack.show_curves(not self._beside.isVisibleTo(self._stack) or self.is_wide)
        return super().eventFilter(watched, event)
