"""Oracle methods about differences, families of tests and the size of surveys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ressenti.statistics.comparisons import (
    difference_p_value,
    mover_difference,
    pooled_proportion_test,
    proportion_difference,
)
from ressenti.statistics.contingency import independence_test, mcnemar
from ressenti.statistics.intervals import NET_COEFFICIENTS, net_score_interval
from ressenti.statistics.mean_comparisons import Sample, mean_difference, overlapping_difference
from ressenti.statistics.multiplicity import adjusted_p_values, selected_confidence
from ressenti.statistics.net_scores import (
    net_classes,
    net_variance,
    paired_difference,
    wald_difference,
)
from ressenti.statistics.planning import (
    detectable_change,
    margin_of_error,
    net_score_variance,
    size_for_change,
    size_for_margin,
)
from ressenti.statistics.rank_comparisons import brunner_munzel, mann_whitney
from ressenti.statistics.significance import Difference, SignificanceTest
from tests.oracles.cases import Case
from tests.oracles.translation import (
    POINTS,
    Answer,
    category_counts,
    classes_with_gaps,
    limits,
    net_places,
    ordered_counts,
    sample,
    scaled,
    two_groups,
)

Method = Callable[[Case], Answer]


def tested(test: SignificanceTest) -> Answer:
    return {
        "statistic": test.statistic,
        "df": test.degrees_of_freedom,
        "p_value": test.p_value,
    }


def compared(difference: Difference, factor: float = 1.0) -> Answer:
    error = scaled(difference.standard_error, factor)
    return (
        limits(difference.interval, factor, name="difference")
        | tested(difference.test)
        | {"se": error, "z": difference.test.statistic, "t": difference.test.statistic}
    )


def welch(case: Case) -> Answer:
    if case.first("mean", "means") is not None:
        means, spreads = case.first("mean", "means"), case.first("sd", "sds")
        sizes = case.first("n", "sizes")
        first, second = (Sample(sizes[k], means[k], spreads[k]) for k in (0, 1))
    else:
        first, second = (sample(values) for values in two_groups(case))
    return compared(mean_difference(first, second, confidence=case.confidence))


def ranked(test: Callable[..., SignificanceTest]) -> Method:
    def answer(case: Case) -> Answer:
        found = test(*category_counts(case))
        return tested(found) | {"U": found.statistic}

    return answer


def chi_square(case: Case) -> Answer:
    return tested(independence_test(contingency_table(case)))


def contingency_table(case: Case) -> np.ndarray:
    if case.first("table", "counts") is not None:
        return np.asarray(case.first("table", "counts"), dtype=float)
    rows, columns = case.column("rows"), case.column("column", "columns")
    if "promoter" in str(case.first("cuts", default="")):
        columns = classes_with_gaps(columns)
    table = [
        [((rows == row) & (columns == column)).sum() for column in np.unique(columns)]
        for row in np.unique(rows)
    ]
    return np.asarray(table, dtype=float)


def changed_answers(case: Case) -> Answer:
    if case.first("table") is not None:
        table = case.first("table")
        gained, lost = table[0][1], table[1][0]
    elif case.first("before") is not None:
        before, after = case.column("before"), case.column("after")
        gained, lost = int((after > before).sum()), int((after < before).sum())
    else:
        gained = case.first("b", "n01", "gained")
        lost = case.first("c", "n10", "lost")
    return tested(mcnemar(gained, lost))


def before_and_after(case: Case) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    order = case.first("order")
    return (
        ordered_counts(case.first("before", "first"), order),
        ordered_counts(case.first("after", "second"), order),
    )


def net_wald(pseudo_default: float) -> Method:
    def answer(case: Case) -> Answer:
        before, after = before_and_after(case)
        pseudo = float(case.first("pseudo_n", default=pseudo_default))
        found = wald_difference(
            after,
            before,
            confidence=case.confidence,
            pseudo_answers=(pseudo / 4, pseudo / 2, pseudo / 4),
        )
        answer = compared(found, POINTS)
        answer["adjusted_difference"] = answer["difference"]
        if min(sum(before), sum(after)) > 0:
            raw = net_variance(after)[0] - net_variance(before)[0]
            answer["difference"] = POINTS * raw
        return answer

    return answer


def net_mover(case: Case) -> Answer:
    before, after = before_and_after(case)
    intervals = (net_score_interval(*c, confidence=case.confidence) for c in (after, before))
    if min(sum(before), sum(after)) <= 0:
        return dict.fromkeys(("difference", "lower", "upper", "p_value"))
    shares = (np.divide(after, sum(after)), np.divide(before, sum(before)))
    p_value = difference_p_value(shares[0], sum(after), shares[1], sum(before), NET_COEFFICIENTS)
    found = mover_difference(*intervals)
    return limits(found, POINTS, name="difference") | {"p_value": p_value}


def paired(case: Case) -> Answer:
    table = transitions(case)
    found = paired_difference(table, confidence=case.confidence)
    answer = compared(found, POINTS)
    return answer | {"n": float(table.sum()), "estimate": answer["difference"]}


def transitions(case: Case) -> np.ndarray:
    """Return customers by class before (rows) and after (columns), promoters first."""
    named = case.first("table", "transition", "transitions", "counts")
    if named is not None:
        places = net_places(case.first("order", "rows", "classes"))
        return np.asarray(named, dtype=float)[np.ix_(places, places)]
    before, after = (net_classes(case.column(name)) for name in ("before", "after"))
    return np.array(
        [[((before == x) & (after == y)).sum() for y in (1, 0, -1)] for x in (1, 0, -1)],
        dtype=float,
    )


def overlapping(case: Case) -> Answer:
    both = case.first("n_both", "n12", "n_overlap", "overlap")
    sizes = pair(case, "n", "n1", "n2")
    estimates = pair(case, "estimate", "estimate1", "estimate2", default=None)
    if estimates is None:
        estimates = pair(case, "mean", "mean1", "mean2", default=[0.0, 0.0])
    found = overlapping_difference(
        (estimates[1], estimates[0]),
        tuple(pair(case, "variance", "v1", "v2"))[::-1],
        (sizes[1], sizes[0]),
        n_both=both,
        covariance=case.first("cov", "covariance"),
        confidence=case.confidence,
    )
    answer = compared(found)
    variance = None if found.standard_error is None else found.standard_error**2
    return answer | {"variance": variance, "var": variance}


def pair(case: Case, both: str, first: str, second: str, default: Any = ()) -> Any:
    if case.first(first) is not None:
        return [case.first(first), case.first(second)]
    return case.first(both, f"{both}s", default=default)


def newcombe(case: Case) -> Answer:
    successes, sizes = pair(case, "successes", "x1", "x2"), pair(case, "n", "n1", "n2")
    found = proportion_difference(
        successes[0], sizes[0], successes[1], sizes[1], confidence=case.confidence
    )
    return limits(found, name="difference")


def pooled(case: Case) -> Answer:
    successes, sizes = pair(case, "successes", "x1", "x2"), pair(case, "n", "n1", "n2")
    found = pooled_proportion_test(successes[0], sizes[0], successes[1], sizes[1])
    squared = None if found.statistic is None else found.statistic**2
    undefined = min(sizes) <= 0
    difference = None if undefined else successes[0] / sizes[0] - successes[1] / sizes[1]
    return {
        "difference": difference,
        "statistic": squared,
        "chi2": squared,
        "z": found.statistic,
        "df": 1,
        "p_value": found.p_value,
    }


def adjusted(case: Case) -> Answer:
    values = adjusted_p_values(case.first("p", "p_values", default=[]), method=case.first("method"))
    return {"adjusted": values}


def false_coverage(case: Case) -> Answer:
    selected, tests = case.first("selected", "R"), case.first("tests", "m")
    return {"conf": selected_confidence(selected, tests, rate=case.first("q", default=0.05))}


def variance_of_an_answer(case: Case) -> float:
    """Return the variance of one answer, in shares, or in squared units of a stated deviation."""
    if case.first("variance", "V") is not None:
        return float(case.first("variance", "V"))
    if case.first("sd", "sigma") is not None:
        return float(case.first("sd", "sigma")) ** 2
    if case.first("promoters") is not None:
        shares = np.array([case.first("promoters"), case.first("detractors")], dtype=float)
        total = 1.0 if shares.sum() <= 1 else float(case.first("n", default=POINTS))
        return net_score_variance(*(shares / total))
    p = float(case.first("p", "proportion", "p1", default=0.5))
    if case.first("q") is not None:
        return net_score_variance(p, float(case.first("q")))
    return p * (1 - p)


def variances_of_two(case: Case) -> tuple[float, float]:
    listed = case.first("variances")
    if listed is not None:
        return float(listed[0]), float(listed[1])
    if case.first("variance1", "V1") is not None:
        return float(case.first("variance1", "V1")), float(case.first("variance2", "V2"))
    if case.first("p2") is not None:
        p1, p2 = float(case.first("p1")), float(case.first("p2"))
        return p1 * (1 - p1), p2 * (1 - p2)
    variance = variance_of_an_answer(case)
    return variance, variance


def sample_size(case: Case) -> Answer:
    """Return a size for a margin, or for a change when one (or a power) is stated."""
    planned = {
        "confidence": case.confidence,
        "design_effect": float(case.first("deff", "design_effect", default=1.0)),
        "population": case.first("N", "population", "population_size"),
    }
    margin = in_shares(case, "margin", "half_width", "e", "moe")
    if margin is not None:
        size = size_for_margin(variance_of_an_answer(case), margin, **planned)
        return dict.fromkeys(("n", "sample_size", "size"), size)
    change = in_shares(case, "delta", "change", "difference", "effect", "mdc")
    if change is None:
        change = abs(float(case.first("p1")) - float(case.first("p2")))
    power = float(case.first("power", default=0.8))
    size = size_for_change(variances_of_two(case), change, power=power, **planned)
    total = {"n_total": 2 * size, "total": 2 * size}
    return dict.fromkeys(("n", "n_per_group", "n_per_wave", "sample_size"), size) | total


def in_shares(case: Case, *names: str) -> float | None:
    """Return a margin or change in shares; points when its name says so or it exceeds 1."""
    in_points = case.first(*(f"{name}_points" for name in names), *(f"{n}_pts" for n in names))
    if in_points is not None:
        return float(in_points) / POINTS
    value = case.first(*names)
    if value is None:
        return None
    in_units = case.first("sd", "sigma") is not None
    return float(value) if abs(value) <= 1 or in_units else float(value) / POINTS


def smallest_change(case: Case) -> Answer:
    sizes = pair(case, "n", "n1", "n2")
    if isinstance(sizes, int | float):
        sizes = (sizes, sizes)
    populations = (case.first("N1", "N", "population"), case.first("N2", "N", "population"))
    found = detectable_change(
        variances_of_two(case),
        (sizes[0], sizes[1]),
        power=float(case.first("power", default=0.8)),
        confidence=case.confidence,
        design_effect=float(case.first("deff", default=1.0)),
        populations=populations,
    )
    return {"mdc_points": POINTS * found, "mdc": found}


def margin(case: Case) -> Answer:
    found = margin_of_error(
        variance_of_an_answer(case),
        case.first("n"),
        confidence=case.confidence,
        design_effect=float(case.first("deff", default=1.0)),
        population=case.first("N", "population", "population_size"),
    )
    return {"margin": found, "margin_points": POINTS * found}


METHODS: dict[str, Method] = {
    "mean_difference_welch": welch,
    "mann_whitney": ranked(mann_whitney),
    "brunner_munzel": ranked(brunner_munzel),
    "chi_square_independence": chi_square,
    "mcnemar": changed_answers,
    "nps_difference_wald": net_wald(0.0),
    "nps_difference_adjusted_wald": net_wald(3.0),
    "nps_difference_mover_score": net_mover,
    "paired_nps_difference_t": paired,
    "difference_partial_overlap": overlapping,
    "proportion_difference_newcombe": newcombe,
    "proportion_difference_pooled_test": pooled,
    "p_adjust": adjusted,
    "false_coverage_rate_level": false_coverage,
    "sample_size_*": sample_size,
    "margin_*": margin,
    "minimum_detectable_nps_change": smallest_change,
}
