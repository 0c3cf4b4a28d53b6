"""Data files of the program, found wherever it is installed."""
