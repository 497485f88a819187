"""A company with a million answers."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.rounds import Claim, Result, medians, python_case

ROWS = 1_000_000
QUICK_ROWS = 100_000


def simulated(rows: str) -> Callable[[], object]:
    from ressenti.simulation import simulate_company

    return lambda: simulate_company(seed=7, n_answers=int(rows))


CASES = {"simulate_company": simulated}


def result(*, rows: int | None, quick: bool) -> Result:
    size = rows or (QUICK_ROWS if quick else ROWS)
    command = python_case("simulation", "simulate_company", size)
    found = medians({"simulate_company": command}, rounds=3)
    claims = [Claim("CPU seconds", found["simulate_company"].work, 10, "s")]
    return Result(f"A simulated company of {size:,} answers, with every other fact", found, claims)
