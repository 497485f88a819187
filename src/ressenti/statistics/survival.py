"""How long customers stay: survival curves, their comparison, and the yearly retention rate."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ressenti.errors import InvalidArgument
from ressenti.language import Text
from ressenti.statistics.intervals import Interval, normal_quantile
from ressenti.statistics.proportions import wilson_interval
from ressenti.statistics.significance import SignificanceTest

Floats = NDArray[np.float64]

ROUNDING = 1e-12

NOBODY_LEFT = Text(
    en="nobody left by then: the limits on the logarithmic scale do not exist. Give the exact "
    "upper limit of the churn instead.",
    fr="personne n'est encore parti à cette date : les bornes sur l'échelle logarithmique "
    "n'existent pas. Donnez plutôt la borne exacte de l'attrition.",
)
EVERYBODY_LEFT = Text(
    en="everybody left by then: the limits on the logarithmic scale do not exist.",
    fr="tout le monde est parti à cette date : les bornes sur l'échelle logarithmique "
    "n'existent pas.",
)
BEYOND_FOLLOW_UP = Text(
    en="nobody was followed that long.",
    fr="personne n'a été suivi aussi longtemps.",
)
ONE_GROUP = Text(
    en="a comparison needs two groups with at least one departure in all.",
    fr="une comparaison demande deux groupes et au moins un départ.",
)


@dataclass(frozen=True, slots=True)
class SurvivalCurve:
    """The share of customers who stay beyond each age.

    Attributes
    ----------
    ages
        Shape (k,), ascending: ages with an event or the end of a follow-up.
    at_risk, events
        Shape (k,): followed until this age, and leaving at it.
    survival, standard_error
        Shape (k,): Kaplan and Meier's estimate with Greenwood's error.
    """

    ages: Floats
    at_risk: Floats
    events: Floats
    survival: Floats
    standard_error: Floats

    @property
    def median(self) -> float | None:
        """The age that half survive, the middle of a stretch at exactly half; None if beyond."""
        reached = np.flatnonzero(self.survival <= 0.5 + ROUNDING)
        if not reached.size:
            return None
        passed = np.flatnonzero(self.survival < 0.5 - ROUNDING)
        last = passed[0] if passed.size else reached[0]
        return float(self.ages[reached[0]] + self.ages[last]) / 2

    def error_at(self, age: float) -> float | None:
        """Return Greenwood's standard error at an age; None beyond the longest follow-up."""
        if not self.ages.size or age > self.ages[-1]:
            return None
        position = int(np.searchsorted(self.ages, age, side="right")) - 1
        return float(self.standard_error[position]) if position >= 0 else 0.0

    def interval_at(self, age: float, *, confidence: float = 0.95) -> Interval:
        """Return the survival at an age with its limits on the log(-log) scale.

        References
        ----------
        Kalbfleisch and Prentice, The Statistical Analysis of Failure Time Data (1980).
        """
        z = normal_quantile(confidence)
        error = self.error_at(age)
        if error is None:
            return Interval(None, None, None, confidence, "log-log", BEYOND_FOLLOW_UP)
        position = int(np.searchsorted(self.ages, age, side="right")) - 1
        share = float(self.survival[position]) if position >= 0 else 1.0
        if share in (0.0, 1.0):
            reason = EVERYBODY_LEFT if share == 0 else NOBODY_LEFT
            return Interval(share, None, None, confidence, "log-log", reason)
        margin = z * error / (share * math.log(share))
        low, high = share ** math.exp(-margin), share ** math.exp(margin)
        return Interval(share, low, high, confidence, "log-log")


def life_table(durations: ArrayLike, events: ArrayLike) -> tuple[Floats, Floats, Floats]:
    """Return ages, numbers at risk and numbers of events: counts that merge by addition.

    Parameters
    ----------
    durations
        Shape (n,), at least 0: age at departure or at the end of the follow-up.
    events
        Shape (n,): True where the customer left.

    Examples
    --------
    >>> [column.tolist() for column in life_table([2, 1, 2, 3], [True, True, False, True])]
    [[1.0, 2.0, 3.0], [4.0, 3.0, 1.0], [1.0, 1.0, 1.0]]
    """
    spans = np.asarray(durations, dtype=np.float64)
    if not (spans >= 0).all():
        raise InvalidArgument(
            Text(
                en="a duration is negative or missing: check the start and end dates.",
                fr="une durée est négative ou absente : vérifiez les dates de début et de fin.",
            )
        )
    ages, positions = np.unique(spans, return_inverse=True)
    left = np.asarray(events, dtype=np.float64)
    leaving = np.bincount(positions, left, len(ages)).astype(np.float64)
    ending = np.bincount(positions, minlength=len(ages))
    at_risk = len(spans) - np.cumsum(ending) + ending
    return ages, at_risk.astype(np.float64), leaving


