"""Journeys go through the same window as the tests of its parts."""

from tests.gui.conftest import own_language, remembered, spike_log, themes, window

__all__ = ["own_language", "remembered", "spike_log", "themes", "window"]
