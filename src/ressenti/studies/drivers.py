"""Drivers: which marks, outcomes and themes go with an indicator, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ressenti.language import Text
from ressenti.statistics.association import (
    CONSTANT_VARIABLE,
    PERFECT,
    PERFECT_CORRELATION,
    fisher_interval,
)
from ressenti.statistics.asymmetry import PenaltyReward, penalty_reward_of_fit
from ressenti.statistics.importance import HIGHEST_INFLATION, Driver, Importance, driver_importance
from ressenti.statistics.importance_intervals import (
    FEWEST_BUCKETS,
    TOO_FEW_BUCKETS,
    ImportanceIntervals,
    intervals_of_replicates,
    replicated_importance,
)
from ressenti.statistics.intervals import Interval, normal_quantile
from ressenti.statistics.moment_regression import least_squares_of_moments, slopes_of_moments
from ressenti.statistics.quadrants import (
    Quadrant,
    importance_performance_quadrants,
    sure_quadrants,
)
from ressenti.studies.driver_evidence import Evidence, evidence_of
from ressenti.studies.driver_findings import (
    Assessing,
    DriverFinding,
    DriverStudy,
    Improvement,
    Outcome,
    Twin,
)
from ressenti.studies.driver_improvements import improvements_of
from ressenti.studies.driver_questions import DriverQuestion
from ressenti.studies.driver_remarks import REDUNDANT, driver_remarks, missing_remark, study_remarks
from ressenti.tallies.tally import Floats

# Fewer rows, or fewer rows a driver, cannot tell which driver comes first.
FEWEST_TO_RANK = 200
FEWEST_A_DRIVER = 20
# Two drivers that go together so closely are one.
ALIKE = 0.8

NO_PERFORMANCE = Text(
    en="a quantity has no best and no worst end.",
    fr="une quantité n'a ni meilleur ni pire bout.",
)


@dataclass(frozen=True, slots=True, eq=False)
class _Judged:
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
class _Map:
    """Where each driver stands on the map, and where it surely does."""

    placed: tuple[Quadrant | None, ...]
    sure: tuple[Quadrant | None, ...]
    importance_cut: float | None
    performance_cut: float | None


def drivers_of_question(question: DriverQuestion, assessing: Assessing) -> DriverStudy:
    """Return what is known of the drivers of an outcome.

    Raises
    ------
    UndefinedResult
        R206, when the rows cannot answer, with the reason.
    """
    normal_quantile(assessing.confidence)
    evidence = evidence_of(question, replicates=assessing.replicates, seed=assessing.seed)
    judged = _judged(question, evidence, assessing)
    improvements = improvements_of(question, evidence, assessing)
    asymmetries = _asymmetries(evidence, assessing)
    places = _places(judged)
    findings = [
        _finding(question, evidence, judged, place, assessing, places, improvement, asymmetry)
        for place, (improvement, asymmetry) in enumerate(
            zip(improvements, asymmetries, strict=True)
        )
    ]
    needed = max(FEWEST_TO_RANK, FEWEST_A_DRIVER * len(findings))
    is_ranked = evidence.n_effective >= needed
    if is_ranked:
        findings.sort(key=lambda finding: -finding.part.importance)
    return DriverStudy(
        outcome=_outcome(question, evidence, assessing),
        drivers=tuple(findings),
        model="linear",
        rows=question.rows,
        method=judged.importance.method,
        n=evidence.n,
        n_effective=evidence.n_effective,
        r2=_limits(
            judged.importance.r2,
            None if judged.parts is None else judged.parts.sum(axis=1),
            evidence,
            assessing,
        ),
        confidence=assessing.confidence,
        replicates=0 if judged.parts is None else len(judged.parts),
        groups=evidence.groups,
        is_weighted=question.weight is not None,
        is_clustered=question.cluster is not None,
        is_ranked=is_ranked,
        importance_cut=places.importance_cut,
        performance_cut=places.performance_cut,
        remarks=study_remarks(
            question, evidence, judged.importance.method, needed=None if is_ranked else needed
        ),
        queries=evidence.queries,
    )


def _judged(question: DriverQuestion, evidence: Evidence, assessing: Assessing) -> _Judged:
    importance = driver_importance(evidence.summary.correlations)
    performance = _performance(question, evidence, evidence.summary.means)
    if evidence.replicates is None:
        reason = TOO_FEW_BUCKETS.format(n=evidence.groups, needed=FEWEST_BUCKETS)
        none = ImportanceIntervals((), 0, reason)
        return _Judged(importance, none, performance, None, None, None)
    correlations = evidence.replicates.correlations
    parts = replicated_importance(correlations)
    return _Judged(
        importance,
        intervals_of_replicates(parts, confidence=assessing.confidence),
        performance,
        parts,
        _standardised_slopes(correlations),
        _performance(question, evidence, evidence.replicates.means),
    )


def _standardised_slopes(correlations: Floats) -> Floats:
    """Return the betas of many correlation tables: the slopes of moments of weight 1, mean 0."""
    replicates, size = correlations.shape[:2]
    moments = np.zeros((replicates, size + 1, size + 1))
    moments[:, 0, 0] = 1.0
    moments[:, 1:, 1:] = np.nan_to_num(correlations, nan=0.0)
    return slopes_of_moments(moments)


def _performance(question: DriverQuestion, evidence: Evidence, means: Floats) -> Floats:
    """Return means as 0..100 of their scales, the better end for the outcome being 100."""
    least = np.array([scale.least for scale in evidence.scales])
    spans = np.array([scale.greatest - scale.least for scale in evidence.scales])
    is_open = np.array([scale.form == "open" for scale in evidence.scales])
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = 100 * (means[..., 1:] - least) / np.where(is_open | (spans <= 0), np.nan, spans)
    sign = -1 if question.lower_is_better else 1
    falls = sign * evidence.summary.correlations[1:, 0] < 0
    performance: Floats = np.where(falls, 100 - shares, shares)
    return performance


def _places(judged: _Judged) -> _Map:
    """Return the map of the drivers that have a performance, two at least."""
    names: list[Quadrant | None] = [None] * len(judged.importance.drivers)
    sure = list(names)
    shown = np.flatnonzero(np.isfinite(judged.performance))
    if shown.size < 2:
        return _Map(tuple(names), tuple(sure), None, None)
    parts = np.array([driver.importance for driver in judged.importance.drivers])
    found = importance_performance_quadrants(parts[shown], judged.performance[shown])
    for place, quadrant in zip(shown, found.placed, strict=True):
        names[place] = quadrant
    if judged.parts is not None and judged.performances is not None:
        often = sure_quadrants(judged.parts[:, shown], judged.performances[:, shown])
        for place, quadrant in zip(shown, often, strict=True):
            sure[place] = quadrant
    return _Map(tuple(names), tuple(sure), found.importance_cut, found.performance_cut)


def _asymmetries(evidence: Evidence, assessing: Assessing) -> list[PenaltyReward | None]:
    """Return the penalty and the reward of each graded driver, all drivers in one regression."""
    effects = evidence.effects
    fit = least_squares_of_moments(effects.buckets, effects.n)
    total = effects.buckets.sum(axis=0)
    shares = total[0, 1:] / total[0, 0]
    found: list[PenaltyReward | None] = []
    for places, scale in zip(effects.places, evidence.scales, strict=True):
        if scale.form != "graded" or fit.freedom < 1:
            found.append(None)
            continue
        low, high = (round(effects.n * float(shares[place])) for place in places)
        found.append(
            penalty_reward_of_fit(
                fit,
                (places[0], places[1]),
                (low, high),
                errors="cluster",
                confidence=assessing.confidence,
            )
        )
    return found


def _finding(
    question: DriverQuestion,
    evidence: Evidence,
    judged: _Judged,
    place: int,
    assessing: Assessing,
    places: _Map,
    improvement: Improvement | None,
    asymmetry: PenaltyReward | None,
) -> DriverFinding:
    part = judged.importance.drivers[place]
    deviations = evidence.summary.deviations
    twin = _twin(question, evidence, place, part) if not part.is_separable else None
    correlation = _correlation(question, evidence, place, assessing)
    coverage = evidence.coverages[place + 1]
    differ = missing_remark(evidence.coverages[0], coverage, assessing.confidence)
    performance = float(judged.performance[place])
    return DriverFinding(
        name=question.names[place],
        scale=evidence.scales[place],
        coverage=coverage,
        n=evidence.counts[place],
        part=part,
        limits=judged.intervals.drivers[place] if judged.intervals.drivers else None,
        correlation=correlation,
        beta=_limits(part.beta, _column(judged.betas, place), evidence, assessing, REDUNDANT),
        slope=(
            part.beta * float(deviations[0] / deviations[place + 1])
            if part.beta is not None
            else None
        ),
        mean=_limits(
            float(evidence.summary.means[place + 1]),
            None if evidence.replicates is None else evidence.replicates.means[:, place + 1],
            evidence,
            assessing,
        ),
        performance=_limits(
            performance if np.isfinite(performance) else None,
            _column(judged.performances, place),
            evidence,
            assessing,
            NO_PERFORMANCE,
        ),
        quadrant=places.placed[place],
        sure_quadrant=places.sure[place],
        asymmetry=asymmetry,
        improvement=improvement,
        twin=twin,
        remarks=driver_remarks(part, twin, correlation) + (() if differ is None else (differ,)),
    )


def _outcome(question: DriverQuestion, evidence: Evidence, assessing: Assessing) -> Outcome:
    means = None if evidence.replicates is None else evidence.replicates.means[:, 0]
    return Outcome(
        name=question.outcome.name,
        unit=question.unit,
        coverage=evidence.coverages[0],
        mean=_limits(float(evidence.summary.means[0]), means, evidence, assessing),
        lower_is_better=question.lower_is_better,
    )


def _correlation(
    question: DriverQuestion, evidence: Evidence, place: int, assessing: Assessing
) -> Interval:
    """Return a correlation with Fisher's interval, as wide as weights and clusters make it."""
    r, confidence = float(evidence.summary.correlations[place + 1, 0]), assessing.confidence
    if not np.isfinite(r):
        return Interval(None, None, None, confidence, "fisher", CONSTANT_VARIABLE)
    if question.weight is None and question.cluster is None:
        return fisher_interval(r, evidence.counts[place], confidence=confidence)
    if abs(r) >= PERFECT:
        return Interval(r, None, None, confidence, "fisher", PERFECT_CORRELATION)
    if evidence.replicates is None:
        return _limits(r, None, evidence, assessing)
    replicates = evidence.replicates.correlations[:, place + 1, 0]
    spread = float(np.nanstd(np.arctanh(np.clip(replicates, -PERFECT, PERFECT)), ddof=1))
    margin = normal_quantile(confidence) * spread
    low, high = (float(np.tanh(np.arctanh(r) + sign * margin)) for sign in (-1, 1))
    return Interval(r, low, high, confidence, "fisher")


def _twin(question: DriverQuestion, evidence: Evidence, place: int, part: Driver) -> Twin | None:
    """Return the other driver that a driver goes with most, None for one that never varies."""
    shared = evidence.summary.correlations[place + 1, 1:].copy()
    shared[place] = np.nan
    if not np.isfinite(shared).any():
        return None
    nearest = int(np.nanargmax(np.abs(shared)))
    r, inflation = float(shared[nearest]), part.inflation_factor
    is_alike = inflation is None or inflation > HIGHEST_INFLATION or abs(r) >= ALIKE
    return Twin(name=question.names[nearest], correlation=r, is_alike=is_alike)


def _limits(
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
    return Interval(estimate, float(low), float(high), confidence, "bootstrap")


def _column(replicates: Floats | None, place: int) -> Floats | None:
    return None if replicates is None else replicates[:, place]
