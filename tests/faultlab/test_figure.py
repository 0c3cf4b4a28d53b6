"""The reliability figure is an SVG with a point for each bin, on the diagonal where weights are to be believed."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from tools.faultlab.figure import LEFT, SIDE, TOP, figure

SVG = "{http://www.w3.org/2000/svg}"


def test_a_point_stands_where_its_weight_and_its_share_say_and_is_larger_for_more_events() -> None:
    drawn = ElementTree.fromstring(figure([(0.2, 10, 0.25, 0.25), (0.8, 90, 0.9, 0.6)], "a < b"))
    few, many = drawn.iter(f"{SVG}circle")
    along = (float(few.attrib["cx"]) - LEFT) / SIDE
    up = 1 - (float(few.attrib["cy"]) - TOP) / SIDE
    assert along == pytest.approx(up, abs=1e-3) and along == pytest.approx(0.25, abs=1e-3)
    assert float(many.attrib["r"]) > float(few.attrib["r"])
    assert drawn.findtext(f"{SVG}title") == "a < b"


def test_no_events_are_an_empty_figure() -> None:
    assert not list(ElementTree.fromstring(figure([], "none")).iter(f"{SVG}circle"))
