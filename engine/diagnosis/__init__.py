"""From an event and its evidence to ranked causes and remedies, each with its source."""
