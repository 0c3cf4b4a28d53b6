"""Layouts of binary files that trackers write, read without the trackers' own packages."""
