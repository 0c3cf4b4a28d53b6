"""Families of small trainings, one a file."""
