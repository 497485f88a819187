"""Who did not answer, and how much that could change a figure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ressenti.errors import InvalidArgument, UndefinedResult
from ressenti.language import Text
from ressenti.statistics.intervals import NO_ANSWERS, Interval, normal_quantile

NOBODY_INVITED = Text(
    en="nobody was invited: the response rate is undefined.",
    fr="personne n'a été invité : le taux de réponse n'est pas défini.",
)


@dataclass(frozen=True, slots=True)
class Dispositions:
    """What became of the people of a sample, in the classes of the AAPOR.

    Attributes
    ----------
    complete, partial
        Questionnaires answered to the end, or in part.
    refusals, non_contacts, other
        Eligible people who did not answer.
    unknown
        People who may or may not be eligible.
    """

    complete: int
    partial: int = 0
    refusals: int = 0
    non_contacts: int = 0
    other: int = 0
    unknown: int = 0

    @property
    def total(self) -> int:
        """Everybody who is or may be eligible."""
        eligible = self.complete + self.partial + self.refusals + self.non_contacts + self.other
        return eligible + self.unknown


def response_rate(people: Dispositions, *, with_partial: bool = False) -> float | None:
    """Return the AAPOR response rate RR1, or RR2 when partial answers count; None without people.

    References
    ----------
    AAPOR, Standard Definitions (2023).

    Examples
    --------
    >>> response_rate(Dispositions(complete=300, partial=20, refusals=80, non_contacts=600))
    0.3
    """
    if people.total <= 0:
        return None
    answered = people.complete + (people.partial if with_partial else 0)
    return answered / people.total


@dataclass(frozen=True, slots=True)
class Representativeness:
    """How even response is over the cells of the people invited.

    Attributes
    ----------
    response_rate
        0..1.
    spread
        Standard deviation of the response propensities.
    indicator
        R = 1 - 2 spread: 1 when every cell answers alike.
    variation
        Spread over response rate: the largest bias of a mean, in standard deviations of the
        answers, that these cells can explain. None when nobody answered.
    """

    response_rate: float
    spread: float
    indicator: float
    variation: float | None


def representativeness(invited: ArrayLike, responded: ArrayLike) -> Representativeness:
    """Return the R-indicator of the cells of the people invited.

    Parameters
    ----------
    invited, responded
        Shape (cells,): people invited (above 0) and those of them who answered.

    Raises
    ------
    InvalidArgument
        When a cell has more answers than invitations.
    UndefinedResult
        With fewer than two people invited.

    References
    ----------
    Schouten, Cobben and Bethlehem, Survey Methodology 35 (2009) 101.

    Examples
    --------
    >>> found = representativeness([1000, 2000, 1500, 500], [200, 700, 750, 50])
    >>> round(found.indicator, 4)
    0.7362
    """
    people = np.asarray(invited, dtype=np.float64)
    answers = np.asarray(responded, dtype=np.float64)
    if not ((people >= 0) & (answers >= 0) & (answers <= people)).all():
        raise InvalidArgument(
            Text(
                en="a cell has more answers than invitations: check the counts.",
                fr="une cellule compte plus de réponses que d'invitations : vérifiez les "
                "effectifs.",
            )
        )
    total = float(people.sum())
    if total < 2:
        raise UndefinedResult(NOBODY_INVITED)
    rate = float(answers.sum()) / total
    propensities = np.divide(answers, people, out=np.zeros(len(people)), where=people > 0)
    spread = math.sqrt(float(people @ (propensities - rate) ** 2) / (total - 1))
    variation = spread / rate if rate > 0 else None
    return Representativeness(rate, spread, 1 - 2 * spread, variation)


def worst_case_bounds(
    mean: float, response: float, *, lowest: float = 0.0, highest: float = 1.0
) -> tuple[float, float]:
    """Return the mean of everybody if all who kept silent gave the lowest or the highest answer.

    Parameters
    ----------
    mean
        Of the answers, between ``lowest`` and ``highest``.
    response
        Response rate, 0..1.

    References
    ----------
    Manski, Partial Identification of Probability Distributions (2003).

    Examples
    --------
    >>> tuple(round(bound, 2) for bound in worst_case_bounds(0.80, 0.30))
    (0.24, 0.94)
    """
    if not (lowest <= mean <= highest and 0 <= response <= 1):
        raise InvalidArgument(
            Text(
                en="a mean of {mean} on {lowest}..{highest} with a response rate of {response} is "
                "impossible.",
                fr="une moyenne de {mean} sur {lowest}..{highest} avec un taux de réponse de "
                "{response}, c'est impossible.",
            ).format(mean=mean, lowest=lowest, highest=highest, response=response)
        )
    known = response * mean
    return known + (1 - response) * lowest, known + (1 - response) * highest


def standardised_mean(
    means: Sequence[float],
    variances: Sequence[float],
    sizes: Sequence[float],
    reference: Sequence[float],
    *,
    confidence: float = 0.95,
) -> tuple[Interval, float | None]:
    """Return the mean that a reference mix of groups would have, and its standard error.

    Parameters
    ----------
    means, variances, sizes
        Of the answers of each group.
    reference
        Weight of each group in the reference mix, at least 0; divided by their total.

    Returns
    -------
    Interval, float or None
        Normal limits; undefined when a group of the reference has no answers.

    Examples
    --------
    >>> found, error = standardised_mean([0.5, 0.1], [0.6, 0.7], [100, 50], [0.5, 0.5])
    >>> round(found.estimate, 4), round(error, 4)
    (0.3, 0.0707)
    """
    z = normal_quantile(confidence)
    shares = np.asarray(reference, dtype=np.float64)
    if not ((shares >= 0).all() and shares.sum() > 0):
        raise InvalidArgument(
            Text(
                en="the reference mix {mix} needs weights of at least 0, not all 0.",
                fr="la répartition de référence {mix} demande des poids positifs ou nuls, pas "
                "tous nuls.",
            ).format(mix=shares.tolist())
        )
    used = shares > 0
    weights = (shares / shares.sum())[used]
    counts = np.asarray(sizes, dtype=np.float64)[used]
    if (counts <= 0).any():
        return Interval(None, None, None, confidence, "standardised", NO_ANSWERS), None
    estimate = float(weights @ np.asarray(means, dtype=np.float64)[used])
    spread = np.asarray(variances, dtype=np.float64)[used] / counts
    error = math.sqrt(float(weights**2 @ spread))
    margin = z * error
    interval = Interval(estimate, estimate - margin, estimate + margin, confidence, "standardised")
    return interval, error
