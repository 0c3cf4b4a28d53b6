"""Many curves at once: their blocks at each zoom level, and the pixels that these cover."""
