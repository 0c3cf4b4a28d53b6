"""Generated data sets, one file each: NumPy only, and a function of their generator alone."""
