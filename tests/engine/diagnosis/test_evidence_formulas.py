"""Every number of an event's evidence has a formula."""

from __future__ import annotations

from engine.diagnosis.evidence_formulas import FORMULAS, evidence_hint
from engine.diagnosis.evidence_labels import EVIDENCE


def test_every_evidence_has_a_formula_and_a_source() -> None:
    assert set(FORMULAS) >= set(EVIDENCE)
    for name in EVIDENCE:
        formula, source = evidence_hint(name).split("\n")
        assert formula
        assert source.startswith("Source: ")


def test_an_unknown_name_has_none() -> None:
    assert evidence_hint("nonsense") == ""
