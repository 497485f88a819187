"""Mix and rate: why a figure moved, step by step from what it was to what it is.

The first step is the mix of segments, the others what each segment gave by itself; they add up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ressenti.language import Language, Text
from ressenti.reports.changes import difference_text
from ressenti.reports.drawings.axes import Axis, axis_over, finite, tick_text
from ressenti.reports.drawings.lettering import fitted, text_width
from ressenti.reports.drawings.vector import (
    Shape,
    circle,
    group,
    picture,
    rectangle,
    segment,
    words,
)
from ressenti.reports.drawings.wording import figure_words, sentences, value_words
from ressenti.reports.terminal import score_name
from ressenti.reports.words import NOT_TOLD, REASONS
from ressenti.scores.score import Direction, Score
from ressenti.statistics.decomposition import Effect
from ressenti.studies.comparing import Change, Split

WIDTH = 640
ROW_HEIGHT = 24
BAR_HEIGHT = 13
TOP, BOTTOM, GUTTER = 6, 26, 12
SIZE, SMALL = 12, 11
LABEL_SHARE = 0.36
MOST_SEGMENTS = 8

TITLE = Text(
    en="Why {name} moved, along {dimension}", fr="Pourquoi {name} a évolué, selon {dimension}"
)
MIX = Text(en="mix", fr="structure")
RATE = Text(en="within segments", fr="à l'intérieur des segments")
OTHERS = Text(en="{count} other segments", fr="{count} autres segments")
LINE = Text(en="{label}: {figures}", fr="{label} : {figures}")
BETWEEN = Text(en="{amount} [{low}, {high}]", fr="{amount} [{low} ; {high}]")
NOTHING = Text(en="No change to split", fr="Aucune évolution à décomposer")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the fall: what it is called, where it starts and where it ends."""

    label: str
    start: float
    end: float

    @property
    def amount(self) -> float:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class _Frame:
    axis: Axis
    label_room: float
    score: Score
    language: Language


def mix_rate_svg(
    change: Change,
    split: Split,
    levels: tuple[str, str],
    language: Language,
    *,
    width: float = WIDTH,
) -> str:
    """Return the fall of a change along one dimension, from the first value to the second.

    Parameters
    ----------
    change : Change
        The total of the comparison.
    levels : pair of str
        What the two values compared are called.
    """
    title = TITLE.format(name=score_name(change.before, language), dimension=split.dimension).to(
        language
    )
    start = finite(change.before.value)
    if start is None or finite(change.after.value) is None:
        told = sentences([NOTHING.to(language), _reason(change, language)])
        text = words(0, SIZE + TOP, fitted(told, SIZE, width), "muted", size=SIZE)
        return picture(width, ROW_HEIGHT, [text], title=title, description=told)
    steps = steps_of(split, start, language)
    height = TOP + ROW_HEIGHT * (len(steps) + 2) + BOTTOM
    frame = _frame(change, steps, levels, language, width)
    shapes = [*_scale(frame, height - BOTTOM), *_shapes(change, steps, levels, frame)]
    description = _description(change, split, steps, levels, language)
    return picture(width, height, shapes, title=title, description=description)


def steps_of(split: Split, start: float, language: Language) -> tuple[Step, ...]:
    """Return the mix, then the rate of each segment, the largest first and the small ones summed.

    Parameters
    ----------
    start : float
        The value before the change.
    """
    parts = split.decomposition
    rates = sorted(
        zip(split.segments, parts.rate_by_segment, strict=False),
        key=lambda one: (-abs(one[1]), one[0] or ""),
    )
    amounts = [(MIX.to(language), parts.mix.value or 0.0)]
    amounts += [(name or NOT_TOLD.to(language), rate) for name, rate in rates[:MOST_SEGMENTS]]
    others = rates[MOST_SEGMENTS:]
    if others:
        label = OTHERS.format(count=len(others)).to(language)
        amounts.append((label, sum(rate for _, rate in others)))
    steps: list[Step] = []
    for label, amount in amounts:
        steps.append(Step(label, start, start + amount))
        start += amount
    return tuple(steps)


def _frame(
    change: Change,
    steps: Sequence[Step],
    levels: tuple[str, str],
    language: Language,
    width: float,
) -> _Frame:
    score = change.before
    labels = [*levels, *(step.label for step in steps)]
    label_room = min(max(text_width(text, SIZE) for text in labels), LABEL_SHARE * width)
    amounts = [difference_text(step.amount, score.unit, language) for step in steps]
    amounts += [value_words(one.value, score.unit, language) for one in (score, change.after)]
    right = min(max(text_width(text, SIZE) for text in amounts), width / 4)
    values = [score.value, change.after.value]
    values += [value for step in steps for value in (step.start, step.end)]
    axis = axis_over(values, label_room + GUTTER, width - right - GUTTER, margin=0.05)
    return _Frame(axis, label_room, score, language)


