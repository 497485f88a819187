"""Period links: which of an outcome and an indicator moves first, and by how many periods.

One series of a company, or one of each unit. Both directions are always tried; a link that only
runs the other way is said so, and never read as the outcome moving the indicator.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ressenti.language import Text
from ressenti.scores.score import Direction, Unit
from ressenti.statistics.association import CONSTANT_VARIABLE
from ressenti.statistics.forecast_gains import ForecastGain, forecast_gain
from ressenti.statistics.lagged_effects import (
    FEWEST_CYCLES,
    FEWEST_PERIODS,
    TOO_FEW_PERIODS,
    LaggedEffect,
    lagged_effect,
)
from ressenti.statistics.multiplicity import adjusted_p_values
from ressenti.studies.links import (
    AS_USUAL,
    Lag,
    Level,
    Link,
    LinkStudy,
    Seeking,
    Wording,
    refused_link,
    without_copies,
)
from ressenti.studies.paired_counts import Pair
from ressenti.tallies.tally import Floats

FEWEST_UNITS = 6
FEW_UNITS = 10

TOO_FEW_UNITS = Text(
    en="{n} units followed: at least {needed} are needed, or none told apart.",
    fr="{n} unités suivies : il en faut au moins {needed}, ou n'en distinguer aucune.",
)
FEW_UNITS_FOLLOWED = Text(
    en="{n} units only: under {needed}, be wary of how sure a lag looks.",
    fr="{n} unités seulement : sous {needed}, méfiez-vous de la sûreté affichée d'un décalage.",
)
NO_SEASON = Text(
    en="under {needed} periods a season shared by both cannot be told from a link.",
    fr="sous {needed} périodes, une saison commune ne se distingue pas d'un lien.",
)
COMES_AFTER = Text(
    en="the indicator moves first: nothing is said of what the outcome does to it.",
    fr="l'indicateur bouge le premier : rien n'est dit de ce que le résultat lui fait.",
)
NO_DIRECTION = Text(
    en="each seems to move before the other: no direction can be told.",
    fr="chacun semble bouger avant l'autre : aucun sens ne peut être donné.",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PeriodSeries:
    """One outcome or indicator, period after period.

    Parameters
    ----------
    key : str
    values : array, shape (units, periods)
        In order, evenly spaced; NaN where nothing was measured; one row where no unit is told.
    """

    key: str
    values: Floats
    unit: Unit = Unit.SCALE
    direction: Direction = Direction.CONTEXT


def period_links(
    outcomes: Sequence[PeriodSeries],
    indicators: Sequence[PeriodSeries],
    *,
    seeking: Seeking = AS_USUAL,
    refusals: dict[Pair, Text] | None = None,
) -> LinkStudy:
    """Return the link of every outcome with every indicator, period after period, at every lag.

    Everything that was tried is judged together: each pair, each lag, both ways.

    Examples
    --------
    >>> chance = np.random.default_rng(3)
    >>> on_time = chance.normal(80, 5, size=(1, 40))
    >>> nps = np.roll(on_time, 1) + chance.normal(size=(1, 40))
    >>> study = period_links(
    ...     [PeriodSeries(key="on time", values=on_time)],
    ...     [PeriodSeries(key="nps", values=nps)],
    ...     seeking=Seeking(lag=2),
    ... )
    >>> link = study.links[0]
    >>> link.lag, str(link.wording), study.tried
    (1, 'predicts', 5)
    """
    links = [
        _link(
            outcomes[pair[0]],
            indicators[pair[1]],
            seeking,
            None if refusals is None else refusals.get(pair),
        )
        for pair in np.ndindex(len(outcomes), len(indicators))
    ]
    tests = [(place, lag) for place, link in enumerate(links) for lag in link.lags]
    adjusted = adjusted_p_values([lag.effect.p_value for _, lag in tests])
    level = 1 - seeking.confidence
    judged: list[list[Lag]] = [[] for _ in links]
    for (place, lag), own in zip(tests, adjusted, strict=True):
        is_established = own is not None and own < level
        judged[place].append(replace(lag, adjusted_p_value=own, is_established=is_established))
    return LinkStudy(
        links=tuple(_worded(link, tuple(lags)) for link, lags in zip(links, judged, strict=True)),
        level=Level.PERIOD,
        tried=sum(lag.effect.p_value is not None for _, lag in tests),
        confidence=seeking.confidence,
    )


def _link(
    outcome: PeriodSeries, indicator: PeriodSeries, seeking: Seeking, refusal: Text | None
) -> Link:
    reason = refusal or _obstacle(outcome.values, indicator.values)
    if reason is not None:
        return refused_link(outcome.key, indicator.key, Level.PERIOD, reason)
    if any(np.nanmax(one.values) == np.nanmin(one.values) for one in (outcome, indicator)):
        return refused_link(
            outcome.key,
            indicator.key,
            Level.PERIOD,
            CONSTANT_VARIABLE,
            wording=Wording.NOTHING_SHOWN,
        )
    lags = [
        Lag(lag=lag, effect=_effect(outcome.values, indicator.values, lag, seeking))
        for lag in range(-seeking.lag, seeking.lag + 1)
    ]
    link = Link(
        outcome=outcome.key,
        indicator=indicator.key,
        level=Level.PERIOD,
        n=lags[seeking.lag].effect.n,
        unit=indicator.unit,
        direction=indicator.direction,
        outcome_unit=outcome.unit,
        correlation=lags[seeking.lag].effect.correlation,
        lags=tuple(lags),
        gain=_gain(outcome.values, indicator.values, seeking),
        cautions=_cautions(outcome.values, seeking),
    )
    return without_copies(link)


def _effect(outcome: Floats, indicator: Floats, lag: int, seeking: Seeking) -> LaggedEffect:
    first, second = (outcome, indicator) if lag >= 0 else (indicator, outcome)
    return lagged_effect(
        first, second, lag=abs(lag), season=seeking.season, confidence=seeking.confidence
    )


def _gain(outcome: Floats, indicator: Floats, seeking: Seeking) -> ForecastGain | None:
    if seeking.lag == 0:
        return None
    return forecast_gain(
        outcome,
        indicator,
        lags=range(1, seeking.lag + 1),
        season=seeking.season,
        confidence=seeking.confidence,
    )


def _obstacle(outcome: Floats, indicator: Floats) -> Text | None:
    both = np.isfinite(outcome) & np.isfinite(indicator)
    periods = int(both.any(axis=0).sum())
    if periods < FEWEST_PERIODS:
        return TOO_FEW_PERIODS.format(n=periods, needed=FEWEST_PERIODS)
    units = int(both.any(axis=1).sum())
    if len(outcome) > 1 and units < FEWEST_UNITS:
        return TOO_FEW_UNITS.format(n=units, needed=FEWEST_UNITS)
    return None


def _cautions(values: Floats, seeking: Seeking) -> tuple[Text, ...]:
    units, periods = values.shape
    cautions = []
    if 1 < units < FEW_UNITS:
        cautions.append(FEW_UNITS_FOLLOWED.format(n=units, needed=FEW_UNITS))
    if units == 1 and seeking.season is not None and periods < FEWEST_CYCLES * seeking.season:
        cautions.append(NO_SEASON.format(needed=FEWEST_CYCLES * seeking.season))
    return tuple(cautions)


def _worded(link: Link, lags: tuple[Lag, ...]) -> Link:
    """Return a link with its lags judged, and what may be said of it."""
    if not lags:
        return link
    ahead = [lag for lag in lags if lag.lag > 0 and lag.is_established]
    behind = [lag for lag in lags if lag.lag < 0 and lag.is_established]
    together = [lag for lag in lags if lag.lag == 0 and lag.is_established]
    wording, cautions = Wording.NOTHING_SHOWN, list(link.cautions)
    if ahead and behind:
        wording = Wording.BOTH_WAYS
        cautions.append(NO_DIRECTION)
    elif ahead or together:
        wording = Wording.PREDICTS if ahead and _helps(link.gain) else Wording.MOVES_WITH
    elif behind:
        wording = Wording.INDICATOR_FIRST
        cautions.append(COMES_AFTER)
    best = _best(ahead or together or behind or [lag for lag in lags if lag.lag >= 0])
    effect = best.effect
    reason = None if effect.p_value is not None else effect.correlation.reason
    return replace(
        link,
        n=effect.n,
        lags=lags,
        lag=best.lag,
        correlation=effect.correlation,
        slope=effect.slope,
        p_value=effect.p_value,
        adjusted_p_value=best.adjusted_p_value,
        wording=wording,
        reason=reason,
        cautions=tuple(cautions),
    )


def _best(lags: Sequence[Lag]) -> Lag:
    """Return the surest of some lags."""
    return min(lags, key=lambda one: (one.effect.p_value is None, one.effect.p_value or 0.0))


def _helps(gain: ForecastGain | None) -> bool:
    return gain is not None and gain.gain.low is not None and gain.gain.low > 0
