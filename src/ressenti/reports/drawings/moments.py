"""Moments: what happened on a day, written above a trend; a break of definition cuts its line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ressenti.facts.periods import Grain, label_of
from ressenti.language import Language, Text
from ressenti.reports.drawings.lettering import fitted, text_width
from ressenti.reports.drawings.timeline import Timeline
from ressenti.reports.drawings.vector import Shape, group, polygon, segment, words

SIZE = 11
ROW_HEIGHT = 16
MOST_ROWS = 3
GAP = 8
PADDING = 5
MARK = 4
BREAK = Text(en="Definition changed on {day}: {words}", fr="Définition changée le {day} : {words}")
EVENT = Text(en="{day}: {words}", fr="{day} : {words}")


@dataclass(frozen=True, slots=True)
class Moment:
    """A day and what happened on it, in the words of who wrote it down."""

    day: date
    words: str


@dataclass(frozen=True, slots=True)
class Note:
    """A moment as it is drawn: its pixel, its words as they fit, and the row they stand in."""

    moment: Moment
    x: float
    text: str
    row: int
    is_break: bool
    is_left: bool


def notes_over(
    breaks: Sequence[Moment], events: Sequence[Moment], timeline: Timeline
) -> tuple[Note, ...]:
    """Return the moments of a timeline, their words in rows where none covers another."""
    told = [(moment, True) for moment in breaks] + [(moment, False) for moment in events]
    inside = [
        (moment, is_break)
        for moment, is_break in sorted(told, key=lambda one: (one[0].day, one[0].words))
        if timeline.first <= moment.day.toordinal() <= timeline.last
    ]
    notes: list[Note] = []
    free = [float("-inf")] * MOST_ROWS
    for moment, is_break in inside:
        x = timeline.place(moment.day.toordinal())
        needed = text_width(moment.words, SIZE) + PADDING
        is_left = x + needed > timeline.end and x - timeline.start > timeline.end - x
        room = (x - timeline.start if is_left else timeline.end - x) - PADDING
        text = fitted(moment.words, SIZE, room)
        start = x - text_width(text, SIZE) - PADDING if is_left else x
        row = next((n for n in range(MOST_ROWS) if free[n] + GAP <= start), MOST_ROWS - 1)
        free[row] = start + text_width(text, SIZE) + PADDING
        notes.append(Note(moment, x, text, row, is_break, is_left))
    return tuple(notes)


def note_shapes(notes: Sequence[Note], top: float, bottom: float) -> Iterator[Shape]:
    """Yield each moment: a dashed line for a break, a thin one with a mark for an event.

    Words come last: their outline keeps the lines they cross from being read into them.
    """
    for note in notes:
        yield from _line_shapes(note, top + note.row * ROW_HEIGHT, bottom)
    for note in notes:
        x = note.x - PADDING if note.is_left else note.x + PADDING
        base = top + note.row * ROW_HEIGHT + SIZE
        anchor = "end" if note.is_left else "start"
        label = words(x, base, note.text, "label", size=SIZE, anchor=anchor)
        yield group([label], hint=note.moment.words)


def _line_shapes(note: Note, top: float, bottom: float) -> Iterator[Shape]:
    start, end = (note.x, top + 2), (note.x, bottom)
    if note.is_break:
        yield segment(start, end, "break", width=1.25, dash="4 3")
    else:
        yield segment(start, end, "event")
        tip = [(note.x, bottom - MARK), (note.x - MARK, bottom), (note.x + MARK, bottom)]
        yield polygon(tip, "event-mark")


def moment_sentences(
    breaks: Sequence[Moment], events: Sequence[Moment], language: Language
) -> list[str]:
    """Return what happened, day by day, each break said to be one."""
    return [
        pattern.format(day=label_of(moment.day, Grain.DAY, language), words=moment.words).to(
            language
        )
        for pattern, moments in ((BREAK, breaks), (EVENT, events))
        for moment in sorted(moments, key=lambda one: (one.day, one.words))
    ]
