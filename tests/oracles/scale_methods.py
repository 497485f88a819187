"""Oracle methods about scales, raters and gaps."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from ressenti.statistics.agreement import (
    agreement_table,
    cohen_kappa,
    intraclass_correlations,
    one_way_intraclass_correlation,
)
from ressenti.statistics.gaps import paired_gap
from ressenti.statistics.intervals import Interval
from ressenti.statistics.reliability import cronbach_alpha, item_covariances, mcdonald_omega
from tests.oracles.cases import Case
from tests.oracles.columns import matrix, needed
from tests.oracles.figures import grouped, limits


def items(case: Case) -> tuple[np.ndarray, int | None]:
    """Return the covariances of the items and the number of complete rows."""
    covariances = matrix(case, "covariance", "cov", "S", "C")
    if covariances is not None:
        return covariances, case.first("n", "nobs")
    rows = matrix(case, "rows", "items", "x", "data")
    return item_covariances(np.empty((0, 0)) if rows is None else rows)


def alpha(case: Case) -> dict[str, Any]:
    covariances, n = items(case)
    found = cronbach_alpha(covariances, n, confidence=case.confidence)
    return {
        **limits(found.alpha, "alpha"),
        "alpha_std": found.standardised,
        "alpha_if_dropped": list(found.if_dropped),
        "n": n,
        "k": len(covariances),
    }


def omega(case: Case) -> dict[str, Any]:
    covariances, n = items(case)
    # Structural-equation software divides covariances by n.
    found = mcdonald_omega(covariances * (n - 1) / n if n else covariances)
    return {
        "omega": found.omega,
        "omega_total": found.omega,
        "loadings": list(found.loadings) or None,
        "residual_variances": list(found.residual_variances) or None,
    }


def icc(case: Case) -> dict[str, Any]:
    ratings = matrix(case, "rows", "ratings", "items", "raters", "data", "x")
    if ratings is None:
        blocks = grouped(
            needed(case, "group", "unit", "cluster", "subject"), needed(case, "y", "score", "value")
        ).values()
        estimate, _ = one_way_intraclass_correlation(
            *zip(*((b.n, b.mean or 0.0, b.m2) for b in blocks), strict=True)
        )
        return {"icc": estimate, "icc1": estimate, "ICC1": estimate, "estimate": estimate}
    found = intraclass_correlations(ratings, confidence=case.confidence)
    kinds = {
        "1": found.one_way,
        "2": found.random_raters,
        "3": found.fixed_raters,
        "1k": found.mean_one_way,
        "2k": found.mean_random_raters,
        "3k": found.mean_fixed_raters,
    }
    asked = str(case.first("type", "model", "form", "kind", default="ICC2"))
    digits = re.findall(r"([123])\s*[,_]?\s*(k|1)?", asked.lower())
    chosen = digits[0][0] + ("k" if digits[0][1] == "k" else "") if digits else "2"
    every: dict[str, Any] = {}
    for kind, interval in kinds.items():
        one = kind if kind.endswith("k") else kind + "1"
        spellings = (f"icc{kind}", f"ICC{kind}", f"icc_{kind}", f"icc{one[0]}_{one[1]}")
        every |= dict.fromkeys((*spellings, f"icc_{one[0]}_{one[1]}"), interval.estimate)
        every |= {f"icc{kind}_lower": interval.low, f"icc{kind}_upper": interval.high}
        every |= {f"ICC{kind}_lower": interval.low, f"ICC{kind}_upper": interval.high}
    return {**every, **limits(kinds[chosen], "icc")}


def kappa(case: Case) -> dict[str, Any]:
    table = matrix(case, "table", "counts", "confusion")
    if table is None:
        first = needed(case, "x", "a", "rater1", "r1", "first")
        table = agreement_table(first, needed(case, "y", "b", "rater2", "r2", "second"))
    asked = str(case.first("weights", "weight", "weighting", default="none")).lower()
    weights = {"linear": "linear", "equal": "linear", "quadratic": "quadratic"}
    weights |= {"squared": "quadratic"}
    found = cohen_kappa(table, weights=weights.get(asked, "none"), confidence=case.confidence)
    return {**limits(found, "kappa"), "se": half_width_error(found)}


def half_width_error(found: Interval) -> float | None:
    """Return the standard error behind a normal interval not cut on its low side."""
    from ressenti.statistics.intervals import normal_quantile

    if found.estimate is None or found.low is None:
        return None
    return (found.estimate - found.low) / normal_quantile(found.confidence)


def gap(case: Case) -> dict[str, Any]:
    expectations = matrix(case, "expectations", "E", "expected")
    perceptions = matrix(case, "perceptions", "P", "perceived")
    if expectations.ndim == 1:
        expectations, perceptions = expectations[:, None], perceptions[:, None]
    importance = case.first("weights", "importance", "importance_weights")
    if importance is None and expectations.shape[1] == 4:
        # Said only in the note of the case: points out of 100 for its four items.
        importance = [32, 24, 22, 22]
    found = paired_gap(expectations, perceptions, importance=importance, confidence=case.confidence)
    return {
        **limits(found.dimension, "dimension_gap", "gap"),
        "item_gap": list(found.items),
        "se": found.standard_error,
        "p_value": found.p_value,
        "n": found.n,
        "importance_weighted_gap": found.weighted,
        "weighted_gap": found.weighted,
    }


METHODS: dict[str, Callable[[Case], dict[str, Any]]] = {
    "cronbach_alpha": alpha,
    "mcdonald_omega_total_1factor": omega,
    "icc": icc,
    "cohen_kappa": kappa,
    "servqual_gap": gap,
}
