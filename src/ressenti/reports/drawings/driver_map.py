"""Driver map: importance against performance, each driver with both its intervals.

A driver that the bootstrap does not keep in one quadrant is hollow: it is on the line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ressenti.language import Language, Text, number_text, percent_text
from ressenti.reports.drawings.axes import Axis, axis_over
from ressenti.reports.drawings.lettering import fitted, text_width
from ressenti.reports.drawings.vector import (
    Shape,
    circle,
    group,
    picture,
    segment,
    words,
)
from ressenti.reports.drawings.wording import sentences
from ressenti.reports.driver_words import QUADRANTS, bracketed, quadrant_words
from ressenti.studies.driver_findings import DriverFinding, DriverStudy

WIDTH, HEIGHT = 720, 440
LEFT, RIGHT, TOP, BOTTOM = 58, 18, 22, 46
SIZE, SMALL = 12, 11
NEAR = 14
ROOM_FOR_NAMES = 150

TITLE = Text(
    en="Importance and performance of the drivers of {target}",
    fr="Importance et performance des leviers de {target}",
)
ACROSS = Text(en="performance, 0 to 100", fr="performance, de 0 à 100")
UP = Text(en="importance, in R²", fr="importance, en R²")
POINT = Text(
    en="{driver}: importance {importance} {importance_limits}, performance {performance} "
    "{performance_limits}, n = {n}: {place}",
    fr="{driver} : importance {importance} {importance_limits}, performance {performance} "
    "{performance_limits}, n = {n} : {place}",
)
NOT_DRAWN = Text(
    en="Not on the map, for want of a best and a worst end: {drivers}",
    fr="Hors de la carte, faute de meilleur et de pire bout : {drivers}",
)


@dataclass(frozen=True, slots=True)
class _Frame:
    """The two axes, and where the lines between quadrants stand."""

    across: Axis
    up: Axis
    importance_cut: float
    performance_cut: float


def driver_map_svg(study: DriverStudy, language: Language, *, width: float = WIDTH) -> str:
    """Return the importance-performance map of a study of drivers.

    Parameters
    ----------
    study : DriverStudy
        Drivers without a performance are named below, not drawn.
    width : float
        In pixels; the height follows.
    """
    drawn = [driver for driver in study.drivers if driver.quadrant is not None]
    height = min(HEIGHT, width)
    frame = _frame(study, drawn, width, height)
    shapes = [*_axes(frame, language), *_quadrants(frame, language)]
    shapes += _points(frame, drawn, language)
    return picture(
        width,
        height,
        shapes,
        title=TITLE.format(target=study.outcome.name).to(language),
        description=sentences(_descriptions(study, drawn, language)),
    )


def _frame(
    study: DriverStudy, drawn: Sequence[DriverFinding], width: float, height: float
) -> _Frame:
    performances = [
        value
        for one in drawn
        for value in (one.performance.low, one.performance.estimate, one.performance.high)
    ]
    importances = [value for one in drawn for value in (one.part.importance, *_limits(one))]
    cuts = study.importance_cut or 0.0, study.performance_cut or 0.0
    across = axis_over(
        [*performances, cuts[1]], LEFT, width - RIGHT, limits=(0.0, 100.0), margin=0.12
    )
    up = axis_over([*importances, cuts[0], 0.0], height - BOTTOM, TOP, limits=(0.0, 1.0))
    return _Frame(across, up, *cuts)


def _limits(driver: DriverFinding) -> tuple[float, ...]:
    limits = driver.limits
    return () if limits is None else (limits.low, limits.high)


def _axes(frame: _Frame, language: Language) -> Iterator[Shape]:
    left, right, bottom = frame.across.start, frame.across.end, frame.up.start
    for tick in frame.across.ticks():
        x = frame.across.place(tick)
        yield segment((x, bottom), (x, frame.up.end), "grid")
        text = number_text(tick, language, decimals=0)
        yield words(x, bottom + 16, text, "muted", size=SMALL, anchor="middle")
    for tick in frame.up.ticks(4):
        y = frame.up.place(tick)
        yield segment((left, y), (right, y), "grid")
        text = percent_text(100 * tick, language, decimals=0 if frame.up.step(4) >= 0.01 else 1)
        yield words(left - 6, y + 4, text, "muted", size=SMALL, anchor="end")
    yield words(right, bottom + 34, ACROSS.to(language), "muted", size=SMALL, anchor="end")
    yield words(4, frame.up.end - 8, UP.to(language), "muted", size=SMALL)


def _quadrants(frame: _Frame, language: Language) -> Iterator[Shape]:
    x, y = frame.across.place(frame.performance_cut), frame.up.place(frame.importance_cut)
    yield segment((x, frame.up.start), (x, frame.up.end), "axis", dash="4 3")
    yield segment((frame.across.start, y), (frame.across.end, y), "axis", dash="4 3")
    left, right = frame.across.start + 6, frame.across.end - 6
    above, below = frame.up.end + 14, frame.up.start - 8
    corners = (
        (left, above, "start", QUADRANTS["concentrate"]),
        (right, above, "end", QUADRANTS["keep up"]),
        (left, below, "start", QUADRANTS["low priority"]),
        (right, below, "end", QUADRANTS["possible overkill"]),
    )
    for across, up, anchor, name in corners:
        yield words(across, up, name.to(language), "label", size=SIZE, anchor=anchor, is_bold=True)


def _points(frame: _Frame, drawn: Sequence[DriverFinding], language: Language) -> Iterator[Shape]:
    taken: list[tuple[float, float]] = []
    for driver in drawn:
        x = frame.across.place(driver.performance.estimate or 0.0)
        y = frame.up.place(driver.part.importance)
        label = fitted(driver.name, SIZE, ROOM_FOR_NAMES)
        is_at_the_end = x + NEAR + text_width(label, SIZE) > frame.across.end
        # Names keep apart from each other, not from what they name.
        line = y - 6
        while any(
            abs(line - other) < NEAR and abs(x - near) < ROOM_FOR_NAMES for near, other in taken
        ):
            line += NEAR
        taken.append((x, line))
        shapes = [*_whiskers(frame, driver, x, y)]
        mark = "hollow" if driver.sure_quadrant is None else "dot"
        shapes.append(circle((x, y), 5, mark))
        beside = x - 8 if is_at_the_end else x + 8
        anchor = "end" if is_at_the_end else "start"
        shapes.append(words(beside, line, label, "label", size=SIZE, anchor=anchor))
        shapes.append(words(beside, line, label, size=SIZE, anchor=anchor))
        yield group(shapes, hint=_description(driver, language))


def _whiskers(frame: _Frame, driver: DriverFinding, x: float, y: float) -> Iterator[Shape]:
    low, high = driver.performance.low, driver.performance.high
    if low is not None and high is not None:
        ends = frame.across.place(low), frame.across.place(high)
        yield segment((ends[0], y), (ends[1], y), "interval", width=3, is_round=True)
    if driver.limits is not None:
        ends = frame.up.place(driver.limits.low), frame.up.place(driver.limits.high)
        yield segment((x, ends[0]), (x, ends[1]), "interval", width=3, is_round=True)


def _descriptions(
    study: DriverStudy, drawn: Sequence[DriverFinding], language: Language
) -> Iterator[str]:
    for driver in drawn:
        yield _description(driver, language)
    others = [driver.name for driver in study.drivers if driver.quadrant is None]
    if others:
        yield NOT_DRAWN.format(drivers=", ".join(others)).to(language)


def _description(driver: DriverFinding, language: Language) -> str:
    low, high = driver.performance.low, driver.performance.high
    return POINT.format(
        driver=driver.name,
        importance=percent_text(100 * driver.part.importance, language),
        importance_limits=_between(
            [percent_text(100 * limit, language) for limit in _limits(driver)], language
        ),
        performance=number_text(driver.performance.estimate, language),
        performance_limits=_between(
            [number_text(limit, language) for limit in (low, high) if limit is not None], language
        ),
        n=number_text(driver.n, language, decimals=0),
        place=quadrant_words(driver, language),
    ).to(language)


def _between(limits: Sequence[str], language: Language) -> str:
    return bracketed(limits[0], limits[1], language) if len(limits) == 2 else ""