def kaplan_meier(ages: ArrayLike, at_risk: ArrayLike, events: ArrayLike) -> SurvivalCurve:
    """Return the survival curve of a life table.

    Parameters
    ----------
    ages, at_risk, events
        Shape (k,), by ascending age, as `life_table` or a query gives them.

    References
    ----------
    Kaplan and Meier, JASA 53 (1958) 457; Greenwood (1926).

    Examples
    --------
    >>> curve = kaplan_meier([1, 2, 3], [4, 3, 1], [1, 1, 1])
    >>> curve.survival.round(4).tolist(), curve.median
    ([0.75, 0.5, 0.0], 2.5)
    """
    age, risk, left = (np.asarray(x, dtype=np.float64) for x in (ages, at_risk, events))
    if not ((left >= 0) & (left <= risk) & (risk > 0)).all() or not (np.diff(age) > 0).all():
        raise InvalidArgument(
            Text(
                en="this is no life table: ages must ascend and events lie between 0 and the "
                "number at risk.",
                fr="ce n'est pas une table de survie : les âges doivent croître, et les départs "
                "être compris entre 0 et l'effectif exposé.",
            )
        )
    survival: Floats = np.cumprod(1 - left / risk, dtype=np.float64)
    staying = risk - left
    hazards = np.divide(left, risk * staying, out=np.zeros(len(age)), where=staying > 0)
    error = survival * np.sqrt(np.cumsum(hazards))
    return SurvivalCurve(age, risk, left, survival, error.astype(np.float64))


def logrank(durations: ArrayLike, events: ArrayLike, groups: ArrayLike) -> SignificanceTest:
    """Return the log-rank test that the groups leave at the same pace.

    Parameters
    ----------
    durations, events, groups
        Shape (n,): as in `life_table`, and the label of each customer's group.
    """
    labels = np.unique(np.asarray(groups))
    left = np.asarray(events, dtype=bool)
    if len(labels) < 2 or not left.any():
        return SignificanceTest(None, None, None, ONE_GROUP)
    from statsmodels.duration.survfunc import survdiff

    codes = np.searchsorted(labels, np.asarray(groups))
    statistic, p_value = survdiff(np.asarray(durations, dtype=np.float64), left.astype(int), codes)
    return SignificanceTest(float(statistic), len(labels) - 1, float(p_value))


@dataclass(frozen=True, slots=True)
class HazardModel:
    """Log hazard ratios per unit of each covariate, with their standard errors; shape (k,)."""

    coefficients: Floats
    standard_errors: Floats


def proportional_hazards(
    durations: ArrayLike, events: ArrayLike, covariates: ArrayLike
) -> HazardModel:
    """Return Cox's model of departure, ties treated as Efron does.

    Parameters
    ----------
    durations, events
        Shape (n,), as in `life_table`.
    covariates
        Shape (n,) or (n, k).

    References
    ----------
    Cox, JRSS B 34 (1972) 187; Efron, JASA 72 (1977) 557.
    """
    from statsmodels.duration.hazard_regression import PHReg

    columns = np.asarray(covariates, dtype=np.float64).reshape(len(np.atleast_1d(durations)), -1)
    left = np.asarray(events, dtype=bool).astype(int)
    if not left.any() or (columns.std(axis=0) == 0).any():
        raise InvalidArgument(
            Text(
                en="a hazard model needs departures and covariates that vary.",
                fr="un modèle de risque demande des départs et des variables qui varient.",
            )
        )
    fitted = PHReg(np.asarray(durations, dtype=np.float64), columns, left, ties="efron").fit()
    return HazardModel(np.asarray(fitted.params), np.asarray(fitted.bse))


def retention_rate(start: int, end: int, new: int, *, confidence: float = 0.95) -> Interval:
    """Return the share of the starting customers who are still there, with Wilson's interval.

    Parameters
    ----------
    start, end, new
        Customers at the start and at the end of the period, and those won during it.

    Raises
    ------
    InvalidArgument
        When more customers stayed than there were, or fewer than none.

    Examples
    --------
    >>> tuple(round(value, 4) for value in retention_rate(1000, 1100, 250).bounds())
    (0.85, 0.8265, 0.8708)
    """
    stayed = end - new
    if min(start, end, new) < 0 or not 0 <= stayed <= start:
        raise InvalidArgument(
            Text(
                en="{end} customers at the end minus {new} new ones leaves {stayed} of {start}: "
                "impossible, check the three counts.",
                fr="{end} clients à la fin moins {new} nouveaux en laisse {stayed} sur {start} : "
                "c'est impossible, vérifiez les trois effectifs.",
            ).format(end=end, new=new, stayed=stayed, start=start)
        )
    return replace(wilson_interval(stayed, start, confidence=confidence), method="retention")
