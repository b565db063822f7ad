"""Whatever colour a brand has, words on it and in it can be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widget.colours import READABLE, contrast, palette


def test_contrast_is_measured_as_wcag_measures_it() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@given(st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}"))
def test_every_brand_gets_readable_words(brand: str) -> None:
    colours = palette(brand)
    assert colours.brand == brand
    assert contrast(colours.brand, colours.ink) >= READABLE
    assert contrast(colours.on_light, "#ffffff") >= READABLE
    assert contrast(colours.on_dark, "#1c1b22") >= READABLE


@pytest.mark.parametrize("harm", ["", "red", "#12345", "#12345g", "#1234567", "url(x)"])
def test_what_is_no_colour_becomes_the_default(harm: str) -> None:
    assert palette(harm).brand == "#4338ca"
