"""Net emotions: the NES of many texts with its interval, what stands beside it, and its audit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ressenti.emotions.labels import LABELS
from ressenti.emotions.reading import Reading
from ressenti.language import Text
from ressenti.scores.score import CONFIDENCE, SMALL_BASE, Direction, Flag, Reason, Score, Unit
from ressenti.statistics.classification import prediction_powered_mean
from ressenti.statistics.intervals import Interval, mean_interval
from ressenti.studies.emotion_parts import FAINT

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]

EMOTIONS: Final = tuple(LABELS)
PLACES: Final = {name: place for place, name in enumerate(EMOTIONS)}
RECORD: Final = np.dtype(
    [
        ("respondent", "<u8"),
        ("polarity", "<f8"),
        ("intensity", "<f4"),
        ("state", "u1"),
        ("parts", "<f8", (len(EMOTIONS),)),
    ]
)
"""What is kept of a text: its respondent, s = P − N (NaN when unread), what each emotion brings."""
FEW_AUDITED: Final = 200
AUDIT_TOO_SMALL = Text(
    en="{n} texts marked by a person: with fewer than {few} the correction is itself unsure.",
    fr="{n} textes annotés par une personne : en dessous de {few}, la correction est elle-même "
    "incertaine.",
)


class State(IntEnum):
    """How a text leans; every text is in one state."""

    UNREAD = 0
    NEUTRAL = 1
    POSITIVE = 2
    NEGATIVE = 3
    MIXED = 4


@dataclass(frozen=True, slots=True)
class AuditedText:
    """A text that a person marked: whose it is, the engine's polarity, the person's, in [−1, 1].

    ``polarity`` is None when the engine could not read it.
    """

    respondent: int
    polarity: float | None
    mark: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NetEmotion:
    """The NES of some texts.

    Attributes
    ----------
    score : Score
        ``nes/mean_polarity`` with all that stands beside it in ``parts``: ``uncorrected`` without
        an audit, and as the engine read it in any case.
    corrected : Interval or None
        The prediction-powered NES, in points; None without an audit.
    n_audited : int
        Marked texts that the engine could read.
    contributions : mapping of emotion to float
        Points that each emotion brings; they add up to the score's value.
    """

    score: Score
    corrected: Interval | None
    n_audited: int
    contributions: Mapping[str, float]
    remarks: tuple[Text, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as JSON publishes them, unrounded."""
        corrected = self.corrected
        return {
            **self.score.to_dict(),
            "contributions": dict(self.contributions),
            "corrected": None
            if corrected is None
            else {
                "value": corrected.estimate,
                "low": corrected.low,
                "high": corrected.high,
                "confidence": corrected.confidence,
                "method": corrected.method,
                "n_audited": self.n_audited,
            },
        }


def state_of(reading: Reading) -> State:
    """Return how a text leans."""
    polarity = reading.polarity
    if polarity is None:
        return State.UNREAD
    if reading.is_mixed:
        return State.MIXED
    if reading.is_neutral or polarity == 0:
        return State.NEUTRAL
    return State.POSITIVE if polarity > 0 else State.NEGATIVE


def records_of(readings: Sequence[Reading], respondents: Sequence[int]) -> NDArray[np.void]:
    """Return what is kept of texts, shape (n,).

    Parameters
    ----------
    respondents
        A number of 64 bits for the person who wrote each text.
    """
    records = np.zeros(len(readings), dtype=RECORD)
    polarities = [reading.polarity for reading in readings]
    records["respondent"] = respondents
    records["polarity"] = [np.nan if polarity is None else polarity for polarity in polarities]
    records["intensity"] = [reading.intensity or 0.0 for reading in readings]
    records["state"] = [state_of(reading) for reading in readings]
    parts = records["parts"]
    parts[:] = _brought(readings)
    faint = records["polarity"] - parts.sum(axis=1)
    parts[:, PLACES[FAINT]] += np.where(np.isnan(faint), 0.0, faint.clip(-1, 1))
    return records


def _brought(readings: Sequence[Reading]) -> Floats:
    """Return what each emotion brings to each polarity, shape (n, emotions).

    It is :func:`ressenti.studies.emotion_parts.brought_by` for many texts at once.
    """
    clauses = [
        (place, len(reading.clauses), clause)
        for place, reading in enumerate(readings)
        for clause in reading.clauses
        if clause.emotions
    ]
    shown = [
        (number, PLACES[emotion.name], emotion.valence, emotion.intensity)
        for number, (_, _, clause) in enumerate(clauses)
        for emotion in clause.emotions
        if emotion.valence
    ]
    sums = np.zeros(len(readings) * len(EMOTIONS))
    if not shown:
        return sums.reshape(-1, len(EMOTIONS))
    number, name, valence, intensity = map(np.array, zip(*shown, strict=True))
    place, size = np.array([each[:2] for each in clauses]).T
    chances = np.array([(clause.negative, clause.positive) for _, _, clause in clauses])
    is_pleasant = (valence > 0).astype(np.intp)
    # The emotions of one sign share what their clause has of it, by their intensity.
    fellows = 2 * number + is_pleasant
    total = np.bincount(fellows, intensity)[fellows]
    share = np.divide(intensity, total, out=1 / np.bincount(fellows)[fellows], where=total > 0)
    signed = np.sign(valence) * chances[number, is_pleasant] / size[number] * share
    sums += np.bincount(place[number] * len(EMOTIONS) + name, signed, minlength=len(sums))
    return sums.reshape(-1, len(EMOTIONS))


