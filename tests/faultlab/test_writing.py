"""What was fitted is read again as it was written, by the program and by any reader of the layout."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import numpy as np
import pytest

from engine.diagnosis import stored
from engine.diagnosis.fitted import fitted
from engine.diagnosis.forest import forest
from engine.diagnosis.networks import networks
from tools.faultlab import fit, nets
from tools.faultlab.writing import laid_out, write

CAUSES = ("a", "b")
RECORDS = [
    {"name": str(i), "kind": ("spike", "plateau")[i % 4 // 2], "place": 0, "fault": CAUSES[i % 2], "family": "mlp"}
    | {"accepted": [CAUSES[i % 2]], "face": "rise", "stated": {}, "columns": "loss only"}
    | {"clues": {"x": i % 2 + 0.01 * i, "y": float(i % 7)}, "traits": {"group.z": float(-i)}}
    for i in range(80)
]
MODEL = fit.model_of(RECORDS, CAUSES, 10.0, is_quick=True)
ABOUT = {"temperatures": {"": 1.0}}


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """The folder in which the program looks for what was fitted."""
    monkeypatch.setattr(stored, "WORDS", tmp_path / "causes.json")
    monkeypatch.setattr(stored, "ARRAYS", tmp_path / "causes.safetensors")
    caches = (stored.words, stored._arrays, fitted, forest, networks)
    for one in caches:
        one.cache_clear()
    yield tmp_path
    for one in caches:
        one.cache_clear()


def test_what_was_fitted_says_the_same_after_it_was_written(kept):
    told = fit.told(MODEL.weights.bins, RECORDS, CAUSES)
    write(kept / "causes.json", MODEL, told, ABOUT)
    for record in RECORDS[:8]:
        facts = record["clues"] | record["traits"]
        assert forest().said(record["kind"], facts) == MODEL.trees.said(record["kind"], facts)
        assert networks().said(record["kind"], facts) == pytest.approx(
            MODEL.networks.said(record["kind"], facts), rel=0.02
        )
        added = dict(zip(CAUSES, MODEL.weights.scores([record])[0], strict=True))
        assert fitted().added(record["kind"], record["clues"]) == pytest.approx(added, abs=0.002)
    for name, shares in told.items():
        assert np.array_equal(fitted().clues[name].told.T, shares)


def test_the_words_have_the_checksum_of_the_arrays(kept):
    write(kept / "causes.json", MODEL, fit.told(MODEL.weights.bins, RECORDS, CAUSES), ABOUT)
    held = json.loads((kept / "causes.json").read_text())
    assert held["arrays"] == hashlib.sha256((kept / "causes.safetensors").read_bytes()).hexdigest()


def test_forest_and_networks_that_read_different_facts_are_not_kept(kept):
    other = nets.trained([record | {"traits": {}} for record in RECORDS], CAUSES, seeds=1)
    with pytest.raises(ValueError, match="different facts"):
        write(kept / "causes.json", replace(MODEL, networks=other), {}, ABOUT)
    assert not list(kept.iterdir())


@pytest.mark.parametrize("kind", sorted(stored.TYPES.values()))
@pytest.mark.parametrize("shape", [(3,), (2, 3), (0, 4), (1, 1, 5)])
def test_arrays_of_every_type_and_shape_are_read_as_they_were(tmp_path, kind, shape):
    values = np.arange(np.prod(shape)).astype(kind).reshape(shape)
    arrays = {"b": np.ones(5, np.uint8), "a": values, "c": np.array([0.1])}
    path = tmp_path / "some.safetensors"
    path.write_bytes(laid_out(arrays))
    found = stored.read(path)
    assert set(found) == set(arrays)
    for name, own in arrays.items():
        assert np.array_equal(found[name], own) and found[name].dtype == own.dtype and found[name].flags.aligned
    with pytest.raises(ValueError, match="read-only"):
        found["b"][0] = 2
