"""Oracle methods about units, and about the mix of segments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ressenti.statistics.decomposition import (
    MixRate,
    SegmentSums,
    mix_rate_decomposition,
    simpson_alert,
)
from ressenti.statistics.intervals import normal_quantile
from ressenti.statistics.moments import (
    merged_moments,
)
from ressenti.statistics.shrinkage import (
    ALARM_Z,
    WARNING_Z,
    dispersion_factor,
    empirical_bayes,
    funnel_limits,
)
from ressenti.statistics.variance_components import Estimator, heterogeneity, random_intercept
from tests.oracles.cases import Case
from tests.oracles.columns import needed, numbers, values
from tests.oracles.figures import grouped, score_contributions

ESTIMATORS: dict[str, Estimator] = {
    "pm": "paule-mandel",
    "paule-mandel": "paule-mandel",
    "dl": "dersimonian-laird",
    "dersimonian-laird": "dersimonian-laird",
    "reml": "reml",
}


def unit_figures(case: Case) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """Return the figures, variances and sizes of the units."""
    unit = values(case, "unit", "group", "store")
    if unit is not None and case.first("score", "y") is not None:
        scores = needed(case, "score", "y")
        blocks = grouped(unit, np.where(np.isfinite(scores), score_contributions(scores), np.nan))
        whole = merged_moments(blocks.values())
        n = np.array([block.n for block in blocks.values()])
        y = np.array([block.mean for block in blocks.values()], dtype=float)
        return y, whole.m2 / whole.n / n, n
    y = needed(case, "estimate", "estimates", "y", "yi", "effect", "nps", "raw")
    n = values(case, "n", "sizes")
    errors = values(case, "se", "ses", "standard_error")
    if errors is not None:
        return y, errors**2, n
    v = values(case, "variance", "variances", "v", "vi", "var")
    if v is not None:
        return y, v, n
    return y, float(case.first("V", "pooled_variance", "v_pooled")) / needed(case, "n"), n


def estimator(case: Case, *keys: str) -> Estimator:
    return ESTIMATORS[str(case.first(*keys, default="PM")).lower()]


def bayes(case: Case) -> dict[str, Any]:
    y, v, n = unit_figures(case)
    found = empirical_bayes(y, v, method=estimator(case, "tau2", "method"))
    shrunk = [unit.estimate for unit in found.units]
    return {
        "n": None if n is None else numbers(n),
        "raw": numbers(y),
        "mu": found.heterogeneity.mu,
        "tau2": found.heterogeneity.tau2,
        "Q": found.heterogeneity.q,
        "shrunk": shrunk or None,
        "weight": [unit.weight for unit in found.units] or None,
        "shrinkage": [unit.weight for unit in found.units] or None,
    }


def between_units(case: Case) -> dict[str, Any]:
    y, v, _ = unit_figures(case)
    found = heterogeneity(y, v, method=estimator(case, "method", "tau2"))
    return {"tau2": found.tau2, "mu": found.mu, "Q": found.q}


def funnel(case: Case) -> dict[str, Any]:
    if case.first("unit") is not None:
        y, v, n = unit_figures(case)
        centre = float(n @ y / n.sum())
        variance = float(v[0] * n[0])
        bounds = (-100.0, 100.0)
    else:
        n = needed(case, "n", "sizes")
        y = values(case, "estimate", "estimates", "y", "nps")
        centre = float(case.first("center", "centre", "target", "mu", "mean", "overall", "theta"))
        sd = case.first("sd", "s")
        variance = float(case.first("variance", "V", "v", "var", default=(sd or 0) ** 2))
        bounds = None
    widths = case.first("z", default=[WARNING_Z, ALARM_Z])
    if isinstance(case.params.get("conf"), list):
        widths = [normal_quantile(confidence) for confidence in case.params["conf"]]
    widths = widths if isinstance(widths, list) else [widths]
    found: dict[str, Any] = {"center": centre, "centre": centre, "mu": centre}
    for z, spellings in zip(
        widths, (("", "_95", "95", "_2"), ("_998", "998", "_99", "_3")), strict=False
    ):
        band = funnel_limits(n, centre=centre, variance=variance, z=z, bounds=bounds)
        for suffix in spellings:
            found |= {f"lower{suffix}": list(band.low), f"upper{suffix}": list(band.high)}
            found |= {f"low{suffix}": list(band.low), f"high{suffix}": list(band.high)}
    if y is not None and variance > 0:
        phi = dispersion_factor(y, variance / np.asarray(n, dtype=float), centre=centre)
        found |= {"phi": phi, "overdispersion": phi}
    return found


def intercepts(case: Case) -> dict[str, Any]:
    name = str(case.first("group", "unit")) if "csv" in case.data else "group"
    blocks = grouped(needed(case, "group", "unit", "cluster"), needed(case, "y", "score"))
    moments = zip(*((b.n, b.mean or 0.0, b.m2) for b in blocks.values()), strict=True)
    fit = random_intercept(*moments, restricted=bool(case.first("reml", default=True)))
    effects = dict(zip(blocks, fit.effects, strict=False))
    return {
        "mu": fit.mu,
        "intercept": fit.mu,
        "se": fit.standard_error,
        "se_mu": fit.standard_error,
        "var_between": fit.between,
        "var_group": fit.between,
        f"var_{name}": fit.between,
        "var_resid": fit.within,
        "var_within": fit.within,
        "icc": fit.intraclass_correlation,
        "blup": list(fit.effects),
        **{f"blup_{name}{label}": effect for label, effect in effects.items()},
        **{f"blup_{label}": effect for label, effect in effects.items()},
    }


def segment_sums(case: Case, period: str) -> SegmentSums:
    def listed(*keys: str) -> np.ndarray | None:
        return values(case, *(f"{key}_{period}" for key in keys))

    n = listed("n", "count", "size")
    promoters, detractors = listed("promoters", "prom", "p"), listed("detractors", "det", "d")
    net = listed("net", "sum", "s")
    if promoters is not None and detractors is not None:
        if (promoters <= 1).all() and (detractors <= 1).all() and (n > 1).any():
            promoters, detractors = promoters * n, detractors * n
        return SegmentSums(n, promoters - detractors, promoters + detractors)
    if net is None:
        rates = listed("rate", "mean", "nps", "r")
        net = np.nan_to_num(rates) * n / (100.0 if listed("nps") is not None else 1.0)
    squares = listed("squares", "sumsq", "ss", "sq", "active", "extreme", "net2", "pd")
    variances = listed("variance", "var", "v", "V")
    deviations = listed("sd")
    if variances is None and deviations is not None:
        variances = deviations**2
    if squares is None and variances is not None:
        variances = variances / (10_000.0 if (variances > 1).any() else 1.0)
        squares = n * variances + np.divide(net**2, n, out=np.zeros_like(net), where=n > 0)
    return SegmentSums(n, net, squares)


def decomposed(case: Case) -> MixRate:
    scale = float(case.first("scale", default=100.0))
    return mix_rate_decomposition(
        segment_sums(case, "before"), segment_sums(case, "after"), scale=scale
    )


def mix_rate(case: Case) -> dict[str, Any]:
    split = decomposed(case)
    found: dict[str, Any] = {
        "mix_by_segment": list(split.mix_by_segment) or None,
        "rate_by_segment": list(split.rate_by_segment) or None,
        "alert": simpson_alert(split).is_raised,
        "simpson_alert": simpson_alert(split).is_raised,
    }
    for name, effect in (("total", split.total), ("mix", split.mix), ("rate", split.rate)):
        interval = effect.interval(confidence=case.confidence)
        found |= {name: effect.value, f"se_{name}": effect.standard_error}
        found |= {f"{name}_se": effect.standard_error}
        found |= {f"{name}_lower": interval.low, f"{name}_upper": interval.high}
    return found


def alert(case: Case) -> dict[str, Any]:
    return mix_rate(case)


METHODS: dict[str, Callable[[Case], dict[str, Any]]] = {
    "empirical_bayes_normal": bayes,
    "empirical_bayes_from_summary": bayes,
    "tau2": between_units,
    "funnel_limits": funnel,
    "random_intercept_model": intercepts,
    "mix_rate_decomposition": mix_rate,
    "mix_rate_decomposition_se": mix_rate,
    "simpson_alert": alert,
}
