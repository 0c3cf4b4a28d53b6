"""The data panel: the samples, and which of them the model gets wrong."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from engine.i18n import N_, _, ngettext, number, told_anew
from engine.probes.knn import ABOUT, SOURCE, KnnError
from engine.training.sheet import Form, Sheet
from gui.look.controls import button, label
from gui.look.language import on_language_change, set_translated
from gui.look.theme import Theme
from gui.training.data.cloud import is_near
from gui.training.data.samples import SamplesView

SPACING = 8


class DataPanel(QWidget):
    """Shows samples, or a scatter plot, with the model's predictions.

    Signals
    -------
    scan_wanted : compute the predictions for the current state of the run
    cancel_wanted : cancel the computation
    became_visible : the panel was shown
    """

    scan_wanted = Signal()
    cancel_wanted = Signal()
    became_visible = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_translated(self.setAccessibleName, N_("Data"))
        self.sheet: Sheet | None = None
        self.view = SamplesView()
        self._choice = QComboBox()
        self._told, self._bound = label(), label(role="quiet")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(6)
        self._bar.setRange(0, 1000)
        self._scan = button(N_("Evaluate"), N_("Evaluate the current model on its data"))
        self._cancel = button(N_("Cancel"))
        self._lay_out()
        self._choice.activated.connect(self._show_choice)
        self._scan.clicked.connect(self.scan_wanted)
        self._cancel.clicked.connect(self.cancel_wanted)
        on_language_change(self.retranslate)
        self.show_nothing()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(SPACING)
        row.addWidget(self._choice, 1)
        row.addWidget(self._scan)
        row.addWidget(self._cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 12)
        column.setSpacing(SPACING)
        column.addLayout(row)
        column.addWidget(self._bar)
        column.addWidget(self._told)
        column.addWidget(self.view, 1)
        column.addWidget(self._bound)

    # State

    @property
    def text(self) -> str:
        """The text above the picture."""
        return self._told.text()

    def show_nothing(self) -> None:
        """Show that there is no training to evaluate."""
        self.sheet = None
        self.show_busy(False)
        self.retranslate()

    def show_sheet(self, sheet: Sheet) -> None:
        """Show samples and predictions."""
        is_alike = self.sheet is not None and (self.sheet.form, self.sheet.names) == (sheet.form, sheet.names)
        chosen = self._choice.currentIndex() if is_alike else 0
        self.sheet = sheet
        self.retranslate(chosen)

    def show_busy(self, is_busy: bool) -> None:
        """Show whether predictions are being computed."""
        self._bar.setVisible(is_busy)
        self._bar.setValue(0)
        self._cancel.setVisible(is_busy)
        self._scan.setVisible(not is_busy)

    def show_share(self, share: float) -> None:
        """Show the share done, 0 to 1."""
        self._bar.setValue(round(1000 * share))

    def show_message(self, text: str) -> None:
        """Show a message in place of the figures."""
        self._told.setText(text)

    def apply_theme(self, theme: Theme) -> None:
        """Apply a theme."""
        self.view.apply_theme(theme)

    def retranslate(self, chosen: int | None = None) -> None:
        """Set all texts in the current language."""
        place = max(0, self._choice.currentIndex() if chosen is None else chosen)
        self._choice.clear()
        self._choice.addItems(self._choices())
        self._choice.setCurrentIndex(min(place, self._choice.count() - 1))
        self._choice.setVisible(self._choice.count() > 1)
        has_data = self.sheet is not None and self.sheet.form is not Form.POINT
        self._scan.setEnabled(has_data)
        self._told.setText(_summary(self.sheet))
        self._told.setToolTip(_source(self.sheet))
        self._bound.setText(_bound(self.sheet))
        self._bound.setToolTip(f"{_(ABOUT)}\n{SOURCE}")
        self._bound.setVisible(bool(self._bound.text()))
        self._show_choice()

    def _choices(self) -> list[str]:
        if self.sheet is None or self.sheet.form is Form.POINT:
            return []
        if self.sheet.form is Form.CLOUD:
            features = [_("Price over {feature}").format(feature=_(name)) for name in self.sheet.names]
            return [_("Predicted against true"), *features]
        return [_("Wrong first"), _("In order")]

    def _show_choice(self) -> None:
        self.view.show_sheet(self.sheet, max(0, self._choice.currentIndex()))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.became_visible.emit()


def _summary(sheet: Sheet | None) -> str:
    if sheet is None:
        return _("Choose a demo to see its model's inputs and mistakes here.")
    count = len(sheet.targets)
    if sheet.form is Form.POINT:
        return _("No data here: the loss is a bowl, and the weights are a point in it.")
    step = _("After step {step}").format(step=number(sheet.step)) if sheet.step else _("Before the first step")
    if sheet.has_classes:
        wrong = len(sheet.wrong)
        text = ngettext(
            "{wrong} of {n} sample wrong, mean loss {loss}", "{wrong} of {n} samples wrong, mean loss {loss}", count
        )
        text = text.format(wrong=number(wrong), n=number(count), loss=number(float(sheet.losses.mean()), 3))
    else:
        share = _explained(sheet)
        text = _("mean squared error {loss}; {percent} % of the variance explained").format(
            loss=number(float(sheet.losses.mean()), 3),
            percent=number(round(100 * share)) if np.isfinite(share) else "–",
        )
    return f"{step}: {text}.{_outside(sheet)}"


def _outside(sheet: Sheet) -> str:
    if sheet.form is not Form.CLOUD:
        return ""
    count = int((~is_near(sheet.targets, sheet.predicted)).sum())
    text = ngettext("{n} prediction lies outside the plot.", "{n} predictions lie outside the plot.", count)
    return " " + text.format(n=number(count)) if count else ""


def _explained(sheet: Sheet) -> float:
    with np.errstate(all="ignore"):
        return float(1 - sheet.losses.mean() / sheet.targets.var())


def _source(sheet: Sheet | None) -> str:
    if sheet is None:
        return ""
    if sheet.has_classes:
        return _(
            "Wrong: the largest output is not that of the true class. Loss: mean of L(θ) over all samples, no dropout."
        )
    return _("1 − mean squared error ÷ variance of the prices, over all samples")


def _bound(sheet: Sheet | None) -> str:
    if sheet is None or sheet.form is Form.POINT:
        return ""
    if sheet.neighbours is None:
        return _("No nearest-neighbour bound: {reason}.").format(reason=told_anew(sheet.no_neighbours))
    return _bound_text(sheet.neighbours)


def _bound_text(found: KnnError) -> str:
    trend = " → ".join(
        _("{percent} % of {n}").format(percent=number(100 * error, 2), n=number(n))
        for error, n in zip(found.errors, found.samples, strict=True)
    )
    text = _("The nearest neighbour is wrong for {trend}.").format(trend=trend)
    if found.is_still_falling:
        return f"{text} " + _(
            "This share still falls with more samples, so it shows how few there are, not the best possible accuracy."
        )
    return f"{text} " + _("This share no longer falls: at least this accuracy is possible.")
