"""The tasks of the demos: settings, data, networks and initial weights, used by all that trains or measures them."""
