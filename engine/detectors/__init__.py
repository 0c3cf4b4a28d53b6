"""What happened in a loss series: detectors read it and report events. One file each in `kinds`, found by discovery."""
