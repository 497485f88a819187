"""How many answers a survey needs, and what change a survey of a given size can see.

Variances are those of one answer: p + q - (p - q)^2 for a net score with shares p and q,
p (1 - p) for a proportion. Variance, margin and change share one unit: shares, or points when the
variance is multiplied by 10,000.
"""

from __future__ import annotations

import math
from statistics import NormalDist

from ressenti.errors import InvalidArgument
from ressenti.language import Text
from ressenti.statistics.finite_populations import correction_factor
from ressenti.statistics.intervals import normal_quantile

# A size such as 400.0000000001 is 400 answers and a rounding error.
ROUNDING = 1e-9


def net_score_variance(promoters: float, detractors: float) -> float:
    """Return the variance of one answer to a net score with these shares.

    Examples
    --------
    >>> round(net_score_variance(0.60, 0.15), 4)
    0.5475
    """
    if promoters < 0 or detractors < 0 or promoters + detractors > 1:
        raise InvalidArgument(
            Text(
                en="shares of {promoters} promoters and {detractors} detractors are impossible: "
                "write 0.6 for 60%.",
                fr="des parts de {promoters} promoteurs et {detractors} détracteurs sont "
                "impossibles : écrivez 0.6 pour 60\N{NARROW NO-BREAK SPACE}%.",
            ).format(promoters=promoters, detractors=detractors)
        )
    return promoters + detractors - (promoters - detractors) ** 2


def margin_of_error(
    variance: float,
    n: float,
    *,
    confidence: float = 0.95,
    design_effect: float = 1.0,
    population: float | None = None,
) -> float:
    """Return the half-width of the interval that n answers will give.

    Parameters
    ----------
    design_effect
        Variance of the design over that of independent answers, above 0.
    population
        Size of a closed list that is described; None for what the service produces.

    Examples
    --------
    >>> round(100 * margin_of_error(net_score_variance(0.60, 0.15), 400), 1)
    7.3
    """
    _require_positive(variance=variance, n=n, design_effect=design_effect)
    factor = 1.0 if population is None else correction_factor(n, population)
    return normal_quantile(confidence) * math.sqrt(variance * design_effect / n) * factor


def size_for_margin(
    variance: float,
    margin: float,
    *,
    confidence: float = 0.95,
    design_effect: float = 1.0,
    population: float | None = None,
) -> int:
    """Return the answers needed for an interval of ± ``margin``, like `margin_of_error`.

    Examples
    --------
    >>> size_for_margin(0.25, 0.05), size_for_margin(0.25, 0.05, population=1000)
    (385, 278)
    """
    _require_positive(variance=variance, margin=margin, design_effect=design_effect)
    z = normal_quantile(confidence)
    return _whole_size(z**2 * variance * design_effect / margin**2, population)


def size_for_change(
    variances: tuple[float, float],
    change: float,
    *,
    power: float = 0.8,
    confidence: float = 0.95,
    design_effect: float = 1.0,
    population: float | None = None,
) -> int:
    """Return the answers that each of two waves needs to see a change.

    Parameters
    ----------
    variances
        Of one answer of each wave.
    change
        The smallest change worth seeing, not 0.
    power
        The chance of seeing it, strictly between 0 and 1.
    population
        Size of the closed list of each wave; None for what the service produces.

    Examples
    --------
    >>> variance = net_score_variance(0.60, 0.15)
    >>> size_for_change((variance, variance), 0.05)
    3438
    """
    _require_positive(variance=sum(variances), change=abs(change), design_effect=design_effect)
    reach = _reach(power, confidence)
    return _whole_size(reach**2 * sum(variances) * design_effect / change**2, population)


def detectable_change(
    variances: tuple[float, float],
    sizes: tuple[float, float],
    *,
    power: float = 0.8,
    confidence: float = 0.95,
    design_effect: float = 1.0,
    populations: tuple[float | None, float | None] = (None, None),
) -> float:
    """Return the smallest change that two waves of these sizes will see, like `size_for_change`.

    Examples
    --------
    >>> variance = net_score_variance(0.60, 0.15)
    >>> round(100 * detectable_change((variance, variance), (400, 400)), 1)
    14.7
    """
    _require_positive(first_size=sizes[0], second_size=sizes[1], design_effect=design_effect)
    variance = sum(
        wave / n * (1.0 if population is None else correction_factor(n, population) ** 2)
        for wave, n, population in zip(variances, sizes, populations, strict=True)
    )
    return _reach(power, confidence) * math.sqrt(variance * design_effect)


def _reach(power: float, confidence: float) -> float:
    if not 0 < power < 1:
        raise InvalidArgument(
            Text(
                en="the power {power} is not between 0 and 1: write 0.8 for 80%.",
                fr="la puissance {power} n'est pas comprise entre 0 et 1 : écrivez 0.8 pour "
                "80\N{NARROW NO-BREAK SPACE}%.",
            ).format(power=power)
        )
    return normal_quantile(confidence) + NormalDist().inv_cdf(power)


def _whole_size(size: float, population: float | None) -> int:
    if population is not None:
        _require_positive(population=population)
        size /= 1 + size / population
    return math.ceil(size * (1 - ROUNDING))


def _require_positive(**numbers: float) -> None:
    for name, value in numbers.items():
        if not value > 0:
            raise InvalidArgument(
                Text(
                    en="{name} is {value}: it must be above 0.",
                    fr="{name} vaut {value} : il faut un nombre supérieur à 0.",
                ).format(name=name.replace("_", " "), value=value)
            )
