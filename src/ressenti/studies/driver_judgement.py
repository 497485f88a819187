"""Driver judgement: the importance of all drivers, their performance, and where that puts them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ressenti.language import Text
from ressenti.statistics.importance import Importance, driver_importance
from ressenti.statistics.importance_intervals import (
    FEWEST_BUCKETS,
    TOO_FEW_BUCKETS,
    ImportanceInterval,
    ImportanceIntervals,
    intervals_of_replicates,
    replicated_importance,
)
from ressenti.statistics.intervals import Interval
from ressenti.statistics.moment_regression import slopes_of_moments
from ressenti.statistics.quadrants import (
    Quadrant,
    importance_performance_quadrants,
    sure_quadrants,
)
from ressenti.studies.driver_evidence import Evidence
from ressenti.studies.driver_findings import Assessing
from ressenti.studies.driver_models import Latent
from ressenti.tallies.tally import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What all drivers are judged by, the replicates beside the rows' own figures.

    Parameters
    ----------
    parts, betas, performances : arrays, shape (replicates, k), or None
    performance : array, shape (k,)
        0..100; NaN for a quantity or a driver that goes with nothing.
    """

    importance: Importance
    intervals: ImportanceIntervals
    performance: Floats
    parts: Floats | None
    betas: Floats | None
    performances: Floats | None


@dataclass(frozen=True, slots=True)
class DriverMap:
    """Where each driver stands on the map, and where it surely does."""

    placed: tuple[Quadrant | None, ...]
    sure: tuple[Quadrant | None, ...]
    importance_cut: float | None
    performance_cut: float | None


def judged_drivers(
    evidence: Evidence, falls: NDArray[np.bool_], latent: Latent | None, assessing: Assessing
) -> Judged:
    """Return the importance and the performance of all drivers, with their replicates.

    Parameters
    ----------
    falls : array of bool, shape (k,)
        Whether more of a driver surely goes with a worse outcome.
    latent : Latent or None
        What to judge importance by instead of the outcome's own numbers.
    """
    own = evidence.summary.correlations if latent is None else latent.correlations
    importance = driver_importance(own)
    performance = _performance(falls, evidence, evidence.summary.means)
    if evidence.replicates is None or (latent is not None and latent.replicates is None):
        reason = TOO_FEW_BUCKETS.format(n=evidence.groups, needed=FEWEST_BUCKETS)
        none = ImportanceIntervals((), 0, reason)
        return Judged(importance, none, performance, None, None, None)
    correlations = evidence.replicates.correlations
    if latent is not None and latent.replicates is not None:
        correlations = latent.replicates
    parts = replicated_importance(correlations)
    intervals = intervals_of_replicates(parts, confidence=assessing.confidence)
    return Judged(
        importance,
        replace(intervals, drivers=_holding(intervals, importance)),
        performance,
        parts,
        _standardised_slopes(correlations),
        _performance(falls, evidence, evidence.replicates.means),
    )


def _holding(
    intervals: ImportanceIntervals, importance: Importance
) -> tuple[ImportanceInterval, ...]:
    """Return intervals that hold their own estimates: importance in samples is biased upwards."""
    return tuple(
        replace(
            limits,
            low=min(limits.low, part.importance),
            high=max(limits.high, part.importance),
            share_low=min(limits.share_low, part.share or 0.0),
            share_high=max(limits.share_high, part.share or 0.0),
        )
        for limits, part in zip(intervals.drivers, importance.drivers, strict=False)
    )


def _standardised_slopes(correlations: Floats) -> Floats:
    """Return the betas of many correlation tables: the slopes of moments of weight 1, mean 0."""
    replicates, size = correlations.shape[:2]
    moments = np.zeros((replicates, size + 1, size + 1))
    moments[:, 0, 0] = 1.0
    moments[:, 1:, 1:] = np.nan_to_num(correlations, nan=0.0)
    return slopes_of_moments(moments)


def _performance(falls: NDArray[np.bool_], evidence: Evidence, means: Floats) -> Floats:
    """Return means as 0..100 of their scales, the better end for the outcome being 100."""
    least = np.array([scale.least for scale in evidence.scales])
    spans = np.array([scale.greatest - scale.least for scale in evidence.scales])
    is_open = np.array([scale.form == "open" for scale in evidence.scales])
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = 100 * (means[..., 1:] - least) / np.where(is_open | (spans <= 0), np.nan, spans)
    shares[..., np.isnan(evidence.summary.correlations[1:, 0])] = np.nan
    performance: Floats = np.where(falls, 100 - shares, shares)
    return performance


def driver_map(judged: Judged) -> DriverMap:
    """Return the map of the drivers that have a performance, two at least."""
    names: list[Quadrant | None] = [None] * len(judged.importance.drivers)
    sure = list(names)
    shown = np.flatnonzero(np.isfinite(judged.performance))
    if shown.size < 2:
        return DriverMap(tuple(names), tuple(sure), None, None)
    parts = np.array([driver.importance for driver in judged.importance.drivers])
    found = importance_performance_quadrants(parts[shown], judged.performance[shown])
    for place, quadrant in zip(shown, found.placed, strict=True):
        names[place] = quadrant
    if judged.parts is not None and judged.performances is not None:
        often = sure_quadrants(judged.parts[:, shown], judged.performances[:, shown])
        for place, quadrant in zip(shown, often, strict=True):
            sure[place] = quadrant
    return DriverMap(tuple(names), tuple(sure), found.importance_cut, found.performance_cut)


def percentile_interval(
    estimate: float | None,
    replicates: Floats | None,
    evidence: Evidence,
    assessing: Assessing,
    reason: Text | None = None,
) -> Interval:
    """Return an estimate between the percentiles of its replicates."""
    confidence = assessing.confidence
    if estimate is None:
        return Interval(None, None, None, confidence, "bootstrap", reason)
    if replicates is None or not np.isfinite(replicates).any():
        too_few = TOO_FEW_BUCKETS.format(n=evidence.groups, needed=FEWEST_BUCKETS)
        return Interval(estimate, None, None, confidence, "bootstrap", too_few)
    tail = (1 - confidence) / 2
    low, high = np.nanquantile(replicates, [tail, 1 - tail])
    # R² of samples is biased upwards: an interval still holds its own estimate.
    least, most = min(float(low), estimate), max(float(high), estimate)
    return Interval(estimate, least, most, confidence, "bootstrap")


def replicates_of(replicates: Floats | None, place: int) -> Floats | None:
    """Return the replicates of one driver."""
    return None if replicates is None else replicates[:, place]
