"""The program among the applications of a Linux desktop: entry, icon and file types."""
