"""From an event and its evidence to ranked causes and remedies, each with its source."""

from engine.diagnosis.explanation import explain
from engine.diagnosis.model import Cause, Diagnosis, EvidenceLine, Factor, Remedy
from engine.diagnosis.run_story import story

__all__ = ["Cause", "Diagnosis", "EvidenceLine", "Factor", "Remedy", "explain", "story"]
