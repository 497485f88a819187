"""Oracle methods about associations, regressions and drivers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ressenti.statistics.association import (
    Association,
    contingency_table,
    kendall_correlation,
    pearson_correlation,
    polychoric_correlation,
    spearman_correlation,
)
from ressenti.statistics.asymmetry import kano_coefficients, penalty_reward
from ressenti.statistics.importance import driver_importance, johnson_relative_weights
from ressenti.statistics.logit import LikelihoodFit, logistic_regression, ordinal_logit
from ressenti.statistics.moments import bucketed_moments, correlation_matrix
from ressenti.statistics.quadrants import importance_performance_quadrants
from ressenti.statistics.regression import (
    least_squares,
    predicted_mean,
    standardised_fit,
    with_intercept,
)
from tests.oracles.cases import Case, chosen_rows, column_array
from tests.oracles.columns import (
    flattened,
    matrix,
    needed,
    numbers,
    outcome_and_drivers,
    values,
)

KANO_LETTERS = {"A": "attractive", "O": "performance", "M": "must_be", "I": "indifferent"}


def association(found: Association, name: str) -> dict[str, Any]:
    estimate = found.correlation.estimate
    return {
        name: estimate,
        "estimate": estimate,
        "p_value": found.p_value,
        "lower": found.correlation.low,
        "upper": found.correlation.high,
        "n": found.n,
    }


def pearson(case: Case) -> dict[str, Any]:
    x, y = needed(case, "x", "a"), needed(case, "y", "b")
    return association(pearson_correlation(x, y, confidence=case.confidence), "r")


def spearman(case: Case) -> dict[str, Any]:
    return association(spearman_correlation(needed(case, "x", "a"), needed(case, "y", "b")), "rho")


def kendall(case: Case) -> dict[str, Any]:
    found = kendall_correlation(needed(case, "x", "a"), needed(case, "y", "b"))
    return {**association(found, "tau_b"), "tau": found.correlation.estimate}


def polychoric(case: Case) -> dict[str, Any]:
    table = matrix(case, "table", "counts")
    if table is None:
        table = contingency_table(needed(case, "x", "a"), needed(case, "y", "b"))
    rho, _ = polychoric_correlation(table)
    return {"rho": rho, "r": rho, "estimate": rho}


def correlations(case: Case) -> tuple[np.ndarray, list[str]]:
    """Return the correlation matrix with the outcome first, and the names of the drivers."""
    given = case.data.get("correlation") or case.data.get("R") or case.data.get("corr")
    if given is not None:
        table = np.array(given, dtype=float)
        order = list(case.data.get("order") or [f"x{i}" for i in range(len(table))])
        outcome = case.first("y", default=order[0])
        first = order.index(outcome) if outcome in order else 0
        places = [first, *(i for i in range(len(order)) if i != first)]
        return table[np.ix_(places, places)], [order[i] for i in places[1:]]
    y, x, names = outcome_and_drivers(case)
    rows = np.column_stack([y, x])
    weights = values(case, "weight", "weights", "w")
    complete = np.isfinite(rows).all(axis=1)
    moments = bucketed_moments(
        rows[complete], weights=None if weights is None else weights[complete]
    )
    return correlation_matrix(moments[0]), names


def lmg(case: Case) -> dict[str, Any]:
    table, names = correlations(case)
    found = driver_importance(table)
    parts = [driver.importance for driver in found.drivers] if found.drivers else None
    constant = [n for n, d in zip(names, found.drivers, strict=False) if d.is_constant]
    fit = standardised_fit(table)
    return {
        "lmg": parts,
        "r2": found.r2,
        "lmg_share": [driver.share for driver in found.drivers] if found.drivers else None,
        "share": [driver.share for driver in found.drivers] if found.drivers else None,
        "first_in": [driver.first_in for driver in found.drivers],
        "last_in": [driver.last_in for driver in found.drivers],
        "beta_std": list(fit.betas),
        "vif": list(fit.inflation_factors),
        "flag": bool(constant),
        "constant": constant,
        "constant_drivers": constant,
    }


def johnson(case: Case) -> dict[str, Any]:
    weights = johnson_relative_weights(correlations(case)[0])
    defined = np.isfinite(weights).all()
    parts = numbers(weights) if defined else None
    r2 = float(weights.sum()) if defined else None
    share = None if not r2 else numbers(weights / r2)
    return {"weights": parts, "r2": r2, "weights_share": share, "share": share}


def regression(case: Case) -> dict[str, Any]:
    y, x, names = outcome_and_drivers(case)
    cluster = case.first("cluster", "clusters")
    found: dict[str, Any] = {}
    by = {"cluster": values(case, "cluster", "clusters")} if cluster is not None else {}
    if "csv" in case.data:
        by |= {name: v for name, v in case.table().items() if f"se_cluster_{name}" in case.expected}
    for name, groups in by.items():
        errors = numbers(
            least_squares(y, with_intercept(x), clusters=groups).standard_errors("cluster")
        )
        found |= {"se_cluster": errors, f"se_cluster_{name}": errors}
    fit = least_squares(y, with_intercept(x))
    rows = np.column_stack([y, x])
    standard = standardised_fit(
        correlation_matrix(bucketed_moments(rows[np.isfinite(rows).all(axis=1)])[0])
    )
    classical = numbers(fit.standard_errors("classical"))
    return {
        **found,
        "coef": numbers(fit.coefficients),
        "r2": fit.r2,
        "n": fit.n,
        "nobs": fit.n,
        "se": classical,
        "se_ols": classical,
        "se_hc3": numbers(fit.standard_errors("hc3")),
        "sigma": None if fit.residual_variance is None else fit.residual_variance**0.5,
        "vif": list(standard.inflation_factors),
        "beta_std": list(standard.betas),
        "names": ["intercept", *names],
    }


def what_if(case: Case) -> dict[str, Any]:
    y, x, names = outcome_and_drivers(case)
    at = case.first("at", "newdata", "x0")
    point = [at[name] for name in names] if isinstance(at, Mapping) else list(at)
    kind = {"OLS": "classical", "HC3": "hc3"}.get(str(case.first("se", default="OLS")), "classical")
    fit = least_squares(y, with_intercept(x))
    found = predicted_mean(fit, [1.0, *point], errors=kind, confidence=case.confidence)
    return {
        "fit": found.estimate,
        "estimate": found.estimate,
        "lower": found.low,
        "upper": found.high,
    }


def penalties(case: Case) -> dict[str, Any]:
    y, x, names = outcome_and_drivers(case)
    low, high = str(case.first("low", default="<=2")), str(case.first("high", default=">=5"))
    columns = dict(zip(names, x.T, strict=True))
    complete = np.isfinite(y) & np.isfinite(x).all(axis=1)
    lows = np.column_stack([chosen_rows(columns, name + low) for name in names])
    highs = np.column_stack([chosen_rows(columns, name + high) for name in names])
    found = penalty_reward(y[complete], lows[complete], highs[complete], confidence=case.confidence)
    scores = [one.asymmetry_z for one in found]
    return {
        "penalty": [one.penalty for one in found],
        "reward": [one.reward for one in found],
        "se_penalty": [one.penalty_error for one in found],
        "se_reward": [one.reward_error for one in found],
        "asymmetry_z": scores if len(scores) > 1 else scores[0],
        "n_low": [one.n_low for one in found],
        "n_high": [one.n_high for one in found],
        "class": [one.attribute_class for one in found],
        **flattened("asymmetry_z", names, scores),
        **flattened("asymmetry_p", names, [one.p_value for one in found]),
    }


def kano(case: Case) -> dict[str, Any]:
    given = case.data.get("counts") or case.data
    answers = case.first("answers", "responses", "categories", "classes")
    if isinstance(answers, list):
        given = {letter: answers.count(letter) for letter in KANO_LETTERS}
    counts = {
        name: int(given.get(letter, given.get(name, given.get(letter.lower(), 0))) or 0)
        for letter, name in KANO_LETTERS.items()
    }
    found = kano_coefficients(**counts, confidence=case.confidence)
    better, worse = found.better, found.worse
    return {
        "better": better.estimate,
        "worse": worse.estimate,
        "better_lower": better.low,
        "better_upper": better.high,
        "worse_lower": worse.low,
        "worse_upper": worse.high,
        "better_ci": [better.low, better.high],
        "worse_ci": [worse.low, worse.high],
        "n": found.n,
    }


def quadrants(case: Case) -> dict[str, Any]:
    importance = needed(case, "importance", "x")
    performance = needed(case, "performance", "satisfaction", "y")
    found = importance_performance_quadrants(importance, performance)
    placed = list(found.placed)
    names = case.first("items", "drivers", "names", "attributes", default=[])
    return {
        "quadrant": placed if len(placed) != 1 else placed[0],
        "quadrants": placed,
        "importance_cut": found.importance_cut,
        "performance_cut": found.performance_cut,
        "cut_importance": found.importance_cut,
        "cut_performance": found.performance_cut,
        "mean_importance": found.importance_cut,
        "mean_performance": found.performance_cut,
        **dict(zip(names, placed, strict=False)),
    }


def likelihood(fit: LikelihoodFit) -> dict[str, Any]:
    return {
        "coef": list(fit.coefficients) or None,
        "se": list(fit.standard_errors) or None,
        "thresholds": list(fit.thresholds) or None,
        "loglik": fit.log_likelihood,
        "n": fit.n,
    }


def logistic(case: Case) -> dict[str, Any]:
    y, x, _ = outcome_and_drivers(case)
    return likelihood(logistic_regression(y, with_intercept(x)))


def ordinal(case: Case) -> dict[str, Any]:
    y, x, _ = outcome_and_drivers(case)
    return likelihood(ordinal_logit(column_array(list(y)), x))


METHODS: dict[str, Callable[[Case], dict[str, Any]]] = {
    "pearson_ci": pearson,
    "spearman": spearman,
    "kendall_tau_b": kendall,
    "polychoric": polychoric,
    "lmg": lmg,
    "johnson_relative_weights": johnson,
    "driver_regression": regression,
    "ols": regression,
    "whatif_mean_prediction": what_if,
    "penalty_reward": penalties,
    "kano_coefficients": kano,
    "ipa_quadrant": quadrants,
    "logistic_regression": logistic,
    "ordinal_logit": ordinal,
}
