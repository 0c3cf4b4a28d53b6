"""The sample logs shipped with the program, with their curves as they were recorded."""

from __future__ import annotations

from pathlib import Path

from engine.resources import resource
from gui.runs.start.continuing import Recent
from gui.runs.start.small_curve import curve_in
from gui.runs.start.thumbnails import Thumbnail

SAMPLES = resource("samples")
KINDS = (".csv", ".tsv", ".jsonl", ".log", ".txt", ".gz")


def samples() -> list[Path]:
    """The sample logs shipped with the program."""
    return sorted(path for path in SAMPLES.glob("*") if path.suffix in KINDS)


def sample_name(path: Path) -> str:
    """The name of a sample as a person reads it.

    Examples
    --------
    >>> sample_name(Path("late_rise.csv"))
    'late rise'
    """
    return path.stem.replace("_", " ")


def shown_samples() -> list[Recent]:
    """The samples with their pictures."""
    return [Recent(sample_name(path), path, thumbnail=_thumbnail(path)) for path in samples()]


def _thumbnail(path: Path) -> Thumbnail:
    return Thumbnail(*curve_in(path.with_suffix(".json")))
