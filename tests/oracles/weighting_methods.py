"""Oracle methods about weighted, clustered, stratified and raked samples."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ressenti.statistics.effective_sizes import (
    clustered_effective_size,
    effective_size,
    kish_effective_size,
)
from ressenti.statistics.intervals import NET_COEFFICIENTS, contrast_interval
from ressenti.statistics.linearisation import require_weights
from ressenti.statistics.quantiles import woodruff_interval
from ressenti.statistics.raking import calibrated_variance, raking
from ressenti.statistics.weighted_means import (
    Design,
    WeightedEstimate,
    domain_difference,
    korn_graubard_interval,
    logit_interval,
    weighted_mean,
    weighted_mean_of_sums,
    weighted_ratio,
)
from tests.oracles.cases import Case
from tests.oracles.translation import (
    POINTS,
    Answer,
    classes_with_gaps,
    limits,
    scaled,
    top_box,
)

Method = Callable[[Case], Answer]


def classes(case: Case) -> np.ndarray:
    ready = case.column_if_any("nps_class", "class")
    if ready is not None:
        return ready
    return classes_with_gaps(case.column("score", "column", "scores", "nps", "values"))


def weights(case: Case, length: int) -> np.ndarray:
    found = case.column_if_any("weight", "weights")
    return np.ones(length) if found is None else found


def design(case: Case, **parts: Any) -> Design:
    return Design(
        strata=parts.get("strata", case.column_if_any("strata", "stratum")),
        clusters=case.column_if_any("cluster", "clusters"),
        sampling_fractions=parts.get("sampling_fractions"),
        domain=parts.get("domain"),
    )


def described(found: WeightedEstimate, factor: float = 1.0) -> Answer:
    return {
        "n": found.n,
        "n_zero_weight": found.n_zero_weight,
        "sum_w": found.sum_w,
        "se": scaled(found.standard_error, factor),
        "kish_neff": found.kish_size,
        "kish_deff": found.n / found.kish_size if found.kish_size else None,
        "deff": found.design_effect,
        "df": found.degrees_of_freedom,
    }


def weighted_net_score(case: Case) -> Answer:
    y = classes(case)
    found = weighted_mean(y, weights(case, len(y)), design(case))
    interval = limits(found.interval(confidence=case.confidence), POINTS, name="nps")
    return interval | described(found, POINTS)


def weighted_mean_of_column(case: Case) -> Answer:
    y = case.column("column", "values", "y")
    found = weighted_mean(y, weights(case, len(y)), design(case))
    return limits(found.interval(confidence=case.confidence)) | described(found)


def weighted_proportion(interval_of: Callable[..., Any]) -> Method:
    def answer(case: Case) -> Answer:
        y = top_box(case, case.column("column", "values", "score"))
        found = weighted_mean(y, weights(case, len(y)), design(case))
        return limits(interval_of(found, confidence=case.confidence)) | described(found)

    return answer


def by_domain(case: Case) -> Answer:
    y, group = classes(case), case.column("by", "domain", "group")
    scale = weights(case, len(y))
    levels = np.unique(group)
    found = [weighted_mean(y, scale, design(case, domain=group == level)) for level in levels]
    return {
        "levels": [label(level) for level in levels.tolist()],
        "n": [one.n for one in found],
        "nps": [scaled(one.estimate, POINTS) for one in found],
        "se": [scaled(one.standard_error, POINTS) for one in found],
    }


def label(level: Any) -> Any:
    return int(level) if isinstance(level, float) and level.is_integer() else level


def domains_compared(case: Case) -> Answer:
    y, group = classes(case), case.column("by", "group")
    levels = case.first("levels", default=np.unique(group).tolist())
    first, second = (group == type(group.tolist()[0])(level) for level in levels[:2])
    difference, error = domain_difference(y, weights(case, len(y)), second, first, design(case))
    z = difference / error if error > 0 else None
    return {"difference": POINTS * difference, "se": POINTS * error, "z": z}


def weighted_net_score_interval(case: Case) -> Answer:
    y = classes(case)
    scale = require_weights(weights(case, len(y)))
    kept = (scale > 0) & ~np.isnan(y)
    member = (y[kept, None] == np.array(NET_COEFFICIENTS)).astype(float)
    w = scale[kept, None] * member
    total = float(w.sum())
    if total == 0:
        return {"nps": None, "lower": None, "upper": None, "n_eff": 0, "n": 0}
    squares = (w**2).sum(axis=0)[None]
    clusters, strata = case.column_if_any("cluster"), case.column_if_any("strata")
    if clusters is None and strata is None:
        size = effective_size(member.sum(axis=0)[None], w.sum(axis=0)[None], squares, [1, 0, -1])
    else:
        units, codes = np.unique(
            np.arange(kept.sum()) if clusters is None else clusters[kept], return_inverse=True
        )
        totals = np.array([w[codes == unit].sum(axis=0) for unit in range(len(units))])[:, None]
        first_rows = np.unique(codes, return_index=True)[1]
        size = clustered_effective_size(
            totals,
            squares,
            NET_COEFFICIENTS,
            strata=None if strata is None else strata[kept][first_rows],
            confidence=case.confidence,
        )
    shares = w.sum(axis=0)[None] / total
    low, high = contrast_interval(shares, size, NET_COEFFICIENTS, confidence=case.confidence)
    return {
        "n": int(kept.sum()),
        "nps": POINTS * float(shares[0] @ NET_COEFFICIENTS),
        "n_eff": float(size[0]),
        "lower": POINTS * float(low[0]),
        "upper": POINTS * float(high[0]),
    }


def mean_of_sums(case: Case) -> Answer:
    d = case.data
    estimate, error = weighted_mean_of_sums(
        d["n"], d["sw"], d["sw2"], d["swy"], d["sw2y"], d["sw2y2"]
    )
    kish = float(kish_effective_size(d["sw"], d["sw2"]))
    return {"estimate": estimate, "se": error, "kish_neff": kish}


def woodruff(case: Case) -> Answer:
    values = case.column("column", "values")
    scale = weights(case, len(values))
    probabilities = case.first("p", "probs")
    several = isinstance(probabilities, list)
    found = [
        limits(woodruff_interval(values, scale, p, design(case), confidence=case.confidence))
        for p in (probabilities if several else [probabilities])
    ]
    return {name: [one[name] for one in found] for name in found[0]} if several else found[0]


def raked_net_score(case: Case) -> Answer:
    """Return a net score raked, or post-stratified when there is one margin, to a population."""
    y = classes(case)
    base = weights(case, len(y))
    margins = case.first("margins", "strata", "by")
    names = [margins] if isinstance(margins, str) else list(margins)
    population = case.first("population", "populations", "margins_population")
    targets = {names[0]: population} if names[0] not in population else population
    table = case.table()
    labels = {name: [text(value) for value in table[name].tolist()] for name in names}
    levels = {name: sorted({*targets[name], *labels[name]}) for name in names}
    codes = np.array([[levels[n].index(v) for v in labels[n]] for n in names]).T
    kept = ~np.isnan(y) & (base > 0)
    cells, cell_of_row = np.unique(codes[kept], axis=0, return_inverse=True)
    counts, w, w2 = cell_tables(y[kept], base[kept], cell_of_row.ravel(), len(cells))
    found = raking(
        counts.sum(axis=1),
        cells,
        [[targets[name].get(level, 0) for level in levels[name]] for name in names],
        base_weights=w.sum(axis=1),
        tolerance=float(case.first("tol", default=1e-10)),
    )
    factors = found.factors[:, None]
    variance = calibrated_variance(counts, w * factors, w2 * factors**2, cells, NET_COEFFICIENTS)
    raked = base[kept] * found.factors[cell_of_row.ravel()]
    fixed = weighted_mean(y[kept], raked)
    return {
        "n": int(kept.sum()),
        "nps": scaled(fixed.estimate, POINTS),
        "se": POINTS * math.sqrt(variance),
        "se_naive_fixed_weights": scaled(fixed.standard_error, POINTS),
        "kish_deff": found.kish_effect,
        "kish_neff": fixed.kish_size,
        "weight_ratio": found.ratio,
        "max_min_ratio": found.ratio,
        "cell_weight": {
            " ".join(levels[n][c] for n, c in zip(names, cell, strict=True)): factor
            for cell, factor in zip(cells.tolist(), found.factors.tolist(), strict=True)
        },
    }


def text(value: Any) -> str:
    return str(label(value))


def cell_tables(
    y: np.ndarray, base: np.ndarray, cell_of_row: np.ndarray, cells: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return answers, sums of w and of w^2 by cell and class, promoters first."""
    place = cell_of_row * 3 + (1 - y).astype(int)
    counts, w, w2 = (
        np.bincount(place, amounts, cells * 3).reshape(cells, 3)
        for amounts in (np.ones(len(y)), base, base**2)
    )
    return counts, w, w2


