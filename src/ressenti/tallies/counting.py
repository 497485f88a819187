"""Counting: run a tally query and fold its rows into one table of tallies per measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ressenti.errors import InvalidWeights
from ressenti.facts.scales import Absence, Level, Quantity, Scale, number_in
from ressenti.language import Text
from ressenti.tallies.buckets import INVALID_BUCKET
from ressenti.tallies.queries import (
    LEAST_WEIGHT,
    MEASURE,
    PERIOD,
    ROWS,
    W2,
    X2,
    N,
    TallyQuery,
    W,
    X,
)
from ressenti.tallies.tally import TallyTable

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


def tallies_of(query: TallyQuery, readings: Sequence[Reading]) -> dict[str, Counts]:
    """Return the tallies of every counted measure, in one pass over the relation.

    Parameters
    ----------
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
    rows = query.relation.warehouse.fetch(query.tree())
    if query.weight is not None:
        _require_weights(rows)
    return {
        counted.key: _folded(query, _own_rows(query, rows, i), i, reading)
        for i, (counted, reading) in enumerate(zip(query.counted, readings, strict=True))
    }


def _own_rows(query: TallyQuery, rows: pa.Table, i: int) -> pa.Table:
    """Return the rows that are about one counted measure."""
    if query.which is not None:
        return rows.filter(pc.equal(rows[MEASURE].cast(pa.string()), query.counted[i].named))
    if len(query.counted) > 1:
        return rows.filter(pc.equal(rows[f"apart{i}"], 0))
    return rows


def _folded(query: TallyQuery, rows: pa.Table, place: int, reading: Reading) -> Counts:
    quantity = query.counted[place].quantity
    i = 0 if query.which is not None else place
    keys, group = _groups(query, rows)
    raw, code = _codes(rows[f"level{i}"])
    levels, position = _levels(raw, reading) if quantity is None else _bucket_levels(raw)
    column = position[code] if len(code) else code
    counted = _integers(rows[ROWS])
    answers, weights, squares = _sums(query, rows, counted)
    here = column >= 0
    shape = (len(keys), len(levels))

    def spread(values: Floats) -> Floats:
        matrix = np.zeros(shape)
        np.add.at(matrix, (group[here], column[here]), values[here])
        return matrix

    def left_out(mark: int) -> Integers:
        return np.bincount(
            group[column == mark], weights=counted[column == mark], minlength=len(keys)
        ).astype(np.int64)

    sums = (
        (spread(_floats(rows[f"{X}{i}"])), spread(_floats(rows[f"{X2}{i}"])))
        if quantity is not None
        else (None, None)
    )
    table = TallyTable(
        keys=keys,
        levels=levels,
        n=spread(answers.astype(float)).astype(np.int64),
        w=spread(weights),
        w2=spread(squares),
        missing=left_out(MISSING),
        invalid=left_out(INVALID),
        wx=sums[0],
        wx2=sums[1],
    )
    return Counts(table, _off_scale(raw, code, column, counted))


def _groups(query: TallyQuery, rows: pa.Table) -> tuple[tuple[tuple[object, ...], ...], Integers]:
    """Return the distinct keys, in order of appearance, and the key of each row."""
    names = [] if query.period is None else [PERIOD]
    names += [f"segment{i}" for i in range(len(query.segments))]
    if not names:
        return ((),), np.zeros(rows.num_rows, dtype=np.int64)
    parts = [_codes(rows[name]) for name in names]
    combined = np.zeros(rows.num_rows, dtype=np.int64)
    for values, code in parts:
        combined = combined * (len(values) + 1) + code
    _, first, group = np.unique(combined, return_index=True, return_inverse=True)
    keys = tuple(tuple(values[code[row]] for values, code in parts) for row in first)
    return keys, group.astype(np.int64)


def _codes(column: pa.ChunkedArray) -> tuple[list[object], Integers]:
    """Return the distinct values of a column and the place of each row's value among them."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    encoded = column.combine_chunks().dictionary_encode(null_encoding="encode")
    values: list[object] = encoded.dictionary.to_pylist()
    return values, encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)


def _levels(raw: list[object], reading: Reading) -> tuple[tuple[Level, ...], Integers]:
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


def _sums(query: TallyQuery, rows: pa.Table, counted: Integers) -> tuple[Integers, Floats, Floats]:
    if query.weight is None:
        return counted, counted.astype(float), counted.astype(float)
    return _integers(rows[N]), _floats(rows[W]), _floats(rows[W2])


def _integers(column: pa.ChunkedArray) -> Integers:
    return np.asarray(column.to_numpy(), dtype=np.int64)


def _floats(column: pa.ChunkedArray) -> Floats:
    return np.nan_to_num(np.asarray(column.to_numpy(), dtype=np.float64), nan=0.0)


def _off_scale(raw: list[object], code: Integers, column: Integers, counted: Integers) -> OffScale:
    met = np.bincount(code, weights=counted, minlength=len(raw)) if len(code) else np.zeros(0)
    outside = np.bincount(code[column == INVALID], minlength=len(raw)) > 0
    values = sorted(
        ((_shown(raw[k]), int(met[k])) for k in np.flatnonzero(outside)), key=lambda pair: -pair[1]
    )
    missing = int(counted[column == MISSING].sum())
    off = sum(count for _, count in values)
    return OffScale(tuple(values), off, int(counted.sum()) - missing)


def _shown(raw: object) -> str:
    return "< 0 | NaN" if raw == INVALID_BUCKET else str(raw)


def _require_weights(rows: pa.Table) -> None:
    if pc.any(pc.is_nan(rows[W])).as_py():
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