def net_emotion(
    records: NDArray[np.void],
    *,
    engine: str,
    audited: Sequence[AuditedText] | None = None,
    confidence: float = CONFIDENCE,
) -> NetEmotion:
    """Return the NES of texts: 100 × the mean of s over respondents, neutral texts included.

    The texts of one respondent share one voice: each weighs one over their number, so that nobody
    outweighs others by writing often, and the interval is that of independent respondents.

    Parameters
    ----------
    records
        As ``records_of`` makes them, in any order.
    engine : str
        Name and version of what read them.
    audited : sequence of AuditedText or None
        A random sample marked by a person; None when there is no audit.

    References
    ----------
    Angelopoulos, Bates, Fannjiang, Jordan and Zrnic, Science 382 (2023) 669.
    """
    is_read = records["state"] != State.UNREAD
    read = int(is_read.sum())
    unread = len(records) - read
    if not read:
        return _nothing_read(unread, engine, confidence)
    people, person, sizes = np.unique(
        records["respondent"][is_read], return_inverse=True, return_counts=True
    )
    weights: Floats = np.zeros(len(records))
    weights[is_read] = 1 / sizes[person] / len(people)
    means = np.bincount(person, weights=records["polarity"][is_read]) / sizes
    deviation = float(means.std(ddof=1)) if len(means) > 1 else 0.0
    interval = mean_interval(float(means.mean()), deviation, len(means), confidence=confidence)
    corrected, n_audited = _corrected(means, audited, confidence)
    parts = _beside(records, weights) | {"unread": unread, "engine": engine}
    score = Score(
        indicator="nes",
        variant="mean_polarity",
        value=100 * float(means.mean()),
        unit=Unit.POINTS,
        direction=Direction.HIGH,
        n=read,
        n_effective=len(people),
        n_missing=unread,
        # No polarity lies beyond: what Student's limits promise there loses nothing when cut.
        low=None if interval.low is None else max(100 * interval.low, -100.0),
        high=None if interval.high is None else min(100 * interval.high, 100.0),
        confidence=confidence,
        method="student_t",
        parts={"respondents": len(people), **parts},
        flags=_flags(len(people), clustered=len(people) < read, corrected=corrected),
    )
    # Millions of records stay where they are: a product would copy them first.
    brought = np.einsum("i,ij->j", weights, records["parts"])
    return NetEmotion(
        score=score,
        corrected=corrected,
        n_audited=n_audited,
        contributions={
            name: 100 * float(points) for name, points in zip(EMOTIONS, brought, strict=True)
        },
        remarks=_remarks(corrected, n_audited),
    )


def _nothing_read(unread: int, engine: str, confidence: float) -> NetEmotion:
    score = Score(
        indicator="nes",
        variant="mean_polarity",
        value=None,
        unit=Unit.POINTS,
        direction=Direction.HIGH,
        n_missing=unread,
        confidence=confidence,
        reason=Reason.NO_DATA,
        parts={"respondents": 0, "unread": unread, "engine": engine},
    )
    return NetEmotion(score=score, corrected=None, n_audited=0, contributions={})


def _beside(records: NDArray[np.void], weights: Floats) -> dict[str, float]:
    """Return the shares of each state, in percent of what was read, and the mean intensity."""
    shares = np.bincount(records["state"], weights=weights, minlength=len(State)) * 100
    states = (State.POSITIVE, State.NEGATIVE, State.NEUTRAL, State.MIXED)
    named = {state.name.lower(): float(shares[state]) for state in states}
    return {
        **named,
        "net_share": named["positive"] - named["negative"],
        "mean_intensity": float(weights @ records["intensity"]),
    }


def _corrected(
    means: Floats, audited: Sequence[AuditedText] | None, confidence: float
) -> tuple[Interval | None, int]:
    """Return the prediction-powered NES in points, and how many marked texts it rests on."""
    if audited is None:
        return None, 0
    usable = [text for text in audited if text.polarity is not None]
    people, person = np.unique(
        np.array([text.respondent for text in usable], dtype=np.uint64), return_inverse=True
    )
    sizes = np.bincount(person, minlength=len(people))
    read = np.bincount(person, weights=[text.polarity or 0.0 for text in usable])
    marked = np.bincount(person, weights=[text.mark for text in usable])
    found, _ = prediction_powered_mean(
        means,
        read[: len(people)] / sizes,
        marked[: len(people)] / sizes,
        are_among=True,
        confidence=confidence,
    )
    return (
        Interval(
            _points(found.estimate),
            _points(found.low),
            _points(found.high),
            confidence,
            found.method,
            found.reason,
        ),
        len(usable),
    )


def _points(polarity: float | None) -> float | None:
    return None if polarity is None else 100 * polarity


def _flags(people: int, *, clustered: bool, corrected: Interval | None) -> tuple[str, ...]:
    told = {
        Flag.ONE_ANSWER: people == 1,
        Flag.SMALL_BASE: people < SMALL_BASE,
        Flag.CLUSTERED: clustered,
        Flag.UNCORRECTED: corrected is None or corrected.estimate is None,
    }
    return tuple(flag for flag, is_true in told.items() if is_true)


def _remarks(corrected: Interval | None, n_audited: int) -> tuple[Text, ...]:
    if corrected is None:
        return ()
    if corrected.reason is not None:
        return (corrected.reason,)
    if n_audited < FEW_AUDITED:
        return (AUDIT_TOO_SMALL.format(n=n_audited, few=FEW_AUDITED),)
    return ()
