"""Every kind has causes, every cause has remedies and a source, every text is in the catalogs' hands."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from engine.detectors.claims.kind import all_kinds
from engine.diagnosis.declared import known_causes
from engine.diagnosis.remedies import REMEDIES
from engine.diagnosis.sentences import SEVERITIES
from engine.events import EventKind, Severity
from engine.sources import SOURCES, citation
from engine.tasks.settings import SETTINGS

CAUSES = Path(__file__).resolve().parents[3] / "engine" / "diagnosis" / "causes"


@pytest.mark.parametrize("kind", list(EventKind))
def test_every_kind_has_causes_that_leave_room_for_something_else(kind):
    weights = [entry.weights[kind] for entry in known_causes().values() if kind in entry.weights]
    assert len(weights) >= 3
    assert all(0 < weight < 1 for weight in weights)


@pytest.mark.parametrize("entry", known_causes().values(), ids=list(known_causes()))
def test_every_cause_says_what_would_confirm_and_refute_it_and_has_a_remedy_and_a_source(entry):
    assert entry.text and entry.confirm and entry.refute
    assert entry.remedies and set(entry.remedies) <= set(REMEDIES)
    assert citation(entry.source)


@pytest.mark.parametrize("entry", REMEDIES.values(), ids=list(REMEDIES))
def test_every_remedy_says_what_it_costs_has_a_source_and_changes_real_settings(entry):
    assert entry.text and entry.cost and citation(entry.source)
    assert {key for key, _ in entry.changes} <= set(SETTINGS)


def test_every_remedy_belongs_to_a_cause():
    assert set(REMEDIES) == {key for entry in known_causes().values() for key in entry.remedies}


def test_every_source_is_used():
    used = {key for entry in [*known_causes().values(), *REMEDIES.values()] for key in entry.source.split()}
    assert used <= set(SOURCES)


def test_every_kind_and_severity_has_a_title():
    assert set(all_kinds()) == set(EventKind)
    assert set(SEVERITIES) == set(Severity)


def test_no_text_blames_or_shouts():
    texts = [t for c in known_causes().values() for t in (c.text, c.confirm, c.refute)]
    texts += [t for r in REMEDIES.values() for t in (r.text, r.text_with_values, r.cost)]
    assert not [t for t in texts if "!" in t or "your" in t.lower().split() or "wrongly" in t]


def test_causes_are_put_to_the_test_by_factors_that_exist():
    from engine.experiments.factors.base import all_factors

    named = {factor for entry in known_causes().values() for factor in entry.factors}
    assert named <= set(all_factors())


@pytest.mark.parametrize("name", sorted(known_causes()))
def test_every_factor_that_is_stated_by_hand_has_its_reason_beside_it(name):
    text = (CAUSES / f"{name}.py").read_text(encoding="utf-8")
    keywords = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.keyword) and node.arg == "signals"]
    stated = [one for keyword in keywords for one in keyword.value.elts]
    assert len(stated) == len(known_causes()[name].signals)
    for one in stated:
        lines = text.splitlines()[one.lineno - 1 : one.end_lineno]
        before = text.splitlines()[one.lineno - 2].strip()
        is_named = getattr(one.elts[1], "id", "") in ("NAMED", "NAMED_OTHER")  # their reason stands in base.py
        assert is_named or before.startswith("#") or any("  # " in line for line in lines), lines
