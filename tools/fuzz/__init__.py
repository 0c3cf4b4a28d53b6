"""Feeds damaged input to what takes it from outside: readers, the wire format, the library's importer, checkpoints."""
