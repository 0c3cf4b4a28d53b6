"""Pictures of the window: ``python -m tools.screenshots``."""
