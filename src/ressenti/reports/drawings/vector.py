"""Vector: the few shapes that every drawing is made of, as SVG that nothing can break out of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from xml.etree import ElementTree

Shape = ElementTree.Element
Point = tuple[float, float]

NAMESPACE = "http://www.w3.org/2000/svg"
# What XML 1.0 cannot carry, not even as an entity.
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def picture(
    width: float, height: float, shapes: Iterable[Shape], *, title: str, description: str
) -> str:
    """Return the SVG of some shapes, named and described for who cannot see it.

    Parameters
    ----------
    width, height : float
        In pixels; the picture scales with its view box.
    title, description : str
        What it shows; the figures, in a sentence.
    """
    root = shape(
        "svg",
        "drawing",
        xmlns=NAMESPACE,
        width=width,
        height=height,
        viewBox=f"0 0 {coordinate(width)} {coordinate(height)}",
        role="img",
    )
    root.append(_with_text(shape("title"), title))
    root.append(_with_text(shape("desc"), description))
    root.extend(shapes)
    return ElementTree.tostring(root, encoding="unicode")


def shape(name: str, mark: str = "", **attributes: str | float | None) -> Shape:
    """Return one element of a class; ``stroke_width=2`` is the attribute ``stroke-width``."""
    told = {
        key if key == "viewBox" else key.replace("_", "-"): _attribute(value)
        for key, value in attributes.items()
        if value is not None
    }
    return ElementTree.Element(name, ({"class": mark} if mark else {}) | told)


def group(shapes: Iterable[Shape], *, hint: str = "") -> Shape:
    """Return shapes that belong together; the hint shows where the pointer rests."""
    whole = shape("g")
    if hint:
        whole.append(_with_text(shape("title"), hint))
    whole.extend(shapes)
    return whole


def words(
    x: float,
    y: float,
    text: str,
    mark: str = "ink",
    *,
    size: float = 12,
    anchor: str = "start",
    is_bold: bool = False,
) -> Shape:
    """Return a line of text whose base line starts, centres or ends at a point."""
    element = shape(
        "text",
        mark,
        x=x,
        y=y,
        font_size=size,
        text_anchor=None if anchor == "start" else anchor,
        font_weight="600" if is_bold else None,
    )
    return _with_text(element, text)


def segment(
    start: Point, end: Point, mark: str, *, width: float = 1, dash: str = "", is_round: bool = False
) -> Shape:
    """Return a straight line."""
    return shape(
        "line",
        mark,
        x1=start[0],
        y1=start[1],
        x2=end[0],
        y2=end[1],
        stroke_width=width,
        stroke_dasharray=dash or None,
        stroke_linecap="round" if is_round else None,
    )


def polyline(points: Sequence[Point], mark: str, *, width: float = 2) -> Shape:
    """Return a line through points."""
    return shape(
        "polyline",
        mark,
        points=_points(points),
        stroke_width=width,
        stroke_linejoin="round",
        stroke_linecap="round",
    )


def polygon(points: Sequence[Point], mark: str) -> Shape:
    """Return a closed area."""
    return shape("polygon", mark, points=_points(points))


def rectangle(
    x: float, y: float, width: float, height: float, mark: str, *, radius: float = 0
) -> Shape:
    """Return an upright rectangle; a width below zero runs to the left of ``x``."""
    return shape(
        "rect",
        mark,
        x=min(x, x + width),
        y=y,
        width=abs(width),
        height=height,
        rx=radius or None,
    )


def circle(centre: Point, radius: float, mark: str, *, width: float = 1.5) -> Shape:
    """Return a circle."""
    return shape("circle", mark, cx=centre[0], cy=centre[1], r=radius, stroke_width=width)


def square(centre: Point, radius: float, mark: str, *, width: float = 1.5) -> Shape:
    """Return a square around a point: what tells a second series apart without colour."""
    side = 2 * radius
    return shape(
        "rect",
        mark,
        x=centre[0] - radius,
        y=centre[1] - radius,
        width=side,
        height=side,
        stroke_width=width,
    )


def coordinate(value: float) -> str:
    """Return a length as SVG writes it, to a hundredth of a pixel.

    Examples
    --------
    >>> coordinate(12.0), coordinate(1 / 3), coordinate(-0.001)
    ('12', '0.33', '0')
    """
    return f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")


def plain(text: str) -> str:
    r"""Return a text with a visible mark for each character that XML cannot carry.

    Examples
    --------
    >>> plain("Ly\x00on")
    'Ly�on'
    """
    return NOT_XML.sub(REPLACEMENT, text)


def _with_text(element: Shape, text: str) -> Shape:
    element.text = plain(text)
    return element


def _attribute(value: str | float) -> str:
    return plain(value) if isinstance(value, str) else coordinate(value)


def _points(points: Sequence[Point]) -> str:
    return " ".join(f"{coordinate(x)},{coordinate(y)}" for x, y in points)
