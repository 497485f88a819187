"""Ranking: many units side by side, each pulled towards the mean of all by its own uncertainty.

A table of raw figures ranks luck: the smallest units come first and last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ressenti.errors import NotComparable
from ressenti.language import Text
from ressenti.scores.contrast import Contrast, Distribution
from ressenti.scores.judgement import Place, scores_of_tallies
from ressenti.scores.score import CONFIDENCE, SMALL_BASE, Direction, Score
from ressenti.statistics.shrinkage import (
    ALARM_Z,
    WARNING_Z,
    EmpiricalBayes,
    Shrunk,
    dispersion_factor,
    empirical_bayes,
    extreme_probabilities,
    funnel_limits,
    rank_intervals,
)
from ressenti.studies.questions import Measure, Question
from ressenti.studies.scoring import (
    Judging,
    complete_table,
    counts_of_question,
    place_of,
    without_small_groups,
)
from ressenti.tallies.suppression import FLOOR
from ressenti.tallies.tally import ALL, TallyTable

TOP_SHARE = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One unit of a league table.

    Parameters
    ----------
    score : Score
        Its own figure with its own interval; hidden for a group of fewer than 5.
    shrunk, low, high : float or None
        Its figure pulled towards the mean of all, with Morris's interval.
    chance_best, chance_worst : float or None
        Probabilities, 0 to 1, of being in the best and in the worst part of the table.
    ranks : pair of int or None
        Best and worst rank it may well have, 1 for the best.
    funnel : str or None
        ``"warning"`` or ``"alarm"`` where its own figure lies outside the limits that 95 % or
        99.8 % of units that do not differ would respect.
    is_indicative : bool
        Too few answers for a rank.
    """

    score: Score
    shrunk: float | None = None
    low: float | None = None
    high: float | None = None
    chance_best: float | None = None
    chance_worst: float | None = None
    ranks: tuple[int, int] | None = None
    funnel: str | None = None
    is_indicative: bool = False

    @property
    def segment(self) -> Mapping[str, str | None]:
        return self.score.segment


@dataclass(frozen=True, slots=True, kw_only=True)
class League:
    """The units of one measure: those ranked from the best, the indicative ones, the hidden ones.

    Without a ranking to publish, units come in the order of their names.

    Parameters
    ----------
    whole : Score
        All units together.
    tau2 : float or None
        Variance between units, in squared units of the score.
    mean : float or None
        What units are pulled towards.
    reason : Text or None
        Why there is no ranking to publish.
    """

    measure: str
    whole: Score
    tau2: float | None
    mean: float | None
    standings: tuple[Standing, ...]
    reason: Text | None = None
    confidence: float = CONFIDENCE
    top_share: float = TOP_SHARE


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """How units are ranked.

    Parameters
    ----------
    indicative_under : float
        Units worth fewer answers than this get no rank.
    minimum_group : int
        Units with fewer answers are hidden; 5 at least.
    top_share : float in (0, 0.5]
        What counts as the best part of the table, and the worst.
    """

    confidence: float = CONFIDENCE
    indicative_under: float = SMALL_BASE
    minimum_group: int = FLOOR
    top_share: float = TOP_SHARE


def leagues_of_question(question: Question, ranking: Ranking = Ranking()) -> tuple[League, ...]:
    """Return the league table of every measure, in one aggregation pass.

    Parameters
    ----------
    question : Question
        Its segments make the units; it has no periods.

    Raises
    ------
    NotComparable
        R205, for a measure that is no net score, share or mean of a scale.
    """
    counts = counts_of_question(question)
    return tuple(
        _league(measure, question, counts[measure.key].table, ranking)
        for measure in question.measures
    )


def _league(measure: Measure, question: Question, table: TallyTable, ranking: Ranking) -> League:
    units = complete_table(table, question)
    return league_of_tallies(
        measure, units, [place_of(key, question) for key in units.keys], ranking
    )


