"""Driver evidence: what the rows say of an outcome and its drivers, fetched as a few sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlglot import exp

from ressenti.errors import UndefinedResult
from ressenti.language import Text
from ressenti.statistics.importance import CONSTANT_OUTCOME
from ressenti.statistics.importance_intervals import FEWEST_BUCKETS
from ressenti.statistics.moments import correlation_matrix, covariance_matrix, resampled_moments
from ressenti.statistics.pairwise import are_consistent, contradiction, pairwise_correlations
from ressenti.studies.driver_findings import Rows
from ressenti.studies.driver_questions import DriverQuestion, complete_query, pairwise_query
from ressenti.studies.driver_scales import DriverScale, driver_scale
from ressenti.tallies.bucketed_moments import BucketedMoments, bucketed_moments_of
from ressenti.tallies.coverage import Coverage, coverage_query, coverages_of
from ressenti.tallies.tally import Floats

# Means beyond this are taken off before squaring, so that sums of squares keep their last digits.
LARGE_MEAN = 100.0

NO_ROWS = Text(
    en="no row is left to look at: widen --where.",
    fr="il ne reste aucune ligne à regarder : élargissez --where.",
)
NO_WEIGHT = Text(
    en="no row that has everything has a weight above 0 and, where clusters are asked for, its "
    "cluster: look at these columns.",
    fr="aucune ligne complète n'a un poids supérieur à 0 ni, si des grappes sont demandées, sa "
    "grappe : regardez ces colonnes.",
)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Effects:
    """Moments of the outcome and of what an additive model knows of each driver.

    Parameters
    ----------
    buckets : array, shape (G, m + 2, m + 2)
    places : tuple of tuples of int
        Of each driver's columns among the m + 1, the outcome being 0.
    n : int
        Complete rows.
    """

    buckets: Floats
    places: tuple[tuple[int, ...], ...]
    n: int


@dataclass(frozen=True, slots=True, eq=False)
class Summary:
    """Correlations, means and deviations, the outcome first: of one sample or of many."""

    correlations: Floats
    means: Floats
    deviations: Floats


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Evidence:
    """What the rows say of an outcome and its k drivers.

    Parameters
    ----------
    coverages : tuple of Coverage
        The outcome's first.
    summary : Summary
    replicates : Summary or None
        The same of bootstrap samples; None with too few groups.
    counts : tuple of int
        Rows behind each driver's correlation with the outcome.
    n, n_effective, groups : int, float, int
        Rows, what they are worth given their weights, and buckets that have one.
    dropped : int
        Replicates left out because their correlations contradict each other.
    queries : tuple of sqlglot queries
        What was asked of the engine.
    """

    coverages: tuple[Coverage, ...]
    scales: tuple[DriverScale, ...]
    summary: Summary
    replicates: Summary | None
    counts: tuple[int, ...]
    n: int
    n_effective: float
    groups: int
    dropped: int
    effects: Effects
    queries: tuple[exp.Select, ...]


def evidence_of(question: DriverQuestion, *, replicates: int, seed: int) -> Evidence:
    """Return what the rows say, with the replicates of a bootstrap over buckets.

    Raises
    ------
    UndefinedResult
        R206, when the rows cannot answer, with the reason.
    """
    covering = coverage_query(
        question.relation, question.outcome, question.drivers, where=question.where
    )
    coverages = coverages_of(question.relation, covering)
    _require_values(question, coverages)
    scales = tuple(
        driver_scale(coverage, question.levels.get(driver.name, ()))
        for driver, coverage in zip(question.drivers, coverages[1:], strict=True)
    )
    centres = np.array([_centre(coverage) for coverage in coverages])
    asked = complete_query(question, scales, centres.tolist())
    complete = bucketed_moments_of(asked.query)
    n_complete = int(complete.rows.sum())
    queries = [covering, complete.query]
    if question.rows == "complete":
        _require_rows(question, coverages, n_complete)
        rows, moments = complete, complete.of(range(len(coverages)))
        counts = (n_complete,) * len(question.drivers)
    else:
        rows = bucketed_moments_of(pairwise_query(question, centres.tolist()))
        queries.append(rows.query)
        moments = rows.matrices
        counts = tuple(coverage.n for coverage in coverages[1:])
        _require_rows(question, coverages, min(*counts, int(rows.rows.sum())))
    summary = _summary(moments.sum(axis=0), question.rows, centres)
    _require_sense(question, summary.correlations)
    replicated, dropped = None, 0
    if len(moments) >= FEWEST_BUCKETS:
        samples = resampled_moments(moments, replicates=replicates, seed=seed)
        replicated, dropped = _consistent(_summary(samples, question.rows, centres))
    return Evidence(
        coverages=coverages,
        scales=scales,
        summary=summary,
        replicates=replicated,
        counts=counts,
        n=int(rows.rows.sum()),
        n_effective=_effective_size(rows),
        groups=len(moments),
        dropped=dropped,
        effects=_effects(complete, asked.places),
        queries=tuple(queries),
    )


def _effects(complete: BucketedMoments, places: Sequence[tuple[int, ...]]) -> Effects:
    used = sorted({place for own in places for place in own})
    rank = {place: number for number, place in enumerate(used, start=1)}
    return Effects(
        buckets=complete.of([0, *used]),
        places=tuple(tuple(rank[place] for place in own) for own in places),
        n=int(complete.rows.sum()),
    )


def _summary(moments: Floats, rows: Rows, centres: Floats) -> Summary:
    if rows == "complete":
        with np.errstate(invalid="ignore", divide="ignore"):
            means = moments[..., 0, 1:] / moments[..., 0, :1]
        covariances = covariance_matrix(moments)
        variances = np.diagonal(covariances, axis1=-2, axis2=-1)
        return Summary(correlation_matrix(moments), means + centres, np.sqrt(variances))
    p = centres.size
    inner = moments[..., 1:, 1:]
    with np.errstate(invalid="ignore", divide="ignore"):
        # Each column on the rows where the outcome was answered too.
        n = inner[..., 0, :p]
        means = inner[..., 0, p : 2 * p] / n
        variances = inner[..., 0, 2 * p :] / n - means**2
    deviations = np.sqrt(np.clip(variances, 0.0, None))
    return Summary(pairwise_correlations(moments), means + centres, deviations)


def _consistent(samples: Summary) -> tuple[Summary, int]:
    """Return the replicates that make sense, and how many do not."""
    usable = np.isfinite(samples.correlations[:, 0, 0]) & are_consistent(samples.correlations)
    kept = Summary(samples.correlations[usable], samples.means[usable], samples.deviations[usable])
    return kept, int((~usable).sum())


def _effective_size(rows: BucketedMoments) -> float:
    return float(rows.matrices[:, 0, 0].sum() ** 2 / rows.squared_weights.sum())


def _centre(coverage: Coverage) -> float:
    mean = coverage.mean or 0.0
    return float(round(mean)) if abs(mean) >= LARGE_MEAN else 0.0


def _require_values(question: DriverQuestion, coverages: Sequence[Coverage]) -> None:
    for reading, coverage in zip(question.readings, coverages, strict=True):
        if coverage.n:
            continue
        if reading is question.outcome and not coverage.n_missing:
            raise UndefinedResult(NO_ROWS)
        raise UndefinedResult(
            Text(
                en="'{name}' has no number on the rows that count: {blank} blanks, {coded} codes "
                "for no answer, {unreadable} other values.",
                fr="« {name} » n'a aucun nombre sur les lignes qui comptent : {blank} vides, "
                "{coded} codes d'absence de réponse, {unreadable} autres valeurs.",
            ).format(
                name=reading.name,
                blank=coverage.n_blank,
                coded=coverage.n_coded,
                unreadable=coverage.n_unreadable,
            ),
            hint=Text(
                en="Words become a driver as a condition: \"channel = 'web'\".",
                fr="Des mots deviennent un levier sous forme de condition : \"canal = 'web'\".",
            ),
        )


def _require_rows(question: DriverQuestion, coverages: Sequence[Coverage], n: int) -> None:
    needed = len(question.drivers) + 2
    if n >= needed:
        return
    fewest = min(range(len(question.drivers)), key=lambda place: coverages[place + 1].n)
    if n == 0 and (question.weight is not None or question.cluster is not None):
        raise UndefinedResult(NO_WEIGHT)
    raise UndefinedResult(
        Text(
            en="{n} rows have the outcome and all {k} drivers: at least {needed} are needed. "
            "'{name}' is answered least often, by {fewest} of {whole}.",
            fr="{n} lignes ont le résultat et les {k} leviers : il en faut au moins {needed}. "
            "« {name} » est le moins souvent renseigné, {fewest} fois sur {whole}.",
        ).format(
            n=n,
            k=len(question.drivers),
            needed=needed,
            name=question.names[fewest],
            fewest=coverages[fewest + 1].n,
            whole=coverages[0].n,
        ),
        hint=Text(
            en="Leave it out or, if not everybody was asked, use --rows pairwise.",
            fr="Retirez-le ou, si tous n'ont pas été interrogés, utilisez --rows pairwise.",
        ),
    )


def _require_sense(question: DriverQuestion, correlations: Floats) -> None:
    if np.isnan(correlations[0, 0]):
        raise UndefinedResult(CONSTANT_OUTCOME)
    names = [reading.name for reading in question.readings]
    at_odds = contradiction(correlations, names)
    if at_odds:
        raise UndefinedResult(
            Text(
                en="taken pair by pair, the correlations of {names} contradict each other: their "
                "table is not positive definite, and no data could have them together.",
                fr="prises deux à deux, les corrélations de {names} se contredisent : leur tableau "
                "n'est pas défini positif, aucunes données ne pourraient les avoir ensemble.",
            ).format(names=", ".join(at_odds)),
            hint=Text(
                en="Leave out the driver with the fewest answers, or use --rows complete.",
                fr="Retirez le levier le moins renseigné, ou utilisez --rows complete.",
            ),
        )
