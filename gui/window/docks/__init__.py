"""The docks at the sides of the window and what is created in them when it is first shown."""
