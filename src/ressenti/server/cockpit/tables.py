"""Tables: rows of cells folded into tallies, one table a measure, levels read on its scale."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from ressenti.facts.raw_values import number_in
from ressenti.facts.scales import Level, Quantity, Scale
from ressenti.server.tallying.levels import INVALID_LEVEL, MISSING_LEVEL
from ressenti.tallies.tally import TallyTable

N, W, W2, WX, WX2 = range(5)


def tally_table(rows: Iterable[Sequence[Any]], scale: Scale | Quantity) -> TallyTable:
    """Return the tallies of one measure.

    Parameters
    ----------
    rows : iterable of sequences
        Period, values of dimensions, level, n, Σw, Σw², Σwx, Σwx²; the key of a tally is the tuple
        of all that stands before the level. A level that is none of the scale's is invalid.

    Examples
    --------
    >>> from ressenti.facts.scales import ZERO_TO_TEN
    >>> nines = ("march", "9", 2, 2.0, 2.0, None, None)
    >>> blanks = ("march", "?missing", 1, 1.0, 1.0, None, None)
    >>> table = tally_table([nines, blanks], ZERO_TO_TEN)
    >>> table.keys, table.levels, table.n.tolist(), table.missing.tolist()
    ((('march',),), (9.0,), [[2]], [1])
    """
    keys: dict[tuple[Any, ...], int] = {}
    levels: dict[Level, int] = {}
    entries: list[tuple[int, int, Sequence[Any]]] = []
    absent: dict[str, list[tuple[int, int]]] = {MISSING_LEVEL: [], INVALID_LEVEL: []}
    for row in rows:
        *key, text = row[:-5]
        measured = row[-5:]
        place = keys.setdefault(tuple(key), len(keys))
        level = _level(text, scale)
        if level is None:
            kind = MISSING_LEVEL if text == MISSING_LEVEL else INVALID_LEVEL
            absent[kind].append((place, int(measured[N])))
        else:
            entries.append((place, levels.setdefault(level, len(levels)), measured))
    return _filled(tuple(keys), levels, entries, absent)


def _level(text: str, scale: Scale | Quantity) -> Level | None:
    if text in (MISSING_LEVEL, INVALID_LEVEL):
        return None
    if isinstance(scale, Quantity):
        return number_in(text)
    if not scale.levels or isinstance(scale.levels[0], str):
        return text
    number = number_in(text)
    return number if number in scale.levels else None


def _filled(
    keys: tuple[Any, ...],
    levels: dict[Level, int],
    entries: list[tuple[int, int, Sequence[Any]]],
    absent: dict[str, list[tuple[int, int]]],
) -> TallyTable:
    found = sorted(levels, key=lambda level: (isinstance(level, str), level))
    column = np.zeros(len(levels), dtype=np.int64)
    column[[levels[level] for level in found]] = np.arange(len(levels))
    shape = (len(keys), len(levels))
    matrices = [np.zeros(shape) for _ in range(5)]
    at = (
        np.array([row for row, _, _ in entries], dtype=np.int64),
        column[np.array([place for _, place, _ in entries], dtype=np.int64)],
    )
    for part, matrix in enumerate(matrices):
        matrix[at] = [float(measured[part] or 0) for _, _, measured in entries]
    left_out = []
    for kind in (MISSING_LEVEL, INVALID_LEVEL):
        counts = np.zeros(len(keys), dtype=np.int64)
        for row, n in absent[kind]:
            counts[row] += n
        left_out.append(counts)
    has_moments = any(measured[WX] is not None for _, _, measured in entries)
    return TallyTable(
        keys=keys,
        levels=tuple(found),
        n=matrices[N].astype(np.int64),
        w=matrices[W],
        w2=matrices[W2],
        missing=left_out[0],
        invalid=left_out[1],
        wx=matrices[WX] if has_moments else None,
        wx2=matrices[WX2] if has_moments else None,
    )
