"""Emotion parts: what each emotion of a text brings to its polarity, so that parts add up to it."""

from __future__ import annotations

from dataclasses import dataclass

from ressenti.emotions.reading import Clause, Reading

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
    if reading.polarity is None:
        return ()
    parts = [
        part
        for clause in reading.clauses
        for part in _parts_of_clause(clause, len(reading.clauses))
    ]
    rest = reading.polarity - sum(part.signed for part in parts)
    if rest or not parts:
        parts.append(EmotionPart(FAINT, float((rest > 0) - (rest < 0)), min(abs(rest), 1.0)))
    return tuple(parts)


def _parts_of_clause(clause: Clause, clauses: int) -> list[EmotionPart]:
    parts = []
    for sign, chance in ((1, clause.positive), (-1, clause.negative)):
        carriers = [emotion for emotion in clause.emotions if emotion.valence * sign > 0]
        total = sum(emotion.intensity for emotion in carriers)
        for emotion in carriers:
            share = emotion.intensity / total if total else 1 / len(carriers)
            amount = chance / clauses * share
            parts.append(
                EmotionPart(emotion.name, emotion.valence, amount, clause.start, clause.end)
            )
    return parts
