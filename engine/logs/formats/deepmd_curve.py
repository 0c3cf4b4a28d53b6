"""``lcurve.out`` of DeePMD-kit."""

from __future__ import annotations

from engine.i18n import N_
from engine.logs.dialect import Dialect
from engine.logs.formats.delimited import DelimitedText
from engine.logs.source import Source


class DeepmdCurve(DelimitedText):
    """Blank-separated columns under a commented header: root mean squared errors of energy and force."""

    name = "deepmd_curve"
    clues = ("rmse_", "l2_", "mae_")
    title = "DeePMD-kit lcurve.out"
    about = N_("errors of training and validation by step under a commented header")

    def fit(self, dialect: Dialect, source: Source) -> float:
        errors = [n for n in dialect.names if n.startswith(("rmse_", "l2_", "mae_"))]
        return 0.95 if dialect.delimiter == " " and dialect.names[0] in ("step", "batch") and errors else 0.0
