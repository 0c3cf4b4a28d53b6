"""Everything without a user interface: tables, training, detectors, diagnosis, experiments. Never imports Qt."""
