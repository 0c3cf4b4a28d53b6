"""One kind of simulated curve a file."""
