"""The factors that a fork may change, one file each, found by discovery."""
