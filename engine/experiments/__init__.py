"""Experiments that rewind a run, fork it with one change, and count which change removes an event."""
