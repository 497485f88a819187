"""Rates of events per unit of exposure: contacts per client, complaints per thousand orders."""

from __future__ import annotations

import math

from ressenti.errors import InvalidArgument
from ressenti.language import Text
from ressenti.statistics.intervals import Interval, normal_quantile
from ressenti.statistics.proportions import clopper_pearson_interval
from ressenti.statistics.significance import Difference, SignificanceTest

# Below this many events the exact interval is worth its extra width.
FEW_EVENTS = 10

NO_EXPOSURE = Text(
    en="the exposure is 0: nobody could have the event.",
    fr="l'exposition est nulle : personne ne pouvait connaître l'événement.",
)
NO_EVENTS = Text(
    en="no events in one of the groups: the ratio has a limit on one side only.",
    fr="aucun événement dans l'un des groupes : le rapport n'a de borne que d'un côté.",
)
NO_EVENTS_AT_ALL = Text(
    en="no events in either group: the ratio is undefined.",
    fr="aucun événement dans les deux groupes : le rapport n'est pas défini.",
)


def rate_interval(events: float, exposure: float, *, confidence: float = 0.95) -> Interval:
    """Return the interval to publish: exact below 10 events, score from there on.

    Examples
    --------
    >>> rate_interval(9, 300.5).method, rate_interval(90, 3005).method
    ('poisson-exact', 'poisson-score')
    """
    method = exact_rate_interval if events < FEW_EVENTS else score_rate_interval
    return method(events, exposure, confidence=confidence)


def score_rate_interval(events: float, exposure: float, *, confidence: float = 0.95) -> Interval:
    """Return the score interval of a Poisson rate.

    Parameters
    ----------
    events
        Number of events, at least 0.
    exposure
        What could have had them, at least 0: clients, orders, days.

    Examples
    --------
    >>> tuple(round(value, 4) for value in score_rate_interval(9, 300.5).bounds())
    (0.03, 0.0158, 0.0569)
    """
    z = normal_quantile(confidence)
    _require_counts(events, exposure)
    if exposure == 0:
        return Interval(None, None, None, confidence, "poisson-score", NO_EXPOSURE)
    centre = events + z**2 / 2
    margin = z * math.sqrt(events + z**2 / 4)
    low = max(centre - margin, 0.0) if events > 0 else 0.0
    return Interval(
        events / exposure,
        low / exposure,
        (centre + margin) / exposure,
        confidence,
        "poisson-score",
    )


def exact_rate_interval(events: float, exposure: float, *, confidence: float = 0.95) -> Interval:
    """Return the exact interval of a Poisson rate.

    References
    ----------
    Garwood, Biometrika 28 (1936) 437.

    Examples
    --------
    >>> tuple(round(value, 4) for value in exact_rate_interval(9, 300.5).bounds())
    (0.03, 0.0137, 0.0569)
    """
    normal_quantile(confidence)
    _require_counts(events, exposure)
    if exposure == 0:
        return Interval(None, None, None, confidence, "poisson-exact", NO_EXPOSURE)
    from scipy.special import gammaincinv

    tail = (1 - confidence) / 2
    low = float(gammaincinv(events, tail)) if events > 0 else 0.0
    high = float(gammaincinv(events + 1, 1 - tail))
    return Interval(events / exposure, low / exposure, high / exposure, confidence, "poisson-exact")


def rate_ratio(
    first_events: int,
    first_exposure: float,
    second_events: int,
    second_exposure: float,
    *,
    confidence: float = 0.95,
) -> Difference:
    """Return the ratio of two Poisson rates, first over second, with its exact interval and test.

    Given the total of events, those of the first group are binomial; the limits of their share
    become limits of the ratio. The statistic is the number of events of the first group.

    References
    ----------
    Przyborowski and Wilenski, Biometrika 31 (1940) 313.

    Examples
    --------
    >>> found = rate_ratio(11, 800, 21, 3011)
    >>> round(found.interval.estimate, 3), round(found.test.p_value, 4)
    (1.971, 0.0797)
    """
    _require_counts(first_events, first_exposure)
    _require_counts(second_events, second_exposure)
    total = first_events + second_events
    obstacle = None if total > 0 else NO_EVENTS_AT_ALL
    if min(first_exposure, second_exposure) == 0:
        obstacle = NO_EXPOSURE
    if obstacle is not None:
        return Difference(
            Interval(None, None, None, confidence, "poisson-exact", obstacle),
            SignificanceTest(None, None, None, obstacle),
        )
    from scipy.stats import binomtest

    scale = second_exposure / first_exposure
    share = clopper_pearson_interval(first_events, total, confidence=confidence)
    estimate, low, high = (_odds(limit, scale) for limit in share.bounds())
    expected = first_exposure / (first_exposure + second_exposure)
    p_value = float(binomtest(first_events, total, expected).pvalue)
    reason = NO_EVENTS if second_events == 0 else None
    return Difference(
        Interval(estimate, low, high, confidence, "poisson-exact", reason),
        SignificanceTest(float(first_events), None, p_value),
    )


def _odds(share: float, scale: float) -> float | None:
    return share / (1 - share) * scale if share < 1 else None


def _require_counts(events: float, exposure: float) -> None:
    if not (events >= 0 and exposure >= 0 and math.isfinite(events) and math.isfinite(exposure)):
        raise InvalidArgument(
            Text(
                en="{events} events for an exposure of {exposure} is impossible: both are at "
                "least 0.",
                fr="{events} événements pour une exposition de {exposure}, c'est impossible : "
                "les deux sont positifs ou nuls.",
            ).format(events=events, exposure=exposure)
        )
