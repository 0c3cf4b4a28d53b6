"""What is drawn of the curves: lines, columns of crowded ones, many runs at once, bands of groups."""
