"""What happened in a loss series: the detectors in `kinds`, found by discovery, and what they have in common."""
