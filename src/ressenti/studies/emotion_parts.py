"""Emotion parts: what each emotion of a text brings to its polarity, so that parts add up to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ressenti.emotions.reading import Clause, Emotion, Reading

FAINT = "neutral"
"""What holds the polarity that no emotion shown carries: too faint to be named."""


@dataclass(frozen=True, slots=True)
class EmotionPart:
    """One emotion of a text and what it brings to ``positive − negative`` of that text.

    Attributes
    ----------
    emotion : str
        One of ``ressenti.emotions.labels.LABELS``.
    valence : float
        In [-1, 1]; its sign is that of the part.
    amount : float
        In [0, 1].
    start, end : int or None
        Offsets of the clause in the text; None for what belongs to no clause in particular.
    """

    emotion: str
    valence: float
    amount: float
    start: int | None = None
    end: int | None = None

    @property
    def signed(self) -> float:
        return self.amount if self.valence > 0 else -self.amount


def parts_of(reading: Reading) -> tuple[EmotionPart, ...]:
    """Return the parts of a text's polarity; none for an unread text, at least one for a read one.

    Every clause weighs the same. How pleased a clause is goes to its positive emotions in
    proportion to their intensity, how displeased to its negative ones.

    Examples
    --------
    >>> from ressenti.emotions.engines import read_texts
    >>> reading, = read_texts(["Livraison rapide mais personnel odieux"])
    >>> round(sum(part.signed for part in parts_of(reading)) - reading.polarity, 12)
    0.0
    """
    polarity, clauses = reading.polarity, reading.clauses
    if polarity is None:
        return ()
    parts = [
        EmotionPart(emotion.name, emotion.valence, abs(signed), clause.start, clause.end)
        for clause in clauses
        for emotion, signed in brought_by(clause, len(clauses))
    ]
    rest = faint_rest(polarity, sum(part.signed for part in parts))
    if rest or not parts:
        parts.append(EmotionPart(FAINT, float((rest > 0) - (rest < 0)), abs(rest)))
    return tuple(parts)


def brought_by(clause: Clause, clauses: int) -> Sequence[tuple[Emotion, float]]:
    """Return what each emotion of a clause brings to the polarity of a text of so many clauses."""
    if not clause.emotions:
        return ()
    brought = []
    for sign, chance in ((1, clause.positive), (-1, clause.negative)):
        carriers = [emotion for emotion in clause.emotions if emotion.valence * sign > 0]
        total = sum([emotion.intensity for emotion in carriers])
        for emotion in carriers:
            share = emotion.intensity / total if total else 1 / len(carriers)
            brought.append((emotion, sign * chance / clauses * share))
    return brought


def faint_rest(polarity: float, brought: float) -> float:
    """Return what is left of a polarity once its emotions have brought their parts, in [-1, 1]."""
    return max(-1.0, min(polarity - brought, 1.0))
