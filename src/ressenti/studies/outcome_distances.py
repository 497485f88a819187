"""Distributions of outcomes: around what was expected, and over customers by how many they got."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ressenti.facts.scales import Level
from ressenti.language import Language, Text
from ressenti.scores.score import Period, Score
from ressenti.statistics.proportions import wilson_interval
from ressenti.studies.questions import Question
from ressenti.studies.scoring import Answer, place_of

PENETRATION = "cpi/penetration"

DISTANCE_WORDS: Mapping[str, Text] = {
    "better_by_more_than_one": Text(
        en="better by more than one increment", fr="mieux de plus d'un incrément"
    ),
    "better_by_up_to_one": Text(en="better by up to one", fr="mieux, d'un incrément au plus"),
    "as_expected": Text(en="exactly as expected", fr="exactement comme attendu"),
    "missed_by_up_to_one": Text(en="missed by up to one", fr="manqué d'un incrément au plus"),
    "missed_by_up_to_two": Text(en="missed by one to two", fr="manqué d'un à deux incréments"),
    "missed_by_more_than_two": Text(
        en="missed by more than two", fr="manqué de plus de deux incréments"
    ),
}


@dataclass(frozen=True, slots=True)
class DistanceShare:
    """One level of distance: how many results lie there, in count and in per cent."""

    distance: str
    n: int
    share: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Distances:
    """How far the results of an outcome are from its expectation.

    Attributes
    ----------
    reason : str or None
        Why there are no shares.
    """

    segment: Mapping[str, str | None]
    period: Period | None
    n: float
    shares: tuple[DistanceShare, ...]
    reason: str | None

    def to_dict(self, language: Language = "en") -> dict[str, Any]:
        """Return the shares as JSON publishes them, unrounded."""
        return {
            "segment": dict(self.segment),
            "period": None if self.period is None else self.period.to_dict(),
            "n": self.n,
            "reason": self.reason,
            "levels": [
                {
                    "distance": one.distance,
                    "label": DISTANCE_WORDS[one.distance].to(language),
                    "n": one.n,
                    "share": one.share,
                    "low": one.low,
                    "high": one.high,
                }
                for one in self.shares
            ],
        }


def distances_of(score: Score, levels: Sequence[str]) -> Distances:
    """Return the distribution behind a share of far misses, each level with Wilson's interval.

    Results of customers who have several are worth to each level what they are to the share.

    Parameters
    ----------
    score : Score
        Its parts are the counts of the levels; one that is hidden has none, and no levels here.

    References
    ----------
    Wilson, E. B. (1927), JASA 22, 209-212.

    Examples
    --------
    >>> from ressenti.indicators import variant_called
    >>> from ressenti.scores.judgement import score_of_example
    >>> cpi, far = variant_called("cpi/far_misses_share")
    >>> pairs = [[10, 9], [10, 10], [10, 11], [10, 14]]
    >>> found = distances_of(score_of_example(cpi, far, {"pairs": pairs}), far.form(None).classes)
    >>> [one.n for one in found.shares]
    [0, 1, 1, 1, 0, 1]
    """
    counts = {level: int(score.parts[level]) for level in levels if level in score.parts}
    total = sum(counts.values())
    worth = 1.0 if score.n_effective is None else score.n_effective / score.n
    shares = tuple(
        _share(level, n, total, score.confidence, worth=worth)
        for level, n in counts.items()
        if total
    )
    return Distances(score.segment, score.period, score.n, shares, score.reason)


@dataclass(frozen=True, slots=True)
class NumberShare:
    """Customers who got so many outcomes: their count, and their share in per cent."""

    number: int
    n: int
    share: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class NumbersMet:
    """How many of the outcomes they wanted customers got every time, number by number."""

    segment: Mapping[str, str | None]
    period: Period | None
    n: float
    shares: tuple[NumberShare, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the shares as JSON publishes them, unrounded."""
        return {
            "segment": dict(self.segment),
            "period": None if self.period is None else self.period.to_dict(),
            "n": self.n,
            "numbers": [asdict(one) for one in self.shares],
        }


def numbers_met_of(question: Question, answer: Answer) -> Iterator[NumbersMet]:
    """Give the distributions behind the penetrations of an answer; none for one that is hidden.

    Parameters
    ----------
    question, answer
        A pass whose quantities were tallied value by value, and what it found.
    """
    shown = {
        (score.period, tuple(score.segment.items())): score
        for score, name in zip(answer.scores, answer.measures, strict=True)
        if name == PENETRATION and score.value is not None
    }
    table = answer.tables.get(PENETRATION)
    for row, key in enumerate(() if table is None else table.keys):
        period, segment = place_of(key, question)
        score = shown.get((period, tuple(segment.items())))
        if table is not None and score is not None:
            counts = dict(zip(table.levels, table.n[row].tolist(), strict=True))
            yield NumbersMet(segment, period, score.n, _number_shares(counts, score.confidence))


def _number_shares(counts: Mapping[Level, int], confidence: float) -> tuple[NumberShare, ...]:
    by_number = {int(level): n for level, n in counts.items()}
    total = sum(by_number.values())
    shares = []
    for number in range(max(by_number) + 1):
        one = _share(str(number), by_number.get(number, 0), total, confidence)
        shares.append(NumberShare(number, one.n, one.share, one.low, one.high))
    return tuple(shares)


def _share(
    level: str, n: int, total: int, confidence: float, *, worth: float = 1.0
) -> DistanceShare:
    if worth == 0:
        return DistanceShare(level, n, 100 * n / total, None, None)
    found = wilson_interval(worth * n, worth * total, confidence=confidence)
    low, high = (None if limit is None else 100 * limit for limit in (found.low, found.high))
    return DistanceShare(level, n, 100 * n / total, low, high)
