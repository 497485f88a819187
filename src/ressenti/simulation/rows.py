"""Columns of numbers on their way to Arrow: drawn by chance, chosen, stacked, named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ressenti.facts.schemas import fact_called

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    Rows = TypeVar("Rows", bound=DataclassInstance)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Instants = NDArray[np.int64]
"""Microseconds since 1970-01-01 UTC, or ``NEVER``."""

NEVER = int(np.iinfo(np.int64).min)
SECOND = 1_000_000
HOUR = 3600 * SECOND
DAY = 24 * HOUR

SOURCE = "simulation"


def chance(seed: int, part: str) -> np.random.Generator:
    """Return the random numbers of one part of the simulation.

    Each part has its own stream, so that a change in one part leaves the others as they were.

    Examples
    --------
    >>> bool(chance(7, "orders").random() == chance(7, "orders").random())
    True
    """
    return np.random.default_rng([seed, *part.encode()])


def chosen(rows: Rows, keep: Flags | Integers) -> Rows:
    """Return the same columns with only the rows kept, in the order of ``keep``."""
    return replace(rows, **{field.name: getattr(rows, field.name)[keep] for field in fields(rows)})


def stacked(parts: Sequence[Rows]) -> Rows:
    """Return the rows of all parts under one another."""
    first = parts[0]
    columns = {
        field.name: np.concatenate([getattr(part, field.name) for part in parts])
        for field in fields(first)
    }
    return replace(first, **columns)


def codes_drawn(
    generator: np.random.Generator, shares: Sequence[float] | Floats, size: int
) -> Integers:
    """Return ``size`` codes 0, 1, 2 … drawn with the given shares."""
    cumulative = np.cumsum(shares)
    drawn = generator.random(size) * cumulative[-1]
    return np.asarray(np.searchsorted(cumulative, drawn, side="right"), dtype=np.int64)


def log_normal(
    generator: np.random.Generator, *, median: float | Floats, sigma: float, size: int
) -> Floats:
    """Return positive numbers whose logarithm is normal around ``log(median)``."""
    return np.asarray(median) * np.exp(sigma * generator.standard_normal(size))


def happened_before(instants: Instants, end: int) -> Instants:
    """Return the instants with those at or after ``end`` replaced by ``NEVER``: not yet known."""
    return np.where(instants < end, instants, NEVER)


def identifiers(prefix: str, numbers: Integers, *, width: int = 8) -> pa.Array:
    """Return texts such as ``c00000012``; a negative number gives a null."""
    # A leading one keeps the zeros; the prefix then takes its place.
    digits = pa.array(numbers + 10**width, mask=numbers < 0).cast(pa.string())
    return pc.utf8_replace_slice(digits, start=0, stop=1, replacement=prefix)


def instant_column(instants: Instants) -> pa.Array:
    """Return a UTC timestamp column; ``NEVER`` gives a null."""
    numbers = pa.array(instants, mask=instants == NEVER)
    return numbers.cast(pa.timestamp("us", tz="UTC"))


def label_column(codes: Integers, names: Sequence[str]) -> pa.Array:
    """Return a dictionary-encoded text column; a negative code gives a null."""
    indices = pa.array(codes.astype(np.int32), mask=codes < 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array(names, pa.string()))


def constant_column(value: str | None, size: int) -> pa.Array:
    """Return a dictionary-encoded column that repeats one text, or is null throughout."""
    names = [] if value is None else [value]
    return label_column(np.full(size, len(names) - 1), names)


def number_column(values: Floats, present: Flags | None = None) -> pa.Array:
    """Return a column of doubles; rows that are not ``present`` are null."""
    return pa.array(values, pa.float64(), mask=None if present is None else ~present)


def fact_table(key: str, columns: Mapping[str, Any], *, source_ids: pa.Array) -> pa.Table:
    """Return the table of a fact: the columns of its schema in their order, then the segments."""
    size = len(source_ids)
    given = {**columns, "source": constant_column(SOURCE, size), "source_id": source_ids}
    published = [column.key for column in fact_called(key).columns]
    segments = [name for name in given if name not in published]
    return pa.table({name: given[name] for name in (*published, *segments)})
