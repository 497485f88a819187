"""Drivers: the shares of twelve drivers with a thousand bootstrap replicates, from the rows."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from itertools import combinations, islice
from pathlib import Path
from shutil import which

from benchmarks.answers import folder
from benchmarks.rounds import Claim, Result, medians, python_case

ROWS = 1_000_000
QUICK_ROWS = 100_000
DRIVERS = [f"d{number:02d}" for number in range(1, 13)]
REPLICATES = 1000
# The peers would take hours: each does a part of the same work, which is then multiplied.
REPLICATES_IN_R = 10
FITS_OF_STATSMODELS = 40
FITS = 2 ** len(DRIVERS) - 1
SECONDS = 5.0
R_SCRIPT = r"""
told <- commandArgs(TRUE)
rows <- as.matrix(read.csv(told[1]))
k <- ncol(rows) - 1
bits <- sapply(0:(k - 1), function(j) bitwAnd(0:(2^k - 1), bitwShiftL(1L, j)) > 0)
sizes <- rowSums(bits)
shares <- function(table) {
  r2 <- apply(bits, 1, function(inside) {
    if (!any(inside)) return(0)
    own <- which(inside) + 1
    sum(table[1, own] * solve(table[own, own], table[own, 1]))
  })
  sapply(1:k, function(j) {
    without <- which(!bits[, j])
    gains <- r2[without + 2^(j - 1)] - r2[without]
    sum(gains / (k * choose(k - 1, sizes[without])))
  })
}
start <- proc.time()
found <- shares(cor(rows))
set.seed(1)
again <- replicate(as.integer(told[2]), shares(cor(rows[sample.int(nrow(rows), replace = TRUE), ])))
limits <- apply(again, 1, quantile, c(0.025, 0.975))
spent <- proc.time() - start
cat(sprintf('{"work_seconds": %f}\n', spent[["user.self"]] + spent[["sys.self"]]))
"""


def marks(rows: int) -> Path:
    """Return a Parquet file of marks out of ten and twelve drivers out of five, made once."""
    path = folder() / f"drivers-{rows}.parquet"
    if not path.exists():
        subprocess.run([sys.executable, "-m", "benchmarks.drivers", str(rows)], check=True)
    return path


def write(rows: int) -> None:
    """Write the marks as Parquet, and as the CSV file that R reads."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.csv as pc
    import pyarrow.parquet as pq

    random = np.random.default_rng(20261122)
    common = random.normal(size=(rows, 1))
    answers = np.clip(np.round(3.5 + 0.6 * common + random.normal(size=(rows, 12))), 1, 5)
    weights = np.linspace(0.5, 0.0, 12)
    outcome = np.clip(np.round(1 + answers @ weights + 1.5 * random.normal(size=rows)), 0, 10)
    columns = {"mark": outcome, **dict(zip(DRIVERS, answers.T, strict=True))}
    table = pa.table({name: values.astype(np.int8) for name, values in columns.items()})
    path = folder() / f"drivers-{rows}.parquet"
    pc.write_csv(table, path.with_suffix(".csv"))
    part = path.with_suffix(".part")
    pq.write_table(table, part)
    part.rename(path)


def ours(path: str) -> Callable[[], object]:
    from ressenti.library.drivers import drivers

    for name in ("duckdb", "pyarrow.compute", "sqlglot.dialects.duckdb", "ressenti.sources"):
        import_module(name)
    return lambda: drivers(path, "mark", DRIVERS, replicates=REPLICATES).to_json()


def statsmodels(path: str) -> Callable[[], object]:
    """Fit some of the regressions that the shares need, without a bootstrap."""
    import pyarrow.parquet as pq
    import statsmodels.api as sm

    table = pq.read_table(path).to_pandas().astype(float)

    def fits() -> list[float]:
        # Half the drivers at a time: the middle of all sizes.
        chosen = islice(combinations(DRIVERS, len(DRIVERS) // 2), 0, None, 23)
        designs = [sm.add_constant(table[list(own)]) for own in islice(chosen, FITS_OF_STATSMODELS)]
        return [sm.OLS(table["mark"], design).fit().rsquared for design in designs]

    return fits


CASES = {"ours": ours, "statsmodels": statsmodels}


def result(*, rows: int | None, quick: bool) -> Result:
    size = rows or (QUICK_ROWS if quick else ROWS)
    path = marks(size)
    own = f"ours, {REPLICATES:,} replicates"
    fitted = f"statsmodels, {FITS_OF_STATSMODELS} of {FITS:,} regressions, no replicate"
    commands = {
        own: python_case("drivers", "ours", path),
        fitted: python_case("drivers", "statsmodels", path),
    }
    by_r = f"R, {REPLICATES_IN_R} replicates"
    if which("Rscript"):
        script = path.with_suffix(".R")
        script.write_text(R_SCRIPT, encoding="utf-8")
        told = [str(path.with_suffix(".csv")), str(REPLICATES_IN_R)]
        commands[by_r] = ["Rscript", str(script), *told]
    found = medians(commands, rounds=2)
    claims = [
        Claim("wall time, start and imports included", found[own].wall, SECONDS, unit="s"),
        Claim(
            "statsmodels' regressions for the shares alone, extrapolated, to ours with replicates",
            found[fitted].work / FITS_OF_STATSMODELS * FITS / found[own].work,
            10,
            is_at_least=True,
        ),
    ]
    if by_r in found:
        each = found[by_r].work / (REPLICATES_IN_R + 1)
        claims.append(
            Claim(
                f"R with {REPLICATES:,} replicates, extrapolated, to ours",
                each * (REPLICATES + 1) / found[own].work,
                10,
                is_at_least=True,
            )
        )
    shown = (
        "The peers do a part of the work, since the whole takes them hours: statsmodels fits "
        f"{FITS_OF_STATSMODELS} of the {FITS:,} regressions from the rows, R computes the exact "
        f"shares from a correlation table, for the rows and for {REPLICATES_IN_R} samples of them."
    )
    title = f"Drivers of {size:,} answers: exact shares of 12, with intervals"
    return Result(title, found, claims, shown)


if __name__ == "__main__":
    write(int(sys.argv[1]))
