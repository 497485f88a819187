"""Counting: run a tally query and fold its rows into one table of tallies per measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ressenti.errors import InvalidWeights
from ressenti.facts.raw_values import Absence, number_in
from ressenti.facts.scales import Level, Quantity, Scale
from ressenti.language import Text
from ressenti.tallies.buckets import INVALID_BUCKET
from ressenti.tallies.queries import (
    LEAST_WEIGHT,
    MEASURE,
    PERIOD,
    ROWS,
    W2,
    WEIGHED,
    X2,
    N,
    TallyQuery,
    W,
    X,
)
from ressenti.tallies.tally import TallyTable
from ressenti.warehouse.relations import Warehouse

# Arrow is loaded when an engine has answered; whoever judges what is counted needs none.
if TYPE_CHECKING:
    import pyarrow as pa

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
MISSING, INVALID = -1, -2


@dataclass(frozen=True, slots=True)
class Reading:
    """How the raw values of one counted measure are read."""

    scale: Scale | Quantity
    missing_codes: tuple[object, ...] = ()
    labels: Mapping[object, str] | None = None

    def level(self, raw: object) -> Level | Absence:
        value = str(raw).lower() if isinstance(raw, bool) else raw
        level = self.scale.read(value, missing_codes=self.missing_codes)
        if level is Absence.INVALID and self.labels and raw in self.labels:
            return self.scale.read(self.labels[raw], missing_codes=self.missing_codes)
        return level


@dataclass(frozen=True, slots=True)
class OffScale:
    """Raw values that are on no level, with how often each was met, most frequent first."""

    values: tuple[tuple[str, int], ...]
    rows: int
    total: int


@dataclass(frozen=True, slots=True)
class Counts:
    """The tallies of one measure, and what was left out of them."""

    table: TallyTable
    off_scale: OffScale


def tallies_of(
    warehouse: Warehouse, query: TallyQuery, readings: Sequence[Reading]
) -> dict[str, Counts]:
    """Return the tallies of every counted measure, in one pass over the relation.

    Parameters
    ----------
    warehouse : Warehouse
        The engine that runs the query.
    query : TallyQuery
    readings : sequence of Reading, one per counted measure
        Ignored for quantities, whose buckets need no reading.

    Returns
    -------
    dict of measure key to Counts
        The keys of each table are ``(period start, segment, …)`` tuples.

    Raises
    ------
    InvalidWeights
        R204, when a weight is negative or all weights are zero.
    """
    rows = warehouse.fetch(query.tree())
    if query.weight is not None and not query.weights_are_positive:
        _require_weights(rows)
    names = [] if query.period is None else [PERIOD]
    names += [f"segment{i}" for i in range(len(query.segments))]
    keys = [coded_column(rows[name]) for name in names]
    return {
        counted.key: _folded(query, rows, keys, place, reading)
        for place, (counted, reading) in enumerate(zip(query.counted, readings, strict=True))
    }


@dataclass(frozen=True, slots=True)
class Coded:
    """A column as its distinct values and, row by row, the place of its value among them."""

    values: list[object]
    place: Integers

    def at(self, rows: Integers) -> Coded:
        """Return the column of some of its rows, with the values that they have."""
        present, place = np.unique(self.place[rows], return_inverse=True)
        return Coded([self.values[k] for k in present], place)


def coded_column(column: pa.ChunkedArray) -> Coded:
    """Return an Arrow column as its distinct values and their places."""
    from pyarrow import types

    if types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    encoded = column.combine_chunks().dictionary_encode(null_encoding="encode")
    return Coded(encoded.dictionary.to_pylist(), np.from_dlpack(encoded.indices).astype(np.int64))


def _own_rows(query: TallyQuery, rows: pa.Table, place: int) -> Integers:
    """Return the rows that are about one counted measure."""
    if query.which is not None:
        measures = coded_column(rows[MEASURE])
        named = [str(value) == query.counted[place].named for value in measures.values]
        return np.flatnonzero(np.array(named, dtype=bool)[measures.place])
    if len(query.counted) > 1:
        return np.flatnonzero(_integers(rows[f"apart{place}"]) == 0)
    return np.arange(rows.num_rows)


def _folded(
    query: TallyQuery, rows: pa.Table, key_columns: Sequence[Coded], place: int, reading: Reading
) -> Counts:
    quantity = query.counted[place].quantity
    i = 0 if query.which is not None else place
    own = _own_rows(query, rows, place)
    keys, group = _groups([column.at(own) for column in key_columns], len(own))
    raw = coded_column(rows[f"level{i}"]).at(own)
    read = read_levels(raw.values, reading) if quantity is None else _bucket_levels(raw.values)
    levels, position = read
    column = position[raw.place]
    counted = _integers(rows[ROWS])[own]
    here = column >= 0
    shape = (len(keys), len(levels))
    cell = (group * len(levels) + column)[here]

    def spread(name: str) -> Floats:
        values = _floats(rows[name])[own][here]
        sums = np.bincount(cell, weights=values, minlength=shape[0] * shape[1])
        return sums.astype(np.float64, copy=False).reshape(shape)

    def left_out(mark: int) -> Integers:
        outside = column == mark
        return np.bincount(group[outside], weights=counted[outside], minlength=len(keys)).astype(
            np.int64
        )

    weighted = query.weight is not None
    is_counted_apart = weighted and not query.weights_are_positive
    missing = left_out(MISSING)
    if is_counted_apart:
        unweighed = counted - _integers(rows[WEIGHED])[own]
        missing += np.bincount(group[here], weights=unweighed[here], minlength=len(keys)).astype(
            np.int64
        )
    table = TallyTable(
        keys=keys,
        levels=levels,
        n=spread(N if is_counted_apart else ROWS).astype(np.int64),
        w=spread(W if weighted else ROWS),
        w2=spread(W2 if weighted else ROWS),
        missing=missing,
        invalid=left_out(INVALID),
        wx=None if quantity is None else spread(f"{X}{i}"),
        wx2=None if quantity is None else spread(f"{X2}{i}"),
    )
    return Counts(table, off_scale_of(raw, column, counted))


def _groups(columns: Sequence[Coded], size: int) -> tuple[tuple[tuple[object, ...], ...], Integers]:
    """Return the distinct keys of the rows, and the key of each row."""
    if not columns:
        return ((),), np.zeros(size, dtype=np.int64)
    combined = np.zeros(size, dtype=np.int64)
    for column in columns:
        combined = combined * (len(column.values) + 1) + column.place
    _, first, group = np.unique(combined, return_index=True, return_inverse=True)
    keys = tuple(tuple(column.values[column.place[row]] for column in columns) for row in first)
    return keys, group


def read_levels(raw: list[object], reading: Reading) -> tuple[tuple[Level, ...], Integers]:
    """Return the levels met among raw values, and the place of each; below 0 for what is none."""
    read = [reading.level(value) for value in raw]
    found = {level for level in read if not isinstance(level, Absence)}
    levels = tuple(sorted(found, key=lambda level: (isinstance(level, str), level)))
    place: dict[Level | Absence, int] = {level: k for k, level in enumerate(levels)}
    place |= {Absence.MISSING: MISSING, Absence.INVALID: INVALID}
    return levels, np.array([place[level] for level in read], dtype=np.int64)


def _bucket_levels(raw: list[object]) -> tuple[tuple[Level, ...], Integers]:
    numbers = [number_in(value) for value in raw]
    found = sorted({x for x in numbers if x is not None and x != INVALID_BUCKET})
    place: dict[float | None, int] = {number: k for k, number in enumerate(found)}
    place |= {None: MISSING, float(INVALID_BUCKET): INVALID}
    return tuple(found), np.array([place[number] for number in numbers], dtype=np.int64)


def _integers(column: pa.ChunkedArray) -> Integers:
    return _numbers(column).astype(np.int64)


def _floats(column: pa.ChunkedArray) -> Floats:
    return np.nan_to_num(_numbers(column).astype(np.float64), nan=0.0)


def _numbers(column: pa.ChunkedArray) -> np.ndarray:
    from pyarrow import types

    # Arrow's own conversions to NumPy import pandas wherever it is installed: a third of a second.
    values = column.combine_chunks()
    if values.null_count or not (types.is_integer(values.type) or types.is_floating(values.type)):
        return np.array(values.to_pylist(), dtype=np.float64)
    return np.from_dlpack(values)


def off_scale_of(raw: Coded, column: Integers, counted: Integers) -> OffScale:
    """Return the raw values that were on no level, with how many rows hold each."""
    met = np.bincount(raw.place, weights=counted, minlength=len(raw.values))
    outside = np.bincount(raw.place[column == INVALID], minlength=len(raw.values)) > 0
    values = sorted(
        ((_shown(raw.values[k]), int(met[k])) for k in np.flatnonzero(outside)),
        key=lambda pair: -pair[1],
    )
    missing = int(counted[column == MISSING].sum())
    off = sum(count for _, count in values)
    return OffScale(tuple(values), off, int(counted.sum()) - missing)


def _shown(raw: object) -> str:
    return "< 0 | NaN" if raw == INVALID_BUCKET else str(raw)


def _require_weights(rows: pa.Table) -> None:
    import pyarrow.compute as pc

    if pc.any(pc.invert(pc.is_finite(rows[W]))).as_py():
        raise InvalidWeights(
            Text(en="a weight is not a number.", fr="un poids n'est pas un nombre.")
        )
    least = _floats(rows[LEAST_WEIGHT])
    if len(least) and float(least.min()) < 0:
        raise InvalidWeights(
            Text(
                en=f"a weight is negative ({least.min():g}): a weight says how many people an "
                "answer stands for.",
                fr=f"un poids est négatif ({least.min():g}) : un poids dit combien de personnes "
                "une réponse représente.",
            )
        )
    if len(least) and not (_floats(rows[W]) > 0).any():
        raise InvalidWeights(
            Text(en="all weights are zero or missing.", fr="tous les poids sont nuls ou absents.")
        )
