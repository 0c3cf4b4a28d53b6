"""All that is true without a screen: tables, training, detectors, diagnosis, experiments. Never imports Qt."""
