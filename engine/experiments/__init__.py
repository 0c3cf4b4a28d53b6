"""Rewind a run, fork it, change one thing, and let the counts say what caused an event."""
