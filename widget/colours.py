"""Readable colours from a brand's one colour, by the contrast rules of WCAG 2.2. Pure."""

import re
from dataclasses import dataclass

DEFAULT = "#4338ca"
READABLE = 4.5
_HEX = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)
# The most unlike white and black of the surfaces on which widget/js/panel.css puts coloured words.
_LIGHT_SURFACE, _DARK_SURFACE = "#eceaf6", "#302e3a"


@dataclass(frozen=True)
class Palette:
    """The brand, what is written on it, and the brand as the colour of words on light and dark."""

    brand: str
    ink: str
    on_light: str
    on_dark: str


def palette(brand: str) -> Palette:
    """A palette that is readable whatever the owner chose; the product's violet where it is no colour."""
    colour = brand.lower() if _HEX.fullmatch(brand) else DEFAULT
    ink = max(("#ffffff", "#000000"), key=lambda candidate: contrast(colour, candidate))
    return Palette(
        colour, ink, _towards(colour, "#000000", _LIGHT_SURFACE), _towards(colour, "#ffffff", _DARK_SURFACE)
    )


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 (the same) to 21 (black on white)."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    shares = [channel / 255 for channel in _channels(colour)]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _towards(colour: str, end: str, surface: str) -> str:
    """The colour itself, or the first of 20 steps towards `end` that can be read on the surface."""
    for step in range(21):
        mixed = "#" + "".join(
            f"{round(a + (b - a) * step / 20):02x}"
            for a, b in zip(_channels(colour), _channels(end), strict=True)
        )
        if contrast(mixed, surface) >= READABLE:
            return mixed
    return end
