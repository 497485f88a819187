"""Journey map: steps and indicators as one picture, each row on an axis of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ressenti.facts.plan import Target
from ressenti.language import Language, Text
from ressenti.reports.drawings.interval_bar import bar_description
from ressenti.reports.drawings.journey import HEIGHT, INSET, WIDTH, cell_shapes
from ressenti.reports.drawings.lettering import broken, fitted
from ressenti.reports.drawings.vector import Shape, picture, segment, shape, words
from ressenti.reports.drawings.wording import sentences
from ressenti.scores.score import Score

ROW, GUTTER = HEIGHT + 6, 12
SIZE, SMALL, LINE = 13, 11, 15
ROOM_FOR_NAMES = 260
MOST_LINES = 3

TITLE = Text(en="The journey, step by step", fr="Le parcours, étape par étape")
NOT_ASKED = "–"
CELL = Text(en="{name}, {step}: {figures}", fr="{name}, {step} : {figures}")


@dataclass(frozen=True, slots=True, kw_only=True)
class MapRow:
    """One indicator along the journey.

    Parameters
    ----------
    name, detail : str
        What it is called, and what that stands for.
    scores : mapping of step to Score
        Steps at which nobody was asked are left out.
    bounds : pair of float
        The axis that its cells share.
    """

    name: str
    detail: str
    scores: Mapping[str, Score]
    bounds: tuple[float, float]
    target: Target | None = None


def journey_map_svg(rows: Sequence[MapRow], steps: Mapping[str, str], language: Language) -> str:
    """Return the map of a journey.

    Parameters
    ----------
    steps : mapping of step to str
        What each is called, in order.
    """
    heads = {
        step: broken(label, SMALL, WIDTH - INSET)[:MOST_LINES] for step, label in steps.items()
    }
    top = LINE * max((len(lines) for lines in heads.values()), default=0) + GUTTER
    shapes = [*_headings(heads, top)]
    for place, row in enumerate(rows):
        shapes += _row(row, steps, language, top=top + place * ROW)
    return picture(
        _left(len(steps)),
        top + ROW * len(rows),
        shapes,
        title=TITLE.to(language),
        description=sentences(_descriptions(rows, steps, language)),
    )


def _headings(heads: Mapping[str, Sequence[str]], top: float) -> Iterator[Shape]:
    for column, lines in enumerate(heads.values()):
        x = _left(column) + INSET
        for line, text in enumerate(reversed(lines)):
            y = top - GUTTER - line * LINE
            yield words(x, y, fitted(text, SMALL, WIDTH - INSET), "muted", size=SMALL, is_bold=True)
    yield segment((0, top), (_left(len(heads)), top), "axis")


def _row(
    row: MapRow, steps: Mapping[str, str], language: Language, *, top: float
) -> Iterator[Shape]:
    yield words(0, top + 20, fitted(row.name, SIZE, ROOM_FOR_NAMES), size=SIZE, is_bold=True)
    yield words(0, top + 36, fitted(row.detail, SMALL, ROOM_FOR_NAMES), "muted", size=SMALL)
    for column, step in enumerate(steps):
        left = _left(column)
        score = row.scores.get(step)
        if score is None:
            yield words(left + INSET, top + 20, NOT_ASKED, "muted", size=SMALL)
            continue
        cell = shape("g", transform=f"translate({left:g} {top + 3:g})")
        cell.extend(cell_shapes(score, language, row.bounds, row.target, (WIDTH, HEIGHT)))
        yield cell
    end = _left(len(steps))
    yield segment((0, top + ROW), (end, top + ROW), "grid")


def _left(column: int) -> float:
    return ROOM_FOR_NAMES + GUTTER + column * (WIDTH + GUTTER)


def _descriptions(
    rows: Sequence[MapRow], steps: Mapping[str, str], language: Language
) -> Iterator[str]:
    for row in rows:
        for step, label in steps.items():
            if step in row.scores:
                figures = bar_description(row.scores[step], language, target=row.target)
                yield CELL.format(name=row.name, step=label, figures=figures).to(language)
