"""Oracle methods about mergeable sums, sequences and classifiers."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from ressenti.statistics.classification import corrected_share, prediction_powered_mean
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
from ressenti.statistics.sequential import (
    Sample,
    confidence_sequence,
    difference_sequence,
    multinomial_evidence,
    tightest_rho,
)
from tests.oracles.cases import Case, column_array
from tests.oracles.columns import needed, number, numbers, values
from tests.oracles.figures import limits, score_contributions


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
    "merge_moments": merged,
    "correlation_from_cross_products": cross_products,
    "delete_a_group_jackknife": jackknife,
    "asymptotic_confidence_sequence": sequence,
    "asymptotic_confidence_sequence_difference": sequence_difference,
    "multinomial_e_process": e_process,
    "misclassification_correction": misclassification,
    "prediction_powered_mean": prediction_powered,
}
