"""Additional answers for some kinds of events, one file each, found by discovery."""
