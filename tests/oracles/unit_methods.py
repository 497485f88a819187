"""Oracle methods about units, scales, mixes, sums, sequences and classifiers."""

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
from ressenti.statistics.classification import corrected_share, prediction_powered_mean
from ressenti.statistics.decomposition import (
    MixRate,
    SegmentSums,
    mix_rate_decomposition,
    simpson_alert,
)
from ressenti.statistics.gaps import paired_gap
from ressenti.statistics.intervals import Interval
from ressenti.statistics.moments import (
    NOTHING,
    Moments,
    bucketed_moments,
    correlation_matrix,
    delete_a_group_jackknife,
    merged_moments,
    moment_matrix,
    without_each_bucket,
)
from ressenti.statistics.reliability import cronbach_alpha, item_covariances, mcdonald_omega
from ressenti.statistics.sequential import (
    Sample,
    confidence_sequence,
    difference_sequence,
    multinomial_evidence,
    tightest_rho,
)
from ressenti.statistics.shrinkage import dispersion_factor, empirical_bayes, funnel_limits
from ressenti.statistics.variance_components import Estimator, heterogeneity, random_intercept
from tests.oracles.cases import Case, column_array
from tests.oracles.columns import matrix, needed, number, numbers, values

ESTIMATORS: dict[str, Estimator] = {
    "pm": "paule-mandel",
    "paule-mandel": "paule-mandel",
    "dl": "dersimonian-laird",
    "dersimonian-laird": "dersimonian-laird",
    "reml": "reml",
}


def limits(found: Interval, *names: str) -> dict[str, Any]:
    return {
        **dict.fromkeys((*names, "estimate"), found.estimate),
        "lower": found.low,
        "upper": found.high,
    }


def score_contributions(scores: np.ndarray) -> np.ndarray:
    """Return 100, 0 or -100 for a promoter, a passive or a detractor."""
    return np.where(scores >= 9, 100.0, np.where(scores >= 7, 0.0, -100.0))