def _scale(frame: _Frame, bottom: float) -> Iterator[Shape]:
    axis = frame.axis
    count = max(3, int((axis.end - axis.start) / 90))
    step = axis.step(count)
    for value in axis.ticks(count):
        x = axis.place(value)
        text = fitted(tick_text(value, step, frame.score.unit, frame.language), SMALL, 90)
        yield segment((x, TOP), (x, bottom), "zero" if value == 0 else "grid")
        yield words(x, bottom + 16, text, "muted", size=SMALL, anchor="middle")


def _shapes(
    change: Change, steps: Sequence[Step], levels: tuple[str, str], frame: _Frame
) -> Iterator[Shape]:
    y = TOP + ROW_HEIGHT / 2
    places = [step.start for step in steps] + [steps[-1].end]
    for row, value in enumerate(places):
        x, top = frame.axis.place(value), y + row * ROW_HEIGHT
        yield segment((x, top), (x, top + ROW_HEIGHT), "axis", dash="1 2")
    yield _end_shape(change.before, levels[0], y, frame)
    for row, step in enumerate(steps, start=1):
        yield _step_shape(step, y + row * ROW_HEIGHT, frame)
    yield _end_shape(change.after, levels[1], y + (len(steps) + 1) * ROW_HEIGHT, frame)


def _end_shape(score: Score, label: str, y: float, frame: _Frame) -> Shape:
    base = y + SIZE / 3
    x = frame.axis.place(score.value or 0.0)
    value = value_words(score.value, score.unit, frame.language)
    shapes = [
        _label(label, base, frame, is_bold=True),
        circle((x, y), 5, "hollow-indicative" if score.is_indicative else "dot"),
        words(x + 10, base, value, "ink", size=SIZE, is_bold=True),
    ]
    figures = figure_words(score, frame.language)
    return group(shapes, hint=LINE.format(label=label, figures=figures).to(frame.language))


def _step_shape(step: Step, y: float, frame: _Frame) -> Shape:
    base = y + SIZE / 3
    start, end = frame.axis.place(step.start), frame.axis.place(step.end)
    # A step that rounds to nothing still shows where it stands.
    length = end - start if abs(end - start) >= 1 else 1.0
    text = difference_text(step.amount, frame.score.unit, frame.language)
    top = y - BAR_HEIGHT / 2
    shapes = [
        _label(step.label, base, frame),
        rectangle(start, top, length, BAR_HEIGHT, _kind(step, frame.score)),
        words(max(start, end) + 6, base, text, "label", size=SIZE),
    ]
    return group(shapes, hint=LINE.format(label=step.label, figures=text).to(frame.language))


def _label(label: str, base: float, frame: _Frame, *, is_bold: bool = False) -> Shape:
    text = fitted(label, SIZE, frame.label_room)
    return words(frame.label_room, base, text, "ink", size=SIZE, anchor="end", is_bold=is_bold)


def _kind(step: Step, score: Score) -> str:
    """Return the class of a step: good, bad, or neither where the indicator says neither."""
    if score.direction is Direction.CONTEXT or step.amount == 0:
        return "neutral"
    is_good = (step.amount > 0) == (score.direction is Direction.HIGH)
    return "positive" if is_good else "negative"


def _reason(change: Change, language: Language) -> str:
    reason = REASONS.get(change.reason or "")
    return "" if reason is None else reason.to(language)


def _description(
    change: Change,
    split: Split,
    steps: Sequence[Step],
    levels: tuple[str, str],
    language: Language,
) -> str:
    parts = split.decomposition
    unit = change.before.unit
    ends = [
        (level, figure_words(score, language))
        for level, score in zip(levels, (change.before, change.after), strict=True)
    ]
    effects = [
        (label.to(language), _effect_words(effect, change, language))
        for label, effect in ((MIX, parts.mix), (RATE, parts.rate))
    ]
    rates = [(step.label, difference_text(step.amount, unit, language)) for step in steps[1:]]
    return sentences(
        [
            *(
                LINE.format(label=label, figures=figures).to(language)
                for label, figures in (*ends, *effects, *rates)
            ),
            *(reason.to(language) for reason in split.alert.reasons),
        ]
    )


def _effect_words(effect: Effect, change: Change, language: Language) -> str:
    unit = change.before.unit
    interval = effect.interval(confidence=change.confidence)
    amount = difference_text(effect.value, unit, language)
    if interval.low is None or interval.high is None:
        return amount
    low, high = (difference_text(limit, unit, language) for limit in (interval.low, interval.high))
    return BETWEEN.format(amount=amount, low=low, high=high).to(language)
