"""Changes: a test between two periods, computed once for the same counts.

A test takes longer than all the rest of a figure, and a scorecard that is painted again after each
answer has the same counts in most of its figures. What is remembered is keyed by every count it
was computed from: it cannot be out of date.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ressenti.server.cockpit.measured import studied_as
from ressenti.studies import questions
from ressenti.studies.comparing import Change, change_between
from ressenti.tallies.tally import TallyTable

REMEMBERED = 4096
Counts = tuple[tuple[float, ...], ...]


def change_over_time(
    known: questions.Measure, scale: str, table: TallyTable, before: date, after: date
) -> Change | None:
    """Return the change of a measure from one period to another.

    Parameters
    ----------
    scale : str
        The key under which the server names the measure's scale.
    table : TallyTable
        Keyed ``(first day,)``.
    """
    pair = table.selected([(before,), (after,)])
    counts = (_rows(pair.n), _rows(pair.w), _rows(pair.w2))
    moments = (
        None if pair.wx is None else _rows(pair.wx),
        None if pair.wx2 is None else _rows(pair.wx2),
    )
    left_out = (tuple(pair.missing.tolist()), tuple(pair.invalid.tolist()))
    name = (known.indicator.key, known.variant.key, scale)
    return _tested(name, pair.levels, counts, moments, left_out)


@lru_cache(maxsize=REMEMBERED)
def _tested(
    name: tuple[str, str, str],
    levels: tuple[Any, ...],
    counts: tuple[Counts, Counts, Counts],
    moments: tuple[Counts | None, Counts | None],
    left_out: tuple[tuple[int, ...], tuple[int, ...]],
) -> Change | None:
    n, w, w2 = (_matrix(matrix, levels) for matrix in counts)
    wx, wx2 = (None if matrix is None else _matrix(matrix, levels) for matrix in moments)
    table = TallyTable(
        keys=("before", "after"),
        levels=levels,
        n=n.astype(np.int64),
        w=w,
        w2=w2,
        missing=np.array(left_out[0], dtype=np.int64),
        invalid=np.array(left_out[1], dtype=np.int64),
        wx=wx,
        wx2=wx2,
    )
    return change_between(studied_as(*name), table, ("before", "after"))


def _rows(matrix: NDArray[Any]) -> Counts:
    return tuple(map(tuple, matrix.tolist()))


def _matrix(rows: Counts, levels: tuple[Any, ...]) -> NDArray[np.float64]:
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(levels))
