"""The command line: open the window, or hand over to a command. Safe to import in a spawned process."""
