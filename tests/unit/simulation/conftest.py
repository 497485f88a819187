"""One simulated company for all the tests that look for what was planted in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb
import pytest

from ressenti.simulation import Company, simulate_company

Query = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture(scope="session")
def company() -> Company:
    return simulate_company(n_answers=200_000)


@pytest.fixture(scope="session")
def rows(company: Company) -> Query:
    """Return the rows of an SQL query over the seven facts; ``us(t)`` is an instant's number."""
    connection = duckdb.connect()
    for name, table in company.facts.items():
        connection.register(name, table)
    connection.execute("CREATE MACRO us(t) AS epoch_us(t)")
    return lambda query: connection.execute(query).fetchall()
