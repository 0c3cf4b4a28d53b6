"""The possible causes of events, one file each."""