def closed_strata(case: Case) -> tuple[np.ndarray | None, np.ndarray, np.ndarray]:
    """Return the stratum, the sampled share and the expansion weight of each row."""
    strata = case.column_if_any("strata", "stratum")
    length = len(next(iter(case.table().values())))
    named = case.first("population", "N", "fpc", "population_size")
    labels = np.zeros(length) if strata is None else strata
    clusters = case.column_if_any("cluster", "clusters")
    fractions, expansion = np.zeros(length), np.zeros(length)
    for position, level in enumerate(np.unique(labels).tolist()):
        rows = labels == level
        if isinstance(named, dict):
            size = named[text(level)]
        else:
            size = named[position] if isinstance(named, list) else named
        units = rows.sum() if clusters is None else len(np.unique(clusters[rows]))
        fractions[rows] = units / size
        expansion[rows] = size / units
    own = case.column_if_any("weight", "weights")
    return strata, fractions, expansion if own is None else own


def closed_mean(case: Case) -> Answer:
    strata, fractions, scale = closed_strata(case)
    y = case.column("column", "values", "y", "score")
    found = weighted_mean(y, scale, design(case, strata=strata, sampling_fractions=fractions))
    return limits(found.interval(confidence=case.confidence)) | described(found)


def closed_ratio(case: Case) -> Answer:
    strata, fractions, scale = closed_strata(case)
    tops, bottoms = case.column("numerator", "y"), case.column("denominator", "x")
    parts = design(case, strata=strata, sampling_fractions=fractions)
    found = weighted_ratio(tops, bottoms, scale, parts)
    answer = limits(found.interval(confidence=case.confidence))
    return answer | described(found) | {"ratio": answer["estimate"]}


METHODS: dict[str, Method] = {
    "weighted_nps": weighted_net_score,
    "weighted_mean_cluster": weighted_mean_of_column,
    "weighted_nps_by_domain": by_domain,
    "weighted_nps_difference": domains_compared,
    "weighted_nps_ci_score": weighted_net_score_interval,
    "weighted_nps_ci_score_neff": weighted_net_score_interval,
    "weighted_proportion_ci_logit": weighted_proportion(logit_interval),
    "weighted_proportion_ci_korn_graubard": weighted_proportion(korn_graubard_interval),
    "weighted_quantile_woodruff": woodruff,
    "weighted_mean_from_sums": mean_of_sums,
    "poststratified_nps": raked_net_score,
    "raked_nps": raked_net_score,
    "weighted_mean_strata_fpc": closed_mean,
    "weighted_ratio_strata_fpc": closed_ratio,
}
