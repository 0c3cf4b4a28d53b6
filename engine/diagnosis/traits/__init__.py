"""Numbers of a log that nobody reads but the forest: many, unnamed in words, free of the run's length and scale."""
