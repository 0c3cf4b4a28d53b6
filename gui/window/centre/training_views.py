"""What is seen of a training beside its curve: its landscape and its data, which follow the timeline."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from gui.look.controls import Scrolled
from gui.look.theme import Theme, ThemeKeeper
from gui.runs.document import Runs
from gui.threads.training import Training
from gui.training.data.looking_back import LookingBack
from gui.training.desk import TrainingDesk

if TYPE_CHECKING:
    from gui.training.data.desk import DataDesk
    from gui.training.data.panel import DataPanel
    from gui.training.landscape.desk import LandscapeDesk
    from gui.training.landscape.panel import LandscapePanel


class TrainingViews(QObject):
    """Creates landscape and data when they are first shown, and lets them follow the timeline."""

    def __init__(
        self,
        training: Training,
        desk: TrainingDesk,
        runs: Runs,
        themes: ThemeKeeper,
        looking_back: LookingBack,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._training, self._desk, self._runs, self._themes = training, desk, runs, themes
        self._looking_back = looking_back
        self.landscape_desk: LandscapeDesk | None = None
        self.data: DataPanel | None = None
        self.data_desk: DataDesk | None = None
        themes.changed.connect(self._apply_theme)

    @property
    def makers(self) -> Mapping[str, Callable[[], QWidget]]:
        """What creates each view, by its key."""
        return {"landscape": self._make_landscape, "data": self._make_data}

    @property
    def landscape(self) -> LandscapePanel | None:
        """The landscape, once it was shown."""
        return self.landscape_desk.panel if self.landscape_desk is not None else None

    def close(self) -> None:
        """End what is computed."""
        for desk in (self.landscape_desk, self.data_desk):
            if desk is not None:
                desk.close()

    def _make_landscape(self) -> QWidget:
        from gui.training.landscape.desk import LandscapeDesk

        made = self.landscape_desk = LandscapeDesk(self._training, self._desk, self._runs, self)
        self._looking_back.looked.connect(made.look)
        self._looking_back.settled.connect(made.settle)
        made.look(self._looking_back.step)
        return Scrolled(made.panel)

    def _make_data(self) -> QWidget:
        from gui.training.data.desk import DataDesk
        from gui.training.data.panel import DataPanel

        self.data = DataPanel()
        made = self.data_desk = DataDesk(self.data, self._training, self._desk, self._runs, self._themes, self)
        self._looking_back.settled.connect(made.settle)
        made.settle(self._looking_back.step)
        return Scrolled(self.data)

    def _apply_theme(self, theme: Theme) -> None:
        if self.landscape is not None:
            self.landscape.apply_theme(theme)
