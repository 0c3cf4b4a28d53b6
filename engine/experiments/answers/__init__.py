"""Answers that only some kinds of event have, one file each; found by discovery."""
