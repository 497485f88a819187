"""Clause readings: from what an engine makes of each clause to the reading of the whole text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ressenti.emotions.findings import FELT
from ressenti.emotions.labels import LABELS, SURPRISE_VALENCE
from ressenti.emotions.reading import Clause, Emotion, Reading, Span


@dataclass(frozen=True, slots=True)
class Felt:
    """An emotion of one clause: its name, its intensity in [0, 1], the words that carry it."""

    name: str
    intensity: float
    words: tuple[Span, ...] = ()


def clause_of(
    place: tuple[int, int], number: int, positive: float, negative: float, felt: Iterable[Felt]
) -> Clause:
    """Return a clause with its emotions, the strongest first.

    Parameters
    ----------
    place : int, int
        Where it starts and ends in the original text.
    number : int
        Which clause of its text, from 0.

    Examples
    --------
    >>> clause = clause_of((0, 5), 0, 0.1, 0.8, [Felt("surprise", 0.3), Felt("anger", 0.7)])
    >>> [(emotion.name, emotion.valence) for emotion in clause.emotions]
    [('anger', -0.9), ('surprise', -0.5)]
    """
    start, end = place
    sign = (positive > negative) - (positive < negative)
    emotions = (
        Emotion(
            name=each.name,
            valence=LABELS[each.name].valence or SURPRISE_VALENCE * sign,
            intensity=each.intensity,
            span_start=start,
            span_end=end,
            clause=number,
            words=each.words,
        )
        for each in sorted(felt, key=lambda each: -each.intensity)
    )
    return Clause(start, end, positive, negative, tuple(emotions))


def reading_of(clauses: Sequence[Clause], language: str | None, engine: str) -> Reading:
    """Return the reading of a text from its clauses, of which there is at least one."""
    emotions = tuple(emotion for clause in clauses for emotion in clause.emotions)
    is_pleased = any(clause.positive >= FELT for clause in clauses)
    is_displeased = any(clause.negative >= FELT for clause in clauses)
    return Reading(
        language=language,
        positive=sum(clause.positive for clause in clauses) / len(clauses),
        negative=sum(clause.negative for clause in clauses) / len(clauses),
        intensity=max((emotion.intensity for emotion in emotions), default=0.0),
        is_mixed=is_pleased and is_displeased,
        is_neutral=not (emotions or is_pleased or is_displeased),
        reason=None,
        emotions=emotions,
        clauses=tuple(clauses),
        engine=engine,
    )
