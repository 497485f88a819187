"""Sources are opened through one fixture that closes what it opened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ressenti.sources import open_source
from ressenti.sources.options import SourceOptions
from ressenti.warehouse.relations import Relation

Opener = Callable[..., Relation]


@pytest.fixture
def opened() -> Iterator[Opener]:
    """Return a function that opens a source; options are given by keyword."""
    relations: list[Relation] = []

    def open_one(source: object, **options: Any) -> Relation:
        relations.append(open_source(source, options=SourceOptions(**options)))
        return relations[-1]

    yield open_one
    for relation in relations:
        relation.warehouse.close()


@pytest.fixture
def rows() -> Callable[[Relation], list[dict[str, Any]]]:
    """Return a function that reads a whole relation."""

    def all_rows(relation: Relation) -> list[dict[str, Any]]:
        fetched: list[dict[str, Any]] = relation.warehouse.fetch(relation.select("*")).to_pylist()
        return fetched

    return all_rows
