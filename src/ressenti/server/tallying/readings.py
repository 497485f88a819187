"""Readings: what was read in the comments of a response, and what it adds to the tallies."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from statistics import fmean
from typing import Any, Final

from ressenti.server.tallying.levels import MISSING_LEVEL

POLARITIES: Final = "nes/mean_polarity"
TONES: Final = "nes@tone"
INTENSITIES: Final = "nes@intensity"
READING_TALLIES: Final = (POLARITIES, TONES, INTENSITIES)
"""The tallies that readings feed, and nothing else."""
POSITIVE, NEGATIVE, NEUTRAL, MIXED = "positive", "negative", "neutral", "mixed"
UNREAD: Final = "unread"
KNOWN_TONES: Final = frozenset({POSITIVE, NEGATIVE, NEUTRAL, MIXED, UNREAD})
DIGEST_LENGTH: Final = 16
MILLIONTH: Final = Decimal("1e-6")
TENTH: Final = Decimal("0.1")

CommentKey = tuple[str, str]
"""The question and the part of it that a comment answers."""


def text_digest(text: str) -> str:
    """Return by what an entry says which text was read.

    Examples
    --------
    >>> text_digest("Parfait")
    '3bed9e76fd387334'
    """
    return hashlib.sha256(text.encode()).hexdigest()[:DIGEST_LENGTH]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedReading:
    """What was read in one comment.

    Parameters
    ----------
    polarity : float or None
        In [−1, 1]; None when it could not be read.
    told : mapping or None
        All that the entry says of it; None for one that the record holds already.
    """

    question: str
    part: str = ""
    engine: str
    series: int
    tone: str
    polarity: float | None
    intensity: float | None
    told: Mapping[str, Any] | None = field(default=None, compare=False)

    @classmethod
    def of_payload(
        cls, told: Mapping[str, Any], *, engine: str, series: int, read_at: str
    ) -> RecordedReading:
        """Return the reading of an element of ``readings`` in a payload."""
        tone, polarity = told["tone"], told.get("polarity")
        if tone not in KNOWN_TONES or (polarity is None) != (tone == UNREAD):
            message = f"tone {tone!r} does not go with its polarity"
            raise ValueError(message)
        return cls(
            question=told["q"],
            part=told.get("p", ""),
            engine=engine,
            series=series,
            tone=tone,
            polarity=polarity,
            intensity=told.get("intensity"),
            told={**told, "read_at": read_at},
        )

    @property
    def key(self) -> CommentKey:
        return self.question, self.part


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeReading:
    """What the comments of one response say together: one observation, whatever its length.

    Parameters
    ----------
    polarity, intensity : Decimal or None
        None when none of them could be read.
    """

    engine: str
    series: int
    tone: str
    polarity: Decimal | None
    intensity: Decimal | None
    is_counted: bool

    def levels(self) -> Iterator[tuple[str, str, Decimal | None]]:
        """Give each tally that it is counted in, with its level there and its value."""
        yield POLARITIES, tenths(self.polarity), self.polarity
        yield TONES, MISSING_LEVEL if self.tone == UNREAD else self.tone, None
        yield INTENSITIES, tenths(self.intensity), self.intensity


def whole_reading(readings: Sequence[RecordedReading], *, is_counted: bool) -> WholeReading | None:
    """Return what comments say together; None where there is none.

    Nobody outweighs others by answering several questions: the polarity is the mean of those that
    could be read, the intensity that of the strongest. What is pleased in one comment and
    displeased in another is mixed, as in one.

    Examples
    --------
    >>> both = [
    ...     RecordedReading(question=name, engine="e/1", series=1, tone=tone,
    ...                     polarity=polarity, intensity=0.5)
    ...     for name, tone, polarity in (("why", "positive", 0.8), ("more", "negative", -0.4))
    ... ]
    >>> whole = whole_reading(both, is_counted=True)
    >>> whole.tone, whole.polarity
    ('mixed', Decimal('0.200000'))
    """
    if not readings:
        return None
    newest = max(readings, key=lambda one: one.series)
    polarities = [one.polarity for one in readings if one.polarity is not None]
    intensities = [one.intensity for one in readings if one.intensity is not None]
    return WholeReading(
        engine=newest.engine,
        series=newest.series,
        tone=_tone({one.tone for one in readings}),
        polarity=_exact(fmean(polarities)) if polarities else None,
        intensity=_exact(max(intensities)) if intensities else None,
        is_counted=is_counted,
    )


def _tone(found: set[str]) -> str:
    if MIXED in found or found >= {POSITIVE, NEGATIVE}:
        return MIXED
    return next((one for one in (POSITIVE, NEGATIVE, NEUTRAL) if one in found), UNREAD)


def _exact(value: float) -> Decimal:
    return Decimal(repr(value)).quantize(MILLIONTH, ROUND_HALF_UP)


def tenths(value: Decimal | None) -> str:
    """Return the level of a value: itself to the tenth, so that few cells hold many comments.

    Examples
    --------
    >>> tenths(Decimal("-0.25")), tenths(Decimal("-0.04")), tenths(Decimal(1)), tenths(None)
    ('-0.3', '0', '1', '?missing')
    """
    if value is None:
        return MISSING_LEVEL
    rounded = value.quantize(TENTH, ROUND_HALF_UP)
    return str(int(rounded)) if rounded == int(rounded) else str(rounded)
