"""Demo trainings, one file each; found by discovery. No torch at import."""
