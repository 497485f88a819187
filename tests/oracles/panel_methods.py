"""Oracle methods about panels and series."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from ressenti.statistics.control_charts import cusum, ewma, single_mean_changepoint
from ressenti.statistics.panels import fixed_effects, lagged_pairs, lagged_values
from ressenti.statistics.random_slopes import random_slope
from ressenti.statistics.series import (
    cross_correlations,
    granger_test,
    local_projection,
    seasonal_trend,
)
from tests.oracles.cases import Case
from tests.oracles.columns import needed, numbers, outcome_and_drivers, values


def scalar_or_list(items: list[Any]) -> Any:
    return items[0] if len(items) == 1 else items


def effects(case: Case) -> dict[str, Any]:
    asked = str(case.first("effects", default="entity"))
    periods = values(case, "time") if "time" in asked or "two" in asked else None
    y, x, _ = outcome_and_drivers(case)
    fit = fixed_effects(y, x, needed(case, "entity", "unit", "group"), periods=periods)
    return {
        "coef": scalar_or_list(list(fit.coefficients)),
        "se_cluster": scalar_or_list(list(fit.standard_errors)),
        "se": scalar_or_list(list(fit.standard_errors)),
        "nobs": fit.n,
        "n": fit.n,
        "r2_within": fit.r2_within,
        "n_entities": fit.n_units,
    }


def slope(case: Case) -> dict[str, Any]:
    fit = random_slope(needed(case, "y"), needed(case, "x"), needed(case, "group", "entity"))
    return {
        "slope": fit.slope,
        "coef": fit.slope,
        "se": fit.standard_error,
        "sd_slope": fit.slope_deviation,
        "intercept": fit.intercept,
    }


def calendar(periods: np.ndarray) -> np.ndarray:
    """Return whole numbers of periods, months written 2024-01 included."""
    if periods.dtype.kind == "f":
        return periods
    months = [re.fullmatch(r"(\d{4})-(\d{2})(-\d{2})?", text) for text in periods.tolist()]
    return np.array([12 * int(m[1]) + int(m[2]) for m in months])


def with_named_columns(case: Case) -> Case:
    """Return the case with its rows turned into columns, when it has rows."""
    rows = case.data.get("rows")
    if rows is None:
        return case
    names = case.first("order", "columns", default=["unit", "period", "x", "y"])
    listed = {
        name: list(values) for name, values in zip(names, zip(*rows, strict=True), strict=False)
    }
    return replace(case, data={**case.data, **listed})


def lagged(case: Case) -> dict[str, Any]:
    case = with_named_columns(case)
    unit = values(case, "unit", "entity", "store", "group", "customer")
    clock = calendar(needed(case, "period", "time", "month", "t"))
    unit = np.zeros(len(clock)) if unit is None else unit
    x = needed(case, "x", "cpi", "driver", "value")
    y = values(case, "y", "kpi", "outcome")
    lag = int(case.first("lag", "lags", default=1))
    pairs = lagged_pairs(unit, clock, x, x if y is None else y, lag=lag)
    shifted = numbers(lagged_values(unit, clock, x, lag=lag))
    both = [list(pair) for pair in zip(pairs.earlier.tolist(), pairs.later.tolist(), strict=True)]
    correlation = np.nan
    if len(both) > 1 and np.ptp(pairs.earlier) > 0 and np.ptp(pairs.later) > 0:
        correlation = np.corrcoef(pairs.earlier, pairs.later)[0, 1]
    return {
        **dict.fromkeys(("n", "n_pairs", "nobs"), len(both)),
        "pairs": both,
        "x": pairs.earlier.tolist(),
        "y": pairs.later.tolist(),
        **dict.fromkeys(("lagged", "x_lag", "x_lagged", "lag", "lagged_x"), shifted),
        **dict.fromkeys(("r", "correlation"), numbers([correlation])[0]),
    }


def averages(case: Case, *names: str) -> list[np.ndarray]:
    """Return the series, averaged by period first when the case asks for it."""
    series = [needed(case, name) for name in names]
    asked = re.search(r"by (\w+)", str(case.first("aggregate", default="")))
    if asked is None:
        return series
    periods = case.table()[asked[1]]
    return [
        np.array([one[periods == period].mean() for period in np.unique(periods)]) for one in series
    ]


def leads(case: Case) -> dict[str, Any]:
    x, y = averages(case, "x", "y")
    lags = case.first("lags", "max_lag", default=4)
    lags = list(range(-int(lags), int(lags) + 1)) if not isinstance(lags, list) else lags
    found = list(cross_correlations(x, y, lags=lags))
    return {"ccf": found, "lags": lags, "r": found}


def granger(case: Case) -> dict[str, Any]:
    y, x = averages(case, "y", "x")
    found = granger_test(y, x, lags=int(case.first("lags", "lag", "order", default=1)))
    tested, residual = found.freedom or (None, None)
    return {"F": found.f, "df_diff": tested, "df_resid": residual, "p_value": found.p_value}


def projection(case: Case) -> dict[str, Any]:
    y, x = averages(case, "y", "x")
    horizon = int(case.first("horizon", "h", default=1))
    first_row = re.search(r"rows (\d+)\.\.", str(case.first("sample", default="")))
    outcome = y.copy()
    if first_row is not None:
        outcome[: int(first_row[1]) - 1] = np.nan
    controls = None
    if "lag" in str(case.first("controls", default="")):
        # The control is the outcome one period before the row that is explained.
        controls = np.full(y.size, np.nan)
        places = np.arange(y.size) + horizon - 1
        inside = (places >= 0) & (places < y.size)
        controls[inside] = y[places[inside]]
    kernel = re.search(r"(\d+) lags?", str(case.first("hac", default="")))
    found = local_projection(
        outcome, x, horizon=horizon, controls=controls, hac_lags=int(kernel[1]) if kernel else None
    )
    return {
        "coef": list(found.coefficients) or None,
        "se_hac": list(found.standard_errors) or None,
        "se": list(found.standard_errors) or None,
        "n": found.n,
        "nobs": found.n,
    }


def ends(name: str, series: np.ndarray) -> dict[str, Any]:
    listed = series.tolist()
    sizes = (3, 5, 6, 10, 12)
    return {
        name: listed,
        **{f"{name}_first{size}": listed[:size] for size in sizes},
        **{f"{name}_last{size}": listed[-size:] for size in sizes},
    }


def stl(case: Case) -> dict[str, Any]:
    found = seasonal_trend(
        needed(case, "values", "y", "x"),
        period=int(case.first("period", default=12)),
        seasonal=int(case.first("seasonal", default=7)),
        trend=case.first("trend"),
        low_pass=case.first("low_pass"),
        degrees=tuple(
            int(case.first(f"{part}_deg", default=1)) for part in ("seasonal", "trend", "low_pass")
        ),
        robust=bool(case.first("robust", default=False)),
        inner_iterations=case.first("inner_iter"),
        outer_iterations=case.first("outer_iter"),
    )
    return {
        **ends("trend", found.trend),
        **ends("seasonal", found.seasonal),
        **ends("remainder", found.remainder),
        **ends("resid", found.remainder),
    }


def first_1based(places: tuple[int, ...]) -> int | None:
    return places[0] + 1 if places else None


def sums_chart(case: Case) -> dict[str, Any]:
    found = cusum(
        needed(case, "z", "values", "x"),
        slack=float(case.first("k", default=0.5)),
        limit=float(case.first("h", default=5)),
    )
    return {
        **ends("upper", found.upper),
        **ends("lower", found.lower),
        "upper_max": float(found.upper.max(initial=0.0)),
        "lower_max": float(found.lower.max(initial=0.0)),
        "first_alarm_1based": first_1based(found.alarms),
        "first_alarm": first_1based(found.alarms),
        "n_alarms": len(found.alarms),
    }


def means_chart(case: Case) -> dict[str, Any]:
    found = ewma(
        needed(case, "z", "values", "x"),
        smoothing=float(case.first("lambda", "lam", "smoothing", default=0.1)),
        width=float(case.first("L", "width", default=2.7)),
        centre=float(case.first("center", "centre", "mu", "mu0", "target", "mean", default=0.0)),
        deviation=float(case.first("sigma", "sd", default=1.0)),
    )
    return {
        **ends("ewma", found.values),
        **ends("z", found.values),
        **ends("lower", found.low),
        **ends("upper", found.high),
        **ends("lcl", found.low),
        **ends("ucl", found.high),
        **ends("limit", found.high),
        "last": float(found.values[-1]) if found.values.size else None,
        "ewma_max": float(found.values.max()) if found.values.size else None,
        "ewma_min": float(found.values.min()) if found.values.size else None,
        "limit_last": float(found.high[-1]) if found.values.size else None,
        "first_alarm_1based": first_1based(found.alarms),
        "first_alarm": first_1based(found.alarms),
        "n_alarms": len(found.alarms),
        "alarms_1based": [place + 1 for place in found.alarms],
    }


def changepoint(case: Case) -> dict[str, Any]:
    found = single_mean_changepoint(
        needed(case, "values", "y", "x", "z"), shortest=int(case.first("min_size", default=1))
    )
    after = found.after
    last_before = ("changepoint", "tau", "break", "index", "k", "last_before_1based", "cp", "after")
    return {
        **dict.fromkeys(last_before, after),
        "changepoint_1based": after,
        "first_after_0based": after,
        "first_after_1based": None if after is None else after + 1,
        **dict.fromkeys(("mean_before", "before_mean"), found.before_mean),
        **dict.fromkeys(("mean_after", "after_mean"), found.after_mean),
        "shift": None if after is None else found.after_mean - found.before_mean,
        "reduction": found.reduction,
    }


METHODS: dict[str, Callable[[Case], dict[str, Any]]] = {
    "panel_fixed_effects": effects,
    "random_slope_model": slope,
    "lagged_pairs": lagged,
    "cross_correlation": leads,
    "granger": granger,
    "local_projection": projection,
    "stl": stl,
    "cusum": sums_chart,
    "ewma": means_chart,
    "single_mean_changepoint": changepoint,
}
