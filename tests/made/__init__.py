"""Runs, logs and series whose truth is known: what tests and measurements are made of."""
