"""Oracle methods about customers over time and people who did not answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import numpy as np

from ressenti.statistics.first_contacts import first_contact_resolution
from ressenti.statistics.intervals import Interval
from ressenti.statistics.nonresponse import (
    Dispositions,
    representativeness,
    response_rate,
    standardised_mean,
    worst_case_bounds,
)
from ressenti.statistics.proportions import wilson_interval
from ressenti.statistics.survival import (
    kaplan_meier,
    life_table,
    logrank,
    proportional_hazards,
    retention_rate,
)
from tests.oracles.cases import Case, column_array
from tests.oracles.translation import POINTS, Answer, limits, sample, scaled

Method = Callable[[Case], Answer]


def survival(case: Case) -> Answer:
    durations, events = case.column("time", "times_observed"), case.column("event", "events")
    curve = kaplan_meier(*life_table(durations, events))
    times = case.params.get("times", case.data.get("times", curve.ages.tolist()))
    found = [limits(curve.interval_at(t, confidence=case.confidence)) for t in times]
    return {
        "survival": [one["estimate"] for one in found],
        "se": [curve.error_at(t) for t in times],
        "lower": [one["lower"] for one in found],
        "upper": [one["upper"] for one in found],
        "median": curve.median,
    }


def group_of(case: Case) -> np.ndarray:
    named = case.first("group", "by")
    if isinstance(named, str) and named not in case.table():
        return case.rows(named)
    return case.column("group", "by")


def survival_compared(case: Case) -> Answer:
    found = logrank(case.column("time"), case.column("event"), group_of(case))
    return {
        "statistic": found.statistic,
        "df": found.degrees_of_freedom,
        "p_value": found.p_value,
    }


def hazards(case: Case) -> Answer:
    named = case.first("x")
    several = isinstance(named, list) and all(isinstance(name, str) for name in named)
    columns = [case.table()[name] for name in named] if several else [case.column("x")]
    found = proportional_hazards(
        case.column("time"), case.column("event"), np.column_stack(columns)
    )
    coefficients, errors = found.coefficients.tolist(), found.standard_errors.tolist()
    if several:
        return {"coef": coefficients, "se": errors, "hazard_ratio": np.exp(coefficients)}
    return {"coef": coefficients[0], "se": errors[0], "hazard_ratio": np.exp(coefficients[0])}


def retention(case: Case) -> Answer:
    found = retention_rate(
        case.first("start", "S"),
        case.first("end", "E"),
        case.first("new", "N", default=0),
        confidence=case.confidence,
    )
    churn = None if found.estimate is None else POINTS * (1 - found.estimate)
    return limits(found, POINTS, name="crr") | {"churn": churn}


def evenness(case: Case) -> Answer:
    found = representativeness(case.first("invited"), case.first("responded"))
    return {
        "response_rate": found.response_rate,
        "S_rho": found.spread,
        "R": found.indicator,
        "cv": found.variation,
        "max_bias_per_sd": found.variation,
    }


def responses(case: Case) -> Answer:
    people = Dispositions(
        complete=case.first("I", "complete", "completes", "complete_interviews", default=0),
        partial=case.first("P", "partial", "partials", "partial_interviews", default=0),
        refusals=case.first("R", "refusal", "refusals", default=0),
        non_contacts=case.first("NC", "non_contact", "non_contacts", default=0),
        other=case.first("O", "other", "others", default=0),
        unknown=sum(
            case.first(*names, default=0)
            for names in (("UH", "unknown", "unknown_eligibility"), ("UO", "unknown_other"))
        ),
    )
    first, second = response_rate(people), response_rate(people, with_partial=True)
    rates = {"rr1": first, "RR1": first, "rr2": second, "RR2": second}
    return rates | {"response_rate": first, "rate": first, "estimate": first}


def worst_cases(case: Case) -> Answer:
    low, high = worst_case_bounds(
        case.first("mean", "estimate", "proportion", "p", "observed", "observed_mean"),
        case.first("response_rate", "rate", "rr"),
        lowest=case.first("min", "minimum", "lowest", "y_min", default=0.0),
        highest=case.first("max", "maximum", "highest", "y_max", default=1.0),
    )
    return {"lower": low, "upper": high, "width": high - low}


def standardised(case: Case) -> Answer:
    groups = reference_groups(case)
    interval, error = standardised_mean(*groups, confidence=case.confidence)
    return limits(interval) | {"se": error, "standardised": interval.estimate}


def reference_groups(case: Case) -> tuple[list[float], list[float], list[float], list[float]]:
    reference = case.first("reference", "weights", "standard", "reference_mix", "w", "population")
    if "csv" in case.data:
        values, group = case.column("column", "score", "y"), case.column("by", "group", "strata")
        found = {str(level): sample(values[group == level]) for level in np.unique(group)}
        names = list(reference)
        return (
            [found[name].mean for name in names],
            [found[name].deviation ** 2 for name in names],
            [found[name].n for name in names],
            [reference[name] for name in names],
        )
    means = case.first("mean", "means", "estimates", "rates", "p", "y")
    sizes = case.first("n", "sizes")
    variances = case.first("variance", "variances", "s2", "var")
    if variances is None:
        spreads = case.first("sd", "sds", "s")
        variances = [m * (1 - m) for m in means] if spreads is None else np.square(spreads)
    return list(means), list(variances), list(sizes), list(reference)


def first_contacts(case: Case) -> Answer:
    customers, issues, times = contact_rows(case)
    window = case.first("window", "window_days", "days")
    found = first_contact_resolution(
        list(zip(customers, issues, strict=True)),
        [instant(time) for time in times],
        window=window,
        as_of=instant(case.first("as_of", "observed_until", "data_date")),
    )
    undefined = found.eligible == 0
    fcr = None if undefined else found.resolved / found.eligible
    interval = Interval(None, None, None, case.confidence, "wilson")
    if not undefined:
        interval = wilson_interval(found.resolved, found.eligible, confidence=case.confidence)
    return limits(interval) | {
        "fcr": fcr,
        "rate": fcr,
        "fcr_percent": scaled(fcr, POINTS),
        "eligible": found.eligible,
        "denominator": found.eligible,
        "n": found.eligible,
        "resolved": found.resolved,
        "not_yet_observable": found.not_yet_observable,
        "censored": found.not_yet_observable,
    }


def contact_rows(case: Case) -> tuple[list[Any], list[Any], list[Any]]:
    rows = case.first("contacts", "rows")
    if rows is None:
        customers = case.column("customer", "customers")
        issues = case.column_if_any("issue", "reason")
        times = case.first("day", "time", "times", "date", "days")
        same = np.zeros(len(customers)) if issues is None else issues
        return customers.tolist(), same.tolist(), list(times)
    if isinstance(rows[0], dict):
        return tuple(  # type: ignore[return-value]  # three columns
            [next(row[name] for name in names if name in row) for row in rows]
            for names in (
                ("customer", "customer_id"),
                ("issue", "reason", "topic"),
                ("day", "time", "date", "t", "at"),
            )
        )
    return tuple(map(list, zip(*rows, strict=True)))  # type: ignore[return-value]  # three columns


def instant(value: Any) -> float:
    """Return days, from a number or an ISO date."""
    if isinstance(value, str):
        return datetime.fromisoformat(value).timestamp() / 86_400
    if isinstance(value, date):
        return float(value.toordinal())
    return float(column_array([value])[0])


METHODS: dict[str, Method] = {
    "kaplan_meier": survival,
    "logrank": survival_compared,
    "cox_ph": hazards,
    "customer_retention_rate": retention,
    "r_indicator": evenness,
    "response_rate_rr1": responses,
    "worst_case_bounds": worst_cases,
    "direct_standardisation": standardised,
    "fcr_window": first_contacts,
}