def league_of_tallies(
    measure: Measure, units: TallyTable, places: Sequence[Place], ranking: Ranking = Ranking()
) -> League:
    """Return the league table of units that are tallied already.

    Parameters
    ----------
    units : TallyTable
        Keys are tuples, one a unit.
    places : sequence of (period, segment), length of the table

    Raises
    ------
    NotComparable
        R205, for a measure that is no net score, share or mean of a scale.
    """
    shape = measure.shape()
    if not isinstance(shape, Contrast):
        raise _not_rankable(measure)
    judging = Judging(confidence=ranking.confidence, minimum_group=ranking.minimum_group)
    together = units.merged(lambda key: (ALL,) * len(key))
    found, whole = shape.distribution(units), shape.distribution(together)
    fitted = _fitted(found, whole, ranking)
    scores = scores_of_tallies(
        measure.indicator,
        measure.variant,
        units,
        shape=shape,
        places=places,
        confidence=ranking.confidence,
    )
    shown = without_small_groups(scores, measure, judging, units)
    standings = _standings(shown, found, whole, fitted, measure, ranking)
    return League(
        measure=measure.key,
        whole=scores_of_tallies(
            measure.indicator,
            measure.variant,
            together,
            shape=shape,
            confidence=ranking.confidence,
        )[0],
        tau2=fitted.heterogeneity.tau2,
        mean=fitted.heterogeneity.mu,
        standings=tuple(standings) if fitted.reason else _in_order(standings, measure),
        reason=fitted.reason,
        confidence=ranking.confidence,
        top_share=ranking.top_share,
    )


def _fitted(found: Distribution, whole: Distribution, ranking: Ranking) -> EmpiricalBayes:
    """Return the units shrunk, each with the variance of one answer of all over its own size."""
    sizes = np.where(found.n_effective > 0, found.n_effective, np.nan)
    return empirical_bayes(
        found.value,
        answer_variance(whole) / sizes,
        confidence=ranking.confidence,
    )


def answer_variance(whole: Distribution) -> float:
    """Return the variance of one answer of a single distribution, in squared units of the score."""
    return float((whole.shares[0] * (whole.coefficients - whole.value[0]) ** 2).sum())


def _standings(
    scores: list[Score],
    found: Distribution,
    whole: Distribution,
    fitted: EmpiricalBayes,
    measure: Measure,
    ranking: Ranking,
) -> list[Standing]:
    is_low_better = measure.variant.direction is Direction.LOW
    ends = extreme_probabilities(fitted, share=ranking.top_share)
    ranks = rank_intervals(fitted, confidence=ranking.confidence)
    funnel = _funnel(found, whole)
    standings = []
    for row, score in enumerate(scores):
        bare = Standing(score=score)
        if score.value is None or not fitted.units:
            standings.append(bare)
            continue
        own = _shrunk(bare, fitted.units[row], funnel[row])
        if found.n_effective[row] < ranking.indicative_under:
            own = replace(own, is_indicative=True, funnel=None)
        elif ends:
            worst, best = ends[row][::-1] if is_low_better else ends[row]
            low, high = ranks[row]
            last = len(scores) + 1
            own = replace(
                own,
                chance_best=best,
                chance_worst=worst,
                ranks=(last - high, last - low) if is_low_better else (low, high),
            )
        standings.append(own)
    return standings


def _shrunk(standing: Standing, unit: Shrunk, funnel: str | None) -> Standing:
    return replace(standing, shrunk=unit.estimate, low=unit.low, high=unit.high, funnel=funnel)


def _funnel(found: Distribution, whole: Distribution) -> list[str | None]:
    """Return which units lie outside the funnel, widened when all vary more than sampling says.

    References
    ----------
    Spiegelhalter, Statistics in Medicine 24 (2005) 1185.
    """
    centre, variance = float(whole.value[0]), answer_variance(whole)
    sizes = np.where(found.n_effective > 0, found.n_effective, np.nan)
    dispersion = dispersion_factor(found.value, variance / sizes, centre=centre) or 1.0
    limits = [
        funnel_limits(
            found.n_effective.tolist(), centre=centre, variance=variance, z=z, dispersion=dispersion
        )
        for z in (WARNING_Z, ALARM_Z)
    ]
    flags: list[str | None] = []
    for row, value in enumerate(found.value.tolist()):
        outside = [_is_outside(value, one.low[row], one.high[row]) for one in limits]
        flags.append("alarm" if outside[1] else "warning" if outside[0] else None)
    return flags


def _is_outside(value: float, low: float | None, high: float | None) -> bool:
    return low is not None and high is not None and not low <= value <= high


def _in_order(standings: list[Standing], measure: Measure) -> tuple[Standing, ...]:
    sign = 1 if measure.variant.direction is Direction.LOW else -1

    def place(standing: Standing) -> tuple[bool, bool, float]:
        value = standing.shrunk if standing.shrunk is not None else standing.score.value
        return value is None, standing.is_indicative, sign * (value or 0.0)

    return tuple(sorted(standings, key=place))


def _not_rankable(measure: Measure) -> NotComparable:
    name = f"{measure.indicator.key}/{measure.variant.key}"
    return NotComparable(
        Text(
            en=f"{name} cannot be ranked: shrinkage needs a net score, a share or a mean of a "
            "scale.",
            fr=f"{name} ne se classe pas : il faut un score net, une part ou une moyenne d'une "
            "échelle.",
        )
    )
