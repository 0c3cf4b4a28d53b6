"""What a demo trains: its settings, data, network and first weights, below whatever trains or measures it."""
