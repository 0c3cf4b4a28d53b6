"""Journeys go through the same window as the tests of its parts."""

from tests.gui.conftest import closed_windows_are_gone, own_language, remembered, spike_log, themes, window

__all__ = ["closed_windows_are_gone", "own_language", "remembered", "spike_log", "themes", "window"]
