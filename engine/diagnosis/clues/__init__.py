"""Clues: named numbers that the ranking of causes weighs, one file for each part of a log."""

from engine.diagnosis.clues.collected import clues

__all__ = ["clues"]
