"""The picture of what two builds say of a curve."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from tools.judging.compared import ROOT, Stretch, claims, curve, labels, picture
from tools.judging.writing import Curve, Named, write_corpus


def spiky(folder: Path) -> Path:
    loss = np.exp(-np.arange(400) / 80) + 0.01 * np.random.default_rng(4).standard_normal(400)
    loss[250] += 2
    found = [Named("spike", 500.0, 500.0, "sure"), Named("plateau", 600.0, 700.0, "unsure")]
    write_corpus(folder, [Curve("1", "nobody/nothing", 2.0 * np.arange(400), {"loss": loss}, found)])
    return folder / "series" / "1__loss.csv"


def test_claims_and_labels_are_stretches_of_x(tmp_path: Path) -> None:
    path = spiky(tmp_path)
    column, x, y = curve(path)
    assert (column, len(x)) == ("loss", len(y))
    said = labels(tmp_path, path.stem)
    assert [(one.name, one.start, one.style) for one in said] == [("spike", 500.0, "sure")]
    (found,) = claims(ROOT, path, column)
    assert (found.name, found.start) == ("spike", 500.0)


def test_the_picture_names_what_is_claimed_and_what_is_labelled(tmp_path: Path) -> None:
    x = np.arange(2000.0)
    y = np.exp(-x / 300)
    y[700] = np.nan
    drawing = picture([], [Stretch("late_rise", 500, 900, "#000")], [Stretch("spike", 690, 710, "likely")], x, y)
    texts = [one.text for one in ElementTree.fromstring(drawing).iter() if one.tag.endswith("text")]
    assert (texts.count("late rise"), texts.count("spike")) == (1, 2)
    assert len(drawing) < 100_000
