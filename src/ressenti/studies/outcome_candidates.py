"""Candidate outcomes: what customers speak of, how strongly, and what they seem not to get.

A comment says what somebody thought of, not what everybody wants: a candidate is a question to take
to customers, with an interval, and never an outcome by itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from typing import Final, NamedTuple

from ressenti.statistics.intervals import Interval, mean_interval
from ressenti.statistics.proportions import wilson_interval
from ressenti.tallies.suppression import FLOOR

DISPLEASED: Final = -0.25
"""How a person must feel on average, from -1 to 1, to be displeased: less is hardly felt."""


class Spoken(NamedTuple):
    """A clause in which somebody speaks of a theme.

    Attributes
    ----------
    felt : float
        How pleased, in [-1, 1]: pleased minus displeased.
    """

    theme: str
    respondent: Hashable
    felt: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that may be an outcome customers want.

    Attributes
    ----------
    respondents : int
        Who speak of it.
    talked_about : Interval
        Share of the respondents who speak of it, 0..1.
    emotional : Interval
        How strongly they feel about it, 0..1, whichever way, on average over them.
    unmet : Interval
        Share of those who speak of it and are displeased, 0..1.
    """

    theme: str
    respondents: int
    talked_about: Interval
    emotional: Interval
    unmet: Interval


@dataclass(frozen=True, slots=True)
class Candidates:
    """What comments propose.

    Attributes
    ----------
    candidates : tuple of Candidate
        Those that most respondents speak of with displeasure first.
    respondents : int
        Who wrote something that was read.
    hidden : int
        Themes of fewer people than the floor, told by their number alone.
    """

    candidates: tuple[Candidate, ...]
    respondents: int
    hidden: int

    def most_talked_about(self) -> tuple[Candidate, ...]:
        return tuple(sorted(self.candidates, key=lambda one: -_value(one.talked_about)))

    def most_emotional(self) -> tuple[Candidate, ...]:
        return tuple(sorted(self.candidates, key=lambda one: -_value(one.emotional)))

    def least_attained(self) -> tuple[Candidate, ...]:
        return tuple(sorted(self.candidates, key=lambda one: -_value(one.unmet)))


def candidates_of(
    spoken: Iterable[Spoken],
    *,
    respondents: int,
    floor: int = FLOOR,
    confidence: float = 0.95,
) -> Candidates:
    """Return the themes of some clauses as candidate outcomes, each person counted once in each.

    Parameters
    ----------
    respondents : int
        Everybody whose comment was read, whether or not it has a theme.
    floor : int
        A theme of fewer people than that is hidden.

    References
    ----------
    Wilson, JASA 22 (1927) 209, for the shares; Student's interval for the mean.

    Examples
    --------
    >>> spoken = [Spoken("delay", who, -0.8) for who in range(6)] + [Spoken("price", 9, 0.5)]
    >>> found = candidates_of(spoken, respondents=10)
    >>> [(one.theme, one.respondents, one.unmet.estimate) for one in found.candidates], found.hidden
    ([('delay', 6, 1.0)], 1)
    """
    felt: Mapping[str, dict[Hashable, list[float]]] = defaultdict(lambda: defaultdict(list))
    for one in spoken:
        felt[one.theme][one.respondent].append(one.felt)
    shown = {theme: by for theme, by in felt.items() if len(by) >= floor}
    found = [_candidate(theme, by, respondents, confidence) for theme, by in shown.items()]
    found.sort(key=lambda one: (-_displeased(one), -one.respondents, one.theme))
    return Candidates(tuple(found), respondents, len(felt) - len(shown))


def _candidate(
    theme: str,
    by_respondent: Mapping[Hashable, Sequence[float]],
    respondents: int,
    confidence: float,
) -> Candidate:
    means = [fsum(felt) / len(felt) for felt in by_respondent.values()]
    strengths = [fsum(map(abs, felt)) / len(felt) for felt in by_respondent.values()]
    n = len(means)
    mean = fsum(strengths) / n
    deviation = (fsum((one - mean) ** 2 for one in strengths) / max(n - 1, 1)) ** 0.5
    return Candidate(
        theme=theme,
        respondents=n,
        talked_about=wilson_interval(n, respondents, confidence=confidence),
        emotional=mean_interval(mean, deviation, n, confidence=confidence),
        unmet=wilson_interval(sum(one <= DISPLEASED for one in means), n, confidence=confidence),
    )


def _displeased(candidate: Candidate) -> float:
    """Return how many speak of it with displeasure."""
    return candidate.respondents * _value(candidate.unmet)


def _value(interval: Interval) -> float:
    return interval.estimate or 0.0
