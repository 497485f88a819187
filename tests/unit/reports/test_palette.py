from __future__ import annotations

import re
from itertools import combinations

import numpy as np
import pytest

from ressenti.reports.palette import DARK, LIGHT, MARKS, Palette, looks_of, stylesheet

PALETTES = pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])

# Machado, Oliveira & Fernandes, IEEE Transactions on Visualization 15 (2009) 1291, severity 1.
BLINDNESS = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = np.array([0.9505, 1.0, 1.089])


def linear(colour: str) -> np.ndarray:
    levels = np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    return np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """Return the contrast of WCAG 2.2, 1 to 21."""
    lights = sorted(float(linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (one, other))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def lab(rgb: np.ndarray) -> np.ndarray:
    shares = np.clip(TO_XYZ @ np.clip(rgb, 0, 1), 0, None) / WHITE
    x, y, z = np.where(shares > 0.008856, np.cbrt(shares), 7.787 * shares + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def test_the_contrast_of_black_on_white_is_twenty_one() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@PALETTES
@pytest.mark.parametrize("ground", ["surface", "raised"])
@pytest.mark.parametrize("role", ["ink", "muted", "accent", "second"])
def test_text_can_be_read_on_every_ground(palette: Palette, role: str, ground: str) -> None:
    roles = palette.roles()
    assert contrast(roles[role], roles[ground]) >= 4.5


@PALETTES
@pytest.mark.parametrize("role", ["positive", "neutral", "negative"])
def test_what_a_drawing_says_stands_out_from_the_page(palette: Palette, role: str) -> None:
    assert contrast(palette.roles()[role], palette.surface) >= 3


@PALETTES
@pytest.mark.parametrize("blindness", BLINDNESS)
def test_good_bad_and_neither_differ_for_colour_blind_eyes(
    palette: Palette, blindness: str
) -> None:
    matrix = np.array(BLINDNESS[blindness])
    seen = [
        lab(matrix @ linear(one)) for one in (palette.positive, palette.neutral, palette.negative)
    ]
    assert min(np.linalg.norm(one - other) for one, other in combinations(seen, 2)) > 12
    good, bad = lab(matrix @ linear(palette.accent)), lab(matrix @ linear(palette.second))
    assert np.linalg.norm(good - bad) > 25


def test_the_style_sheet_knows_every_class_and_every_role() -> None:
    css = stylesheet()
    assert {f".drawing .{mark}{{" in css for mark in MARKS} == {True}
    used = set(re.findall(r"var\(--([a-z]+)\)", css))
    defined = set(re.findall(r"--([a-z]+):#", css))
    assert used <= defined == set(LIGHT.roles())


def test_dark_is_on_demand_and_paper_is_light() -> None:
    sheet = stylesheet()
    assert "@media screen and (prefers-color-scheme:dark){:root:not([data-theme=light]){" in sheet
    assert "@media screen{:root[data-theme=dark]{color-scheme:dark;" in sheet
    # What is dark is so on screens alone: paper keeps the light colours of the first rule.
    dark = [line for line in sheet.splitlines() if DARK.surface in line]
    assert len(dark) == 2
    assert all(line.startswith("@media screen") for line in dark)


def test_a_class_without_looks_has_no_attribute() -> None:
    assert looks_of("unknown", LIGHT) == {}
