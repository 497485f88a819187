"""Trend: an indicator over time with its band, target, events and breaks of definition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ressenti.facts.plan import Target
from ressenti.language import Language, Text
from ressenti.reports.drawings.axes import Axis, axis_over, finite, limits_of, reach, tick_text
from ressenti.reports.drawings.lettering import fitted, text_width
from ressenti.reports.drawings.moments import (
    ROW_HEIGHT,
    Moment,
    Note,
    moment_sentences,
    note_shapes,
    notes_over,
)
from ressenti.reports.drawings.outlook import (
    Outlook,
    alarm_shapes,
    change_moments,
    doubt_shapes,
    forecast_shapes,
    level_shapes,
    outlook_sentences,
)
from ressenti.reports.drawings.series import Placed, band_shapes, line_shapes, runs_with_value
from ressenti.reports.drawings.timeline import (
    LABEL_SIZE,
    Timeline,
    days_of,
    time_labels,
    timeline_over,
)
from ressenti.reports.drawings.vector import (
    Shape,
    circle,
    group,
    picture,
    segment,
    square,
    words,
)
from ressenti.reports.drawings.wording import (
    confidence_words,
    dated_words,
    sentences,
    value_words,
)
from ressenti.reports.goals import target_value_text
from ressenti.reports.terminal import score_name
from ressenti.scores.score import Period, Score

WIDTH, HEIGHT = 720, 300
TOP, BOTTOM, GUTTER, RIGHT = 12, 40, 8, 12
NAME_SIZE = 13
LINE_HEIGHT = 15
MOST_MARKED = 48
TICK_SPACING = 50
ALWAYS = Period("", "")

TITLE = Text(en="{name} over time", fr="{name} au fil du temps")
NOTHING = Text(en="Nothing to draw yet", fr="Rien à tracer pour l'instant")
TARGET = Text(en="target {value}", fr="objectif {value}")
SPAN = Text(
    en="{count} periods, {known} with a value", fr="{count} périodes, dont {known} avec valeur"
)
ENDS = Text(
    en="Highest: {highest}. Lowest: {lowest}. Latest: {latest}",
    fr="Plus haut : {highest}. Plus bas : {lowest}. Dernier : {latest}",
)


@dataclass(frozen=True, slots=True)
class Series:
    """Scores of one definition over time, and what they are called beside their line."""

    scores: Sequence[Score]
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What stands around a trend.

    Parameters
    ----------
    targets : sequence of Target
        Each a dashed horizontal line.
    breaks : sequence of Moment
        Where the definition changed: the line stops there and starts again.
    events : sequence of Moment
        What happened, such as a strike or a new tariff.
    outlook : Outlook
        What a study says of the first series: its levels, alarms and forecast.
    """

    targets: Sequence[Target] = ()
    breaks: Sequence[Moment] = ()
    events: Sequence[Moment] = ()
    outlook: Outlook = field(default_factory=Outlook)


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where a trend is drawn, and in which words."""

    axis: Axis
    timeline: Timeline
    notes: tuple[Note, ...]
    ticks: tuple[tuple[float, str], ...]
    language: Language


def trend_svg(
    series: Series,
    language: Language,
    *,
    second: Series | None = None,
    surroundings: Surroundings = Surroundings(),
    width: float = WIDTH,
    height: float = HEIGHT,
) -> str:
    """Return the trend of scores that have a period, with a second series beside it on request.

    Both series are of one definition: they share the axis. Indicative points are hollow; the
    points of the second series are square.
    """
    both = [_in_order(one) for one in (series, second) if one is not None]
    scores = [score for one in both for score in one.scores]
    if not scores:
        title = NOTHING.to(language)
        return picture(width, height, [], title=title, description=title)
    frame = _frame(both, surroundings, language, (width, height))
    outlook = surroundings.outlook
    periods = [*(score.period or ALWAYS for score in scores), *outlook.periods]
    shapes = [
        *doubt_shapes(outlook, frame.timeline, frame.axis),
        *_grid(frame),
        *_time_axis(frame, periods),
        *note_shapes(frame.notes, 2, frame.axis.start),
        *_target_lines(frame, scores[0], surroundings.targets),
        *level_shapes(outlook, both[0].scores, frame.timeline, frame.axis, language),
        *forecast_shapes(outlook, both[0].scores, frame.timeline, frame.axis, language),
    ]
    for one, suffix in zip(both, ("", "-second"), strict=False):
        shapes += _series_shapes(one, frame, suffix)
    shapes += alarm_shapes(outlook, both[0].scores, frame.timeline, frame.axis, language)
    # What may come stands where the last value would be written.
    if not outlook.forecast:
        shapes += _end_labels(both, frame, width)
    return picture(
        width,
        height,
        shapes,
        title=TITLE.format(name=score_name(scores[0], language)).to(language),
        description=_description(both, surroundings, language),
    )


def _in_order(series: Series) -> Series:
    dated = [score for score in series.scores if score.period is not None]
    return Series(sorted(dated, key=lambda score: score.period or ALWAYS), series.name)


def _frame(
    both: Sequence[Series],
    surroundings: Surroundings,
    language: Language,
    size: tuple[float, float],
) -> _Frame:
    width, height = size
    scores = [score for one in both for score in one.scores]
    outlook = surroundings.outlook
    values = [
        *reach(scores),
        *(target.value for target in surroundings.targets),
        *outlook.values,
    ]
    limits = limits_of(scores[0])
    bottom = height - BOTTOM
    count = max(2, int((bottom - TOP) / TICK_SPACING))
    axis = axis_over(values, bottom, TOP, limits=limits)
    step = axis.step(count)
    ticks = tuple(
        (value, fitted(tick_text(value, step, scores[0].unit, language), LABEL_SIZE, width / 5))
        for value in axis.ticks(count)
    )
    left = GUTTER + 2 + max((text_width(text, LABEL_SIZE) for _, text in ticks), default=0)
    right: float = RIGHT
    if not outlook.forecast:
        right += max(text_width(_end_text(one, language), NAME_SIZE) for one in both)
    timeline = timeline_over(
        [*(score.period or ALWAYS for score in scores), *outlook.periods],
        left,
        width - min(right, width / 3),
    )
    moved = change_moments(outlook, scores[0].unit, language)
    notes = notes_over(surroundings.breaks, [*surroundings.events, *moved], timeline)
    rows = max((note.row + 1 for note in notes), default=0)
    lowered = Axis(axis.low, axis.high, bottom, TOP + rows * ROW_HEIGHT)
    return _Frame(lowered, timeline, notes, ticks, language)


def _grid(frame: _Frame) -> Iterator[Shape]:
    for value, text in frame.ticks:
        y = frame.axis.place(value)
        mark = "zero" if value == 0 else "grid"
        yield segment((frame.timeline.start, y), (frame.timeline.end, y), mark)
        yield words(
            frame.timeline.start - GUTTER, y + 4, text, "muted", size=LABEL_SIZE, anchor="end"
        )


def _time_axis(frame: _Frame, periods: Sequence[Period]) -> Iterator[Shape]:
    line = frame.axis.start
    yield segment((frame.timeline.start, line), (frame.timeline.end, line), "axis")
    for label in time_labels(periods, frame.timeline, frame.language):
        yield segment((label.x, line), (label.x, line + 4), "axis")
        yield words(label.x, line + 17, label.text, "muted", size=LABEL_SIZE, anchor="middle")
        if label.year:
            yield words(label.x, line + 32, label.year, "muted", size=LABEL_SIZE, anchor="middle")


def _target_lines(frame: _Frame, score: Score, targets: Sequence[Target]) -> Iterator[Shape]:
    for target in targets:
        y = frame.axis.place(target.value)
        start, end = (frame.timeline.start, y), (frame.timeline.end, y)
        value = target_value_text(target, score.unit, frame.language)
        text = TARGET.format(value=value).to(frame.language)
        yield segment(start, end, "target", dash="2 3")
        yield words(start[0] + 4, y - 5, text, "label", size=LABEL_SIZE)


def _series_shapes(series: Series, frame: _Frame, suffix: str) -> Iterator[Shape]:
    placed = [(frame.timeline.middle(score.period or ALWAYS), score) for score in series.scores]
    runs = [part for run in runs_with_value(placed) for part in _between_breaks(run, frame)]
    for run in runs:
        yield from band_shapes(run, frame.axis, suffix)
    for run in runs:
        yield from line_shapes(run, frame.axis, suffix)
    known = [one for run in runs for one in run]
    are_all_marked = len(known) <= MOST_MARKED
    for row, (x, score) in enumerate(known):
        is_last = row == len(known) - 1
        if are_all_marked or is_last or score.is_indicative:
            yield _point(x, score, frame, suffix, radius=4 if is_last else 3)


def _between_breaks(run: Sequence[Placed], frame: _Frame) -> list[list[Placed]]:
    """Return a run cut where a definition changed."""
    days = [note.moment.day.toordinal() for note in frame.notes if note.is_break]
    parts: dict[int, list[Placed]] = {}
    for x, score in run:
        start, end = days_of(score.period or ALWAYS)
        passed = sum(day <= (start + end) / 2 for day in days)
        parts.setdefault(passed, []).append((x, score))
    return list(parts.values())


def _point(x: float, score: Score, frame: _Frame, suffix: str, *, radius: float) -> Shape:
    centre = (x, frame.axis.place(score.value or 0.0))
    mark = f"hollow{suffix}" if score.is_indicative else f"dot{suffix}"
    drawn = square(centre, radius - 0.5, mark) if suffix else circle(centre, radius, mark)
    return group([drawn], hint=dated_words(score, frame.language))


def _end_labels(both: Sequence[Series], frame: _Frame, width: float) -> Iterator[Shape]:
    """Yield the name and last value of each series beside its line, none over another."""
    labels = []
    for one, mark in zip(both, ("name", "name-second"), strict=False):
        known = [score for score in one.scores if finite(score.value) is not None]
        if known:
            labels.append((frame.axis.place(known[-1].value or 0.0), mark, one))
    lowest = float("-inf")
    x = frame.timeline.end + RIGHT - 4
    for y, mark, one in sorted(labels, key=lambda label: label[0]):
        lowest = max(y, lowest + LINE_HEIGHT)
        text = fitted(_end_text(one, frame.language), NAME_SIZE, width - x)
        yield words(x, lowest + 4.5, text, mark, size=NAME_SIZE, is_bold=True)


def _end_text(series: Series, language: Language) -> str:
    known = [score for score in series.scores if finite(score.value) is not None]
    value = value_words(known[-1].value, known[-1].unit, language) if known else ""
    return f"{series.name} {value}".strip()


def _description(both: Sequence[Series], surroundings: Surroundings, language: Language) -> str:
    parts = []
    for one in both:
        known = [score for score in one.scores if finite(score.value) is not None]
        span = SPAN.format(count=len(one.scores), known=len(known)).to(language)
        parts.append(f"{one.name} – {span}" if one.name else span)
        if known:
            ends = {
                "highest": max(known, key=lambda score: score.value or 0.0),
                "lowest": min(known, key=lambda score: score.value or 0.0),
                "latest": known[-1],
            }
            told = {end: dated_words(score, language) for end, score in ends.items()}
            parts += [ENDS.format(**told).to(language)]
    first = both[0].scores[0] if both[0].scores else both[-1].scores[0]
    parts.append(confidence_words(first.confidence, language))
    for target in surroundings.targets:
        value = target_value_text(target, first.unit, language)
        parts.append(TARGET.format(value=value).to(language))
    parts += moment_sentences(surroundings.breaks, surroundings.events, language)
    parts += outlook_sentences(surroundings.outlook, first.unit, language)
    return sentences(parts)
