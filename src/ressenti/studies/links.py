"""Links: what is said between an outcome that customers want and an indicator of the company.

A link never says "causes": it says "moves with", and "predicts" only when forecasts made with the
outcome beat those made without. ``ressenti.studies.rollouts`` earns more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from ressenti.language import Text
from ressenti.scores.score import CONFIDENCE, Direction, Unit
from ressenti.statistics.forecast_gains import ForecastGain
from ressenti.statistics.intervals import Interval
from ressenti.statistics.lagged_effects import LaggedEffect
from ressenti.statistics.multiplicity import adjusted_p_values
from ressenti.statistics.unit_effects import UnitEffects

FEW_ROWS = 30
# Quantities never lie on one line by chance; levels may, where they are few.
EXACT = 1 - 1e-9
OF_QUANTITIES = ("pearson", "partial")
OF_LEVELS = ("phi", "spearman", "point_biserial")

SAME_THING = Text(
    en="each follows exactly from the other (r = {r}): they are one thing under two names, and "
    "no test applies.",
    fr="chacun se déduit exactement de l'autre (r = {r}) : c'est une seule chose sous deux noms, "
    "et aucun test ne s'applique.",
)


class Level(StrEnum):
    """What one point of a link is."""

    CUSTOMER = "customer"
    GROUP = "group"
    PERIOD = "period"


class Wording(StrEnum):
    """What may be said of a link, no more."""

    REFUSED = "refused"
    NOTHING_SHOWN = "nothing_shown"
    MOVES_WITH = "moves_with"
    PREDICTS = "predicts"
    INDICATOR_FIRST = "indicator_first"
    BOTH_WAYS = "both_ways"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The indicator among the customers whose outcome was met, or among the others."""

    value: float | None
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lift:
    """The indicator where the outcome was met, less where it was missed, in its unit."""

    met: Group
    missed: Group
    difference: Interval
    p_value: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lag:
    """One lag tried: above 0 the outcome comes first, below 0 the indicator does."""

    lag: int
    effect: LaggedEffect
    adjusted_p_value: float | None = None
    is_established: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What is known between one outcome and one indicator.

    Parameters
    ----------
    outcome, indicator : str
    level : Level
        What one point is: never read a link of shops as one of customers.
    n : int
        Points that count: customers, units, or cells of a period.
    n_effective : float or None
        What weighted customers are worth; None where no row is weighted, and above customers.
    lift : Lift or None
        None where the outcome says more than met or missed, and above the customer.
    correlation : Interval
        -1..1; its ``method`` says which: ``phi``, ``point_biserial``, ``biserial``, ``spearman``,
        ``polychoric``, ``pearson``, or ``partial`` between periods.
    lag : int or None
        Periods by which the outcome comes first in the correlation; None above periods.
    slope : Interval or None
        Indicator, in its unit, for one unit of the outcome, between periods.
    lags : tuple of Lag
    gain : ForecastGain or None
    units : UnitEffects or None
        Inside the units and between them, kept apart.
    p_value, adjusted_p_value : float or None
        The second after Benjamini-Hochberg over everything tried.
    reason : Text or None
        Why there is no link to speak of.
    cautions : tuple of Text
    """

    outcome: str
    indicator: str
    level: Level
    n: int = 0
    n_effective: float | None = None
    unit: Unit = Unit.SCALE
    direction: Direction = Direction.CONTEXT
    outcome_unit: Unit = Unit.SCALE
    lift: Lift | None = None
    correlation: Interval
    lag: int | None = None
    slope: Interval | None = None
    lags: tuple[Lag, ...] = ()
    gain: ForecastGain | None = None
    units: UnitEffects | None = None
    p_value: float | None = None
    adjusted_p_value: float | None = None
    wording: Wording = Wording.NOTHING_SHOWN
    reason: Text | None = None
    cautions: tuple[Text, ...] = ()

    @property
    def is_established(self) -> bool:
        """Tell whether more than chance is shown, however many links were tried."""
        return self.wording not in (Wording.REFUSED, Wording.NOTHING_SHOWN)

    @property
    def is_claimed(self) -> bool:
        """Tell whether the outcome may be said to go with the indicator."""
        return self.wording in (Wording.MOVES_WITH, Wording.PREDICTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkStudy:
    """Every link that was sought together.

    Parameters
    ----------
    links : tuple of Link
        Outcome by outcome, indicator by indicator.
    tried : int
        Tests made: pairs, or pairs times lags both ways. Sureness accounts for all of them.
    """

    links: tuple[Link, ...]
    level: Level
    tried: int
    confidence: float = CONFIDENCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeking:
    """How links are sought.

    Parameters
    ----------
    lag : int
        Greatest lag tried, both ways; 0 to 6 make sense.
    season : int or None
        Periods of a full cycle.
    correlation : str
        ``auto``, or the one wanted at customer level.
    """

    confidence: float = CONFIDENCE
    lag: int = 0
    season: int | None = None
    correlation: str = "auto"


AS_USUAL = Seeking()


def refused_link(
    outcome: str,
    indicator: str,
    level: Level,
    reason: Text,
    *,
    wording: Wording = Wording.REFUSED,
) -> Link:
    """Return the link that is not sought, or finds nothing to compare, with the reason."""
    nothing = Interval(None, None, None, CONFIDENCE, "none", reason)
    return Link(
        outcome=outcome,
        indicator=indicator,
        level=level,
        correlation=nothing,
        wording=wording,
        reason=reason,
    )


def without_copies(link: Link) -> Link:
    """Return the link, with nothing tested where its two sides are one thing under two names.

    Examples
    --------
    >>> exact = Interval(1.0, None, None, 0.95, "pearson")
    >>> link = Link(outcome="x", indicator="2 x", level=Level.CUSTOMER, n=9, correlation=exact)
    >>> without_copies(link).reason.en[:40]
    'each follows exactly from the other (r ='
    """
    found = link.correlation
    is_told = found.method in OF_QUANTITIES or (found.method in OF_LEVELS and link.n >= FEW_ROWS)
    if not is_told or found.estimate is None or abs(found.estimate) < EXACT:
        return link
    reason = SAME_THING.format(r="+1" if found.estimate > 0 else "−1")
    return replace(link, reason=reason, p_value=None, lags=(), gain=None)


def controlled_links(
    links: Sequence[Link], *, level: Level, confidence: float = CONFIDENCE
) -> LinkStudy:
    """Return links without lags, judged together for their number.

    References
    ----------
    Benjamini and Hochberg, JRSS B 57 (1995) 289.
    """
    links = [without_copies(link) for link in links]
    adjusted = adjusted_p_values([link.p_value for link in links])
    judged = [
        replace(
            link,
            adjusted_p_value=own,
            wording=_wording_of_a_test(link, own, confidence),
        )
        for link, own in zip(links, adjusted, strict=True)
    ]
    tried = sum(link.p_value is not None for link in links)
    return LinkStudy(links=tuple(judged), level=level, tried=tried, confidence=confidence)


def _wording_of_a_test(link: Link, adjusted: float | None, confidence: float) -> Wording:
    if link.wording is Wording.REFUSED or adjusted is None:
        return link.wording
    return Wording.MOVES_WITH if adjusted < 1 - confidence else Wording.NOTHING_SHOWN
