"""Fit the judges of events, and measure them on owners that they were not fitted on."""
