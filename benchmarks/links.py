"""Links of fifty outcomes with twenty indicators on a million customers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path

from benchmarks.answers import folder
from benchmarks.rounds import Claim, Result, medians, python_case

ROWS = 1_000_000
QUICK_ROWS = 100_000
OUTCOMES = tuple(f"outcome_{k}" for k in range(50))
INDICATORS = tuple(f"mark_{k}" for k in range(20))
# Peers make the same figures pair by pair; a tenth of the pairs tells what all would cost.
SHARE = 10


def customers(rows: int) -> Path:
    """Return a file of customers: what each got, what each answered, one in ten not told."""
    path = folder() / f"customers-{rows}.parquet"
    if path.exists():
        return path
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    chance = np.random.default_rng(1)
    shop = chance.integers(0, 300, rows)
    latent = chance.normal(size=rows)

    def told(values: np.ndarray) -> pa.Array:
        return pa.array(values.astype(np.int8), mask=chance.random(rows) < 0.1)

    columns = {"shop": pa.array(shop)}
    for place, name in enumerate(OUTCOMES):
        # One outcome in five moves the marks.
        pull = 0.4 if place % 5 == 0 else 0.0
        columns[name] = told(pull * latent + chance.normal(size=rows) > -0.5)
    for name in INDICATORS:
        columns[name] = told(np.clip(np.round(7.5 + latent + chance.normal(size=rows)), 0, 10))
    pq.write_table(pa.table(columns), path)
    return path


def ours(path: str, within: str | None = None) -> Callable[[], object]:
    from ressenti.library.linking import link

    import_module("duckdb")
    import_module("pyarrow.compute")
    import_module("scipy.special")
    import_module("ressenti.indicators").catalogue()
    import_module("ressenti.sources").formats()
    kpis = [f"nps={name}" for name in INDICATORS]
    return partial(link, path, outcome=list(OUTCOMES), kpi=kpis, within=within)


def pandas_and_scipy(path: str) -> Callable[[], object]:
    """Spearman's correlation and the two NPS, pair by pair, for a tenth of the pairs."""
    import pandas as pd
    from scipy.stats import spearmanr

    def work() -> object:
        table = pd.read_parquet(path)
        found = []
        for outcome in OUTCOMES[: len(OUTCOMES) // SHARE]:
            for mark in INDICATORS:
                pair = table[[outcome, mark]].dropna()
                rho = spearmanr(pair[outcome], pair[mark])
                net = (pair[mark] >= 9).astype(int) - (pair[mark] <= 6).astype(int)
                groups = net.groupby(pair[outcome]).agg(["mean", "var", "size"])
                found.append((rho.statistic, rho.pvalue, groups))
        return found

    return work


def statsmodels_regressions(path: str) -> Callable[[], object]:
    """The difference of the two NPS as a robust regression, for a tenth of the pairs."""
    import pandas as pd
    import statsmodels.api as sm

    def work() -> object:
        table = pd.read_parquet(path)
        found = []
        for outcome in OUTCOMES[: len(OUTCOMES) // SHARE]:
            for mark in INDICATORS:
                pair = table[[outcome, mark]].dropna().astype(float)
                net = 100.0 * (pair[mark] >= 9) - 100.0 * (pair[mark] <= 6)
                fit = sm.OLS(net, sm.add_constant(pair[outcome])).fit(cov_type="HC3")
                found.append((fit.params.iloc[1], fit.conf_int().iloc[1]))
        return found

    return work


CASES = {
    "ours": ours,
    "ours, inside and between 300 shops": partial(ours, within="shop"),
    "pandas and scipy, a tenth of the pairs": pandas_and_scipy,
    "statsmodels, a tenth of the pairs": statsmodels_regressions,
}


def result(*, rows: int | None, quick: bool) -> Result:
    size = rows or (QUICK_ROWS if quick else ROWS)
    path = customers(size)
    commands = {name: python_case("links", name, path) for name in CASES}
    found = medians(commands, rounds=3)
    own = found["ours"]

    def times(name: str) -> float:
        return SHARE * found[name].work / own.work

    claims = [
        Claim("a thousand links, start to end", own.wall, 10, "s"),
        Claim(
            "pandas and scipy pair by pair, to ours",
            times("pandas and scipy, a tenth of the pairs"),
            5,
            is_at_least=True,
        ),
        Claim(
            "statsmodels pair by pair, to ours",
            times("statsmodels, a tenth of the pairs"),
            5,
            is_at_least=True,
        ),
    ]
    shown = f"Peers make a tenth of the pairs; their ratios count all of them, {SHARE} times that."
    title = f"Links of 50 outcomes with 20 indicators, {size:,} customers"
    return Result(title, found, claims, shown)
