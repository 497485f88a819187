"""Pictures: a chart as a file of its own, with what it shows and the counts written under it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

from django.db import connection

from ressenti.errors import UndefinedResult
from ressenti.language import Text
from ressenti.reports.drawings.lettering import broken
from ressenti.reports.drawings.vector import NAMESPACE, Shape, picture, words
from ressenti.reports.exports.picture import svg_file

MARGIN, LINE, SIZE, TITLE_SIZE = 16.0, 16.0, 11.0, 15.0
# Drawing pixels takes a second of a core: two at once, whoever asks.
PICTURE_LOCK, AT_ONCE = 7_205_231, 2
MOST_SECONDS = 30
PASSED_ON = ("PATH", "HOME", "LANG", "PYTHONPATH", "VIRTUAL_ENV")
BUSY = UndefinedResult(
    Text(en="other pictures are being drawn.", fr="d'autres images sont en cours de réalisation."),
    hint=Text(en="Try again in a moment.", fr="Réessayez dans un instant."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """What is written around a chart.

    Parameters
    ----------
    lines : sequence of str
        Under it, each broken where the chart ends.
    """

    title: str
    subtitle: str
    lines: Sequence[str]


def captioned(svg: str, caption: Caption) -> str:
    """Return a drawing with its title above it and its definition and counts below."""
    chart = nested(svg, 0, 0)
    width, height = float(chart.get("width", "0")), float(chart.get("height", "0"))
    heading = broken(caption.subtitle, SIZE, width)
    top = 2 * MARGIN + TITLE_SIZE + LINE * len(heading)
    chart.set("x", f"{MARGIN:g}")
    chart.set("y", f"{top:g}")
    notes = [part for line in caption.lines for part in broken(line, SIZE, width)]
    return picture(
        width + 2 * MARGIN,
        top + height + MARGIN + LINE * len(notes) + MARGIN,
        [*_heading(caption.title, heading), chart, *_notes(notes, top + height + MARGIN)],
        title=caption.title,
        description=". ".join([caption.subtitle, *caption.lines]),
    )


def nested(svg: str, x: float, y: float) -> Shape:
    """Return a drawing of ours as a part of another one, its upper left corner at a point."""
    plain = svg.replace(f' xmlns="{NAMESPACE}"', "", 1)
    drawn = ElementTree.fromstring(plain)  # noqa: S314 - built by our own drawings
    drawn.set("x", f"{x:g}")
    drawn.set("y", f"{y:g}")
    return drawn


def png_file(svg: str) -> bytes:
    """Return a drawing as a PNG, drawn by a process that ends with it.

    Raises
    ------
    UndefinedResult
        R206, while as many pictures as the server draws at once are being drawn.
    """
    if not _has_turn():
        raise BUSY
    done = subprocess.run(
        [sys.executable, "-m", "ressenti.server.cockpit.rasterising"],
        input=svg.encode(),
        capture_output=True,
        timeout=MOST_SECONDS,
        env={name: os.environ[name] for name in PASSED_ON if name in os.environ},
        check=True,
    )
    return done.stdout


def picture_file(svg: str, kind: str) -> bytes:
    """Return a drawing as an SVG or a PNG file."""
    return png_file(svg) if kind == "png" else svg_file(svg)


def _has_turn() -> bool:
    """Tell whether this transaction may draw; its turn ends with it."""
    with connection.cursor() as cursor:
        for place in range(AT_ONCE):
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [PICTURE_LOCK, place])
            row = cursor.fetchone()
            if row is not None and row[0]:
                return True
    return False


def _heading(title: str, lines: Sequence[str]) -> Iterator[Shape]:
    y = MARGIN + TITLE_SIZE
    yield words(MARGIN, y, title, size=TITLE_SIZE, is_bold=True)
    for place, line in enumerate(lines, start=1):
        yield words(MARGIN, y + LINE * place, line, "muted", size=SIZE)


def _notes(lines: Sequence[str], top: float) -> Iterator[Shape]:
    for place, line in enumerate(lines):
        yield words(MARGIN, top + LINE * (place + 0.75), line, "muted", size=SIZE)
