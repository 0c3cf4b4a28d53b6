"""Measures: named numbers around an event, each with formula, unit, source and meaning; one file for each fact."""
