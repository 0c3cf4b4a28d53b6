"""The settings of a run, from the files beside its log, from the head of the log, or from what a person says."""