def grouped(units: np.ndarray, contributions: np.ndarray) -> dict[str, Moments]:
    """Return the moments of each unit, in the order of the units."""
    known = np.isfinite(contributions)
    labels = np.unique(units)
    return {
        (f"{label:g}" if units.dtype.kind == "f" else str(label)): Moments.of(
            contributions[known & (units == label)]
        )
        for label in labels
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
    widths = case.first("z", default=[1.96, 3.09])
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


def block(given: dict[str, Any]) -> Moments:
    if not given["n"]:
        return NOTHING
    m2 = given.get("m2", given.get("M2"))
    if m2 is None:
        variance = given.get("var", given.get("variance", given.get("sd", 0.0) ** 2))
        m2 = variance * (given["n"] - 1)
    return Moments(given["n"], given["mean"], m2)


def merged(case: Case) -> dict[str, Any]:
    whole = merged_moments(block(given) for given in case.data["blocks"])
    return {
        "n": whole.n,
        "mean": whole.mean,
        "m2": whole.m2 if whole.n else None,
        "sd": whole.standard_deviation,
        "variance": whole.variance,
        "var": whole.variance,
    }


def cross_products(case: Case) -> dict[str, Any]:
    total = sum(
        moment_matrix(
            given.get("sw", given.get("n")),
            given.get("sum", given.get("sums", given.get("swx"))),
            given.get("xtx", given.get("products", given.get("swxx"))),
        )
        for given in case.data["blocks"]
    )
    return {
        "n": sum(given.get("n", given.get("sw")) for given in case.data["blocks"]),
        "correlation": [numbers(row) for row in correlation_matrix(total)],
    }


def jackknife(case: Case) -> dict[str, Any]:
    replicates = values(case, "replicates", "theta_g", "theta")
    if replicates is not None:
        found = delete_a_group_jackknife(float(case.first("estimate")), replicates)
        return {"estimate": found.estimate, "se": found.standard_error, "groups": found.n_groups}
    table = case.table()
    statistic, arguments = re.fullmatch(r"(\w+)\((.*)\)", str(case.data["statistic"])).groups()
    rows = np.column_stack([table[name.strip()] for name in arguments.split(",")])
    if statistic == "nps":
        rows = score_contributions(rows)
    group = str(case.data["group"])
    modulo = re.fullmatch(r"\s*(\w+)\s*%\s*(\d+)\s*", group)
    labels = table[modulo[1]] % int(modulo[2]) if modulo else table[group]
    codes = np.unique(labels, return_inverse=True)[1]
    weights = values(case, "weight")
    blocks = bucketed_moments(rows, weights=weights, buckets=codes)

    def figure(moments: np.ndarray) -> np.ndarray:
        if rows.shape[1] == 1:
            return moments[..., 0, 1] / moments[..., 0, 0]
        return correlation_matrix(moments)[..., 0, 1]

    found = delete_a_group_jackknife(
        float(figure(blocks.sum(axis=0))), figure(without_each_bucket(blocks))
    )
    return {"estimate": number(found.estimate), "se": found.standard_error}


def tightest(case: Case) -> float:
    return float(case.first("t_star", "tstar", "n_star", default=500))


def sequence(case: Case) -> dict[str, Any]:
    sd = case.first("sd", "s")
    sd = float(case.first("variance", "var")) ** 0.5 if sd is None else float(sd)
    n, mean = float(case.data["n"]), float(case.data["mean"])
    found = confidence_sequence(n, mean, sd, tightest_at=tightest(case), confidence=case.confidence)
    return {
        **limits(found, "mean"),
        "rho": tightest_rho(tightest(case), confidence=case.confidence),
        "half_width": None if found.high is None else found.high - mean,
    }


def sample(case: Case, *suffixes: str) -> Sample | None:
    for suffix in suffixes:
        nested = case.data.get(suffix.strip("_"))
        if isinstance(nested, dict):
            return Sample(nested["n"], nested["mean"], nested.get("sd", nested.get("s")))
        for joint in (suffix, suffix.strip("_")):
            n = case.data.get(f"n{joint}")
            mean = case.data.get(f"mean{joint}", case.data.get(f"m{joint}"))
            sd = case.data.get(f"sd{joint}", case.data.get(f"s{joint}"))
            if n is not None and mean is not None:
                return Sample(n, mean, sd)
    return None


def sequence_difference(case: Case) -> dict[str, Any]:
    after, before = sample(case, "_after"), sample(case, "_before")
    if after is None or before is None:
        after = sample(case, "_1", "_a", "_A", "_first", "_treatment", "_x")
        before = sample(case, "_2", "_b", "_B", "_second", "_control", "_y")
    if isinstance(case.data.get("n"), list):
        sizes, means, deviations = (case.data[key] for key in ("n", "mean", "sd"))
        after, before = (Sample(*row) for row in zip(sizes, means, deviations, strict=True))
    found = difference_sequence(
        after, before, tightest_at=tightest(case), confidence=case.confidence
    )
    return {
        **limits(found, "difference", "diff"),
        "rho": tightest_rho(tightest(case), confidence=case.confidence),
    }


def e_process(case: Case) -> dict[str, Any]:
    prior = case.first("dirichlet", "prior", "alpha0", "a")
    found = multinomial_evidence(
        needed(case, "counts", "x"), needed(case, "null", "theta", "theta0", "shares"), prior=prior
    )
    return {
        "log_e": found.log_e,
        "always_valid_p": found.p_value,
        "p_value": found.p_value,
        "p": found.p_value,
    }


def misclassification(case: Case) -> dict[str, Any]:
    def first(*keys: str) -> float | None:
        given = case.first(*keys)
        return None if given is None else float(given)

    positive, negative = first("n_positive", "n_pos", "n_se", "n_sens"), None
    negative = first("n_negative", "n_neg", "n_sp", "n_spec")
    sensitivity = first("sensitivity", "sens", "se")
    specificity = first("specificity", "spec", "sp")
    tp, fn, tn, fp = (first(k, k.upper()) for k in ("tp", "fn", "tn", "fp"))
    if sensitivity is None and tp is not None:
        positive, negative = tp + fn, tn + fp
        sensitivity, specificity = tp / positive, tn / negative
    n = first("n", "N", "n_obs")
    observed = first("observed", "apparent", "p", "p_obs", "p_hat", "proportion", "share")
    if observed is None:
        observed = first("positives", "x", "count", "n_flagged", "flagged") / n
    found, error = corrected_share(
        observed,
        n,
        sensitivity=sensitivity,
        specificity=specificity,
        n_positive=positive,
        n_negative=negative,
        confidence=case.confidence,
    )
    return {**limits(found, "corrected", "prevalence", "proportion"), "se": error}


def prediction_powered(case: Case) -> dict[str, Any]:
    gold = needed(case, "gold", "y", "truth", "y_gold", "labels", "gold_labels")
    audited = values(
        case, "pred_gold", "pred_on_gold", "yhat_gold", "pred_labeled", "pred_labelled", "yhat"
    )
    everything = needed(
        case,
        "pred",
        "predictions",
        "pred_all",
        "pred_unlabeled",
        "pred_unlabelled",
        "yhat_unlabeled",
    )
    if audited is None:
        known = np.isfinite(gold)
        audited, gold = everything[: len(gold)][known], gold[known]
    found, error = prediction_powered_mean(
        everything, audited, column_array(list(gold)), confidence=case.confidence
    )
    naive = float(everything.mean()) if len(everything) else None
    return {
        **limits(found, "mean"),
        "se": error,
        "naive": naive,
        "model_only": naive,
        "rectifier": None if found.estimate is None else float((gold - audited).mean()),
    }


METHODS: dict[str, Callable[[Case], dict[str, Any]]] = {
    "empirical_bayes_normal": bayes,
    "empirical_bayes_from_summary": bayes,
    "tau2": between_units,
    "funnel_limits": funnel,
    "random_intercept_model": intercepts,
    "cronbach_alpha": alpha,
    "mcdonald_omega_total_1factor": omega,
    "icc": icc,
    "cohen_kappa": kappa,
    "servqual_gap": gap,
    "mix_rate_decomposition": mix_rate,
    "mix_rate_decomposition_se": mix_rate,
    "simpson_alert": alert,
    "merge_moments": merged,
    "correlation_from_cross_products": cross_products,
    "delete_a_group_jackknife": jackknife,
    "asymptotic_confidence_sequence": sequence,
    "asymptotic_confidence_sequence_difference": sequence_difference,
    "multinomial_e_process": e_process,
    "misclassification_correction": misclassification,
    "prediction_powered_mean": prediction_powered,
}
