"""Oracle methods about one figure: proportions, net scores, contrasts, means, quantiles, rates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ressenti.statistics.finite_populations import (
    correction_factor,
    hypergeometric_interval,
    mean_standard_error,
)
from ressenti.statistics.intervals import (
    Interval,
    count_contrast_interval,
    mean_interval,
    net_score_interval,
)
from ressenti.statistics.net_scores import (
    adjusted_wald_interval,
    net_classes,
    probability_above,
    wald_interval,
)
from ressenti.statistics.proportions import (
    clopper_pearson_interval,
    jeffreys_interval,
    wilson_interval,
)
from ressenti.statistics.publication import PresentationRule, proportion_presentation
from ressenti.statistics.quantiles import quantile_interval
from ressenti.statistics.rates import exact_rate_interval, rate_ratio, score_rate_interval
from tests.oracles.cases import Case
from tests.oracles.translation import POINTS, Answer, limits, net_counts, sample, scaled

Method = Callable[[Case], Answer]


def successes_and_n(case: Case) -> tuple[Any, Any]:
    return case.first("successes", "x"), case.first("n", "trials")


def proportion(interval_of: Callable[..., Interval]) -> Method:
    def answer(case: Case) -> Answer:
        successes, n = successes_and_n(case)
        return limits(interval_of(successes, n, confidence=case.confidence)) | {"n": n}

    return answer


def hypergeometric(case: Case) -> Answer:
    successes, n = successes_and_n(case)
    population = case.first("N", "population", "population_size")
    found = hypergeometric_interval(successes, n, population, confidence=case.confidence)
    return limits(found) | {
        "lower_count": scaled(found.low, population),
        "upper_count": scaled(found.high, population),
    }


def net_score(interval_of: Callable[..., Interval]) -> Method:
    def answer(case: Case) -> Answer:
        counts = net_counts(case)
        names = ("promoters", "passives", "detractors")
        found = limits(interval_of(*counts, confidence=case.confidence), POINTS, name="nps")
        return found | dict(zip(names, counts, strict=True)) | {"n": sum(counts)}

    return answer


def adjusted_net_score(case: Case) -> Answer:
    pseudo = float(case.first("pseudo_n", default=3))

    def interval_of(*counts: float, confidence: float) -> Interval:
        promoters, passives, detractors = counts
        return adjusted_wald_interval(
            promoters,
            passives,
            detractors,
            confidence=confidence,
            pseudo_answers=(pseudo / 4, pseudo / 2, pseudo / 4),
        )

    return net_score(interval_of)(case)


def contrast(case: Case) -> Answer:
    coefficients = case.first("scores", "coefficients", "values")
    counts = case.first("counts")
    found = count_contrast_interval(counts, coefficients, confidence=case.confidence)
    return limits(found) | {"n": sum(counts)}


def mean(case: Case) -> Answer:
    values = case.column("column", "values", "x")
    found = sample(values)
    interval = mean_interval(found.mean, found.deviation, found.n, confidence=case.confidence)
    spread = found.deviation if found.n > 1 else None
    error = scaled(spread, 1 / np.sqrt(found.n)) if found.n else None
    answer = limits(interval)
    return answer | {"n": found.n, "sd": spread, "se": error, "mean": answer["estimate"]}


def quantile(case: Case) -> Answer:
    values = case.column("column", "values", "x")
    found = quantile_interval(values, case.first("p", "prob"), confidence=case.confidence)
    return limits(found.interval) | {
        "n": int((~np.isnan(values)).sum()),
        "rank_lower": found.rank_low,
        "rank_upper": found.rank_high,
        "actual_conf": found.actual_confidence,
    }


def rate(interval_of: Callable[..., Interval]) -> Method:
    def answer(case: Case) -> Answer:
        events, exposure = case.first("events", "x"), case.first("exposure", "time")
        found = limits(interval_of(events, exposure, confidence=case.confidence), name="rate")
        return found | {"estimate": found["rate"]}

    return answer


def ratio_of_rates(case: Case) -> Answer:
    if case.first("events") is not None:
        events, exposures = case.first("events"), case.first("exposure", "exposures", "time")
    else:
        events = [case.first("events1", "x1"), case.first("events2", "x2")]
        exposures = [case.first("exposure1", "t1"), case.first("exposure2", "t2")]
    found = rate_ratio(events[0], exposures[0], events[1], exposures[1], confidence=case.confidence)
    answer = limits(found.interval)
    names = dict.fromkeys(("ratio", "rate_ratio"), answer["estimate"])
    return answer | names | {"p_value": found.test.p_value}


def net_score_of_closed_list(case: Case) -> Answer:
    population = case.first("population_size", "N", "population")
    if case.first("promoters") is not None:
        classes = np.repeat([1.0, 0.0, -1.0], np.asarray(net_counts(case), dtype=int))
    else:
        classes = net_classes(case.column("score", "column", "values"))
    found = sample(classes)
    error = mean_standard_error(found.deviation**2, found.n, population)
    return {
        "n": found.n,
        "nps": POINTS * found.mean if found.n else None,
        "se": scaled(error, POINTS),
        "fpc_factor": correction_factor(found.n, population),
    }


def presentation(case: Case) -> Answer:
    successes, n = successes_and_n(case)
    found = proportion_presentation(
        successes,
        n,
        n_effective=case.first("n_eff"),
        confidence=case.confidence,
        rule=PresentationRule(
            smallest_size=case.first("min_n", default=30),
            width_published=case.first("abs_width_ok", default=0.05),
            width_suppressed=case.first("abs_width_max", default=0.30),
            relative_width=case.first("rel_width_max", default=1.30),
        ),
    )
    decision = "publish" if found.published else "suppress"
    reason = None if found.reason is None else found.reason.en
    return limits(found.interval) | {"decision": decision, "reason": reason}


def posterior(case: Case) -> Answer:
    threshold = case.first("threshold") / POINTS
    return {"probability": probability_above(net_counts(case), threshold)}


METHODS: dict[str, Method] = {
    "proportion_ci_wilson": proportion(wilson_interval),
    "proportion_ci_jeffreys": proportion(jeffreys_interval),
    "proportion_ci_clopper_pearson": proportion(clopper_pearson_interval),
    "proportion_ci_hypergeometric": hypergeometric,
    "nps_ci_score": net_score(net_score_interval),
    "nps_ci_wald": net_score(wald_interval),
    "nps_ci_adjusted_wald": adjusted_net_score,
    "nps_from_scores": net_score(net_score_interval),
    "nps_from_histogram": net_score(net_score_interval),
    "nps_fpc": net_score_of_closed_list,
    "contrast_ci_score": contrast,
    "mean_ci_t": mean,
    "quantile_ci_order_statistic": quantile,
    "rate_ci_poisson_exact": rate(exact_rate_interval),
    "rate_ci_poisson_score": rate(score_rate_interval),
    "rate_ratio_poisson_exact": ratio_of_rates,
    "nchs_presentation_rule": presentation,
    "posterior_probability_nps_above": posterior,
}
