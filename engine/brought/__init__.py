"""Trainings of a person's own: their file or their command, run in their interpreter."""
