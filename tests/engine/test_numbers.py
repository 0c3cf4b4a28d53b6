"""Numbers for people."""

from __future__ import annotations

import pytest

from engine.i18n import number, set_language

THIN = "\u202f"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (3, "3"),
        (1124, f"1{THIN}124"),
        (0.05, "0.05"),
        (0.0012345, "0.00123"),
        (0.00012345, "1.23 × 10⁻⁴"),
        (1e-5, "10⁻⁵"),
        (1234.5, f"1{THIN}234"),
        (-0.5, "−0.5"),
        (1e12, "10¹²"),
        (999999, f"999{THIN}999"),
        (float("inf"), "∞"),
        (float("-inf"), "−∞"),
        (float("nan"), "NaN"),
    ],
)
def test_numbers_have_few_digits_and_thin_spaces(value: float, text: str) -> None:
    assert number(value) == text


def test_an_unknown_language_falls_back_to_english() -> None:
    assert set_language("xx") == "en"
