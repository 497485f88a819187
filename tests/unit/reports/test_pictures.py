from __future__ import annotations

import struct
from xml.etree import ElementTree

import pytest

from ressenti.reports.drawings.sparkline import sparkline_svg
from ressenti.reports.exports.picture import png_of, svg_file
from ressenti.reports.palette import DARK, LIGHT
from tests.unit.reports.conftest import HOSTILE_LABELS, MakeScore
from tests.unit.reports.test_drawings import every_drawing


def size_of(png: bytes) -> tuple[int, int]:
    """Return the width and height that the header of a PNG tells."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", png[16:24])
    return width, height


@pytest.mark.parametrize(("asked", "factor"), [(1.0, 2), (2.0, 2), (3.0, 3)])
def test_a_picture_has_two_pixels_for_one_at_least(
    nps: MakeScore, asked: float, factor: int
) -> None:
    png = png_of(sparkline_svg([nps(1.0), nps(2.0)], "en"), scale=asked)
    assert size_of(png) == (160 * factor, 36 * factor)


def test_light_and_dark_are_two_pictures(nps: MakeScore) -> None:
    svg = sparkline_svg([nps(1.0), nps(2.0)], "en")
    assert png_of(svg, palette=LIGHT) != png_of(svg, palette=DARK)


def test_words_are_drawn_with_a_font_that_is_there(nps: MakeScore) -> None:
    svg = next(one for one in every_drawing(nps, "Lyon", "fr") if "</text>" in one)
    without = ElementTree.fromstring(svg)
    for parent in list(without.iter()):
        for child in [one for one in parent if one.tag.endswith("}text")]:
            parent.remove(child)
    ElementTree.register_namespace("", "http://www.w3.org/2000/svg")
    assert png_of(svg) != png_of(ElementTree.tostring(without, encoding="unicode"))


@pytest.mark.parametrize("label", HOSTILE_LABELS, ids=range(len(HOSTILE_LABELS)))
def test_a_hostile_label_is_drawn_like_another(nps: MakeScore, label: str) -> None:
    for calm, svg in zip(
        every_drawing(nps, "Lyon", "en"), every_drawing(nps, label, "en"), strict=True
    ):
        assert size_of(png_of(svg))[0] == size_of(png_of(calm))[0]


def test_an_svg_file_is_a_document_of_its_own(nps: MakeScore) -> None:
    file = svg_file(sparkline_svg([nps(1.0), nps(2.0)], "en"))
    assert file.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<svg ')
    assert ElementTree.fromstring(file).tag == "{http://www.w3.org/2000/svg}svg"
