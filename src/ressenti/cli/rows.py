"""Rows: flat results written as CSV on standard output."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any


def csv_text(rows: Sequence[Mapping[str, Any]]) -> str:
    r"""Return rows as CSV with a header of every name met, in order of appearance.

    Examples
    --------
    >>> csv_text([{"shop": "Lyon", "n": 3}, {"shop": "Lille", "low": 1.5}])
    'shop,n,low\nLyon,3,\nLille,,1.5\n'
    """
    stream = io.StringIO()
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(stream, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()
