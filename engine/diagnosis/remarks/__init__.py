"""Kinds of remarks, one file each: facts that are as they should be, and losses that cannot be judged by themselves."""
