"""Drivers: which marks, outcomes and themes go with an indicator, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ressenti.language import Text
from ressenti.statistics.association import (
    CONSTANT_VARIABLE,
    PERFECT,
    PERFECT_CORRELATION,
    fisher_interval,
)
from ressenti.statistics.asymmetry import PenaltyReward, penalty_reward_of_fit
from ressenti.statistics.importance import HIGHEST_INFLATION, Driver
from ressenti.statistics.importance_intervals import r2_interval
from ressenti.statistics.intervals import Interval, normal_quantile
from ressenti.statistics.moment_regression import least_squares_of_moments
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
from ressenti.studies.driver_judgement import (
    DriverMap,
    Judged,
    driver_map,
    judged_drivers,
    percentile_interval,
    replicates_of,
)
from ressenti.studies.driver_models import latent_of
from ressenti.studies.driver_questions import DriverQuestion
from ressenti.studies.driver_remarks import (
    REDUNDANT,
    driver_remarks,
    latent_remarks,
    missing_remark,
    study_remarks,
)

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
class _Known:
    """All that findings are written from."""

    question: DriverQuestion
    evidence: Evidence
    assessing: Assessing
    judged: Judged
    places: DriverMap


def drivers_of_question(question: DriverQuestion, assessing: Assessing) -> DriverStudy:
    """Return what is known of the drivers of an outcome.

    Raises
    ------
    UndefinedResult
        R206, when the rows cannot answer, with the reason.
    """
    normal_quantile(assessing.confidence)
    evidence = evidence_of(question, replicates=assessing.replicates, seed=assessing.seed)
    correlations = tuple(
        _correlation(question, evidence, place, assessing) for place in range(len(question.drivers))
    )
    falls = _falls(correlations, lower_is_better=question.lower_is_better)
    latent = None if question.model == "linear" else latent_of(question, evidence, assessing)
    judged = judged_drivers(evidence, falls, latent, assessing)
    improvements = improvements_of(question, evidence, assessing, falls)
    asymmetries = _asymmetries(evidence, assessing)
    places = driver_map(judged)
    known = _Known(question, evidence, assessing, judged, places)
    findings = [
        _finding(known, place, correlation, improvement, asymmetry)
        for place, (correlation, improvement, asymmetry) in enumerate(
            zip(correlations, improvements, asymmetries, strict=True)
        )
    ]
    needed = max(FEWEST_TO_RANK, FEWEST_A_DRIVER * len(findings))
    base = min(evidence.n_effective, *evidence.counts)
    is_ranked = base >= needed and judged.parts is not None
    if is_ranked:
        findings.sort(key=lambda finding: -finding.part.importance)
    return DriverStudy(
        outcome=_outcome(question, evidence, assessing),
        drivers=tuple(findings),
        model=question.model,
        rows=question.rows,
        method=judged.importance.method,
        n=evidence.n,
        n_effective=evidence.n_effective,
        r2=_r2(judged, evidence, assessing),
        confidence=assessing.confidence,
        replicates=0 if judged.parts is None else len(judged.parts),
        groups=evidence.groups,
        is_weighted=question.weight is not None,
        is_clustered=question.cluster is not None,
        is_ranked=is_ranked,
        importance_cut=places.importance_cut,
        performance_cut=places.performance_cut,
        remarks=study_remarks(
            question,
            evidence,
            judged.importance,
            needed=None if base >= needed else needed,
        )
        + (() if latent is None else latent_remarks(evidence, latent, judged.importance)),
        queries=evidence.queries,
    )


def _falls(correlations: tuple[Interval, ...], *, lower_is_better: bool) -> NDArray[np.bool_]:
    """Return whether more of each driver surely goes with a worse outcome."""
    if lower_is_better:
        return np.array([one.low is not None and one.low > 0 for one in correlations])
    return np.array([one.high is not None and one.high < 0 for one in correlations])


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
        # Answers at each end; with weights, as many as their share is worth.
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
    known: _Known,
    place: int,
    correlation: Interval,
    improvement: Improvement | None,
    asymmetry: PenaltyReward | None,
) -> DriverFinding:
    question, evidence, assessing = known.question, known.evidence, known.assessing
    judged, places = known.judged, known.places
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
        beta=percentile_interval(
            part.beta, replicates_of(judged.betas, place), evidence, assessing, REDUNDANT
        ),
        slope=(
            part.beta * float(deviations[0] / deviations[place + 1])
            if part.beta is not None and question.model == "linear"
            else None
        ),
        mean=percentile_interval(
            float(evidence.summary.means[place + 1]),
            None if evidence.replicates is None else evidence.replicates.means[:, place + 1],
            evidence,
            assessing,
        ),
        performance=percentile_interval(
            performance if np.isfinite(performance) else None,
            replicates_of(judged.performances, place),
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


def _r2(judged: Judged, evidence: Evidence, assessing: Assessing) -> Interval:
    r2 = judged.importance.r2
    if r2 is None or judged.parts is None:
        return percentile_interval(r2, None, evidence, assessing)
    return r2_interval(r2, judged.parts.sum(axis=1), confidence=assessing.confidence)


def _outcome(question: DriverQuestion, evidence: Evidence, assessing: Assessing) -> Outcome:
    means = None if evidence.replicates is None else evidence.replicates.means[:, 0]
    return Outcome(
        name=question.outcome.name,
        unit=question.unit,
        coverage=evidence.coverages[0],
        mean=percentile_interval(float(evidence.summary.means[0]), means, evidence, assessing),
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
        return percentile_interval(r, None, evidence, assessing)
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
