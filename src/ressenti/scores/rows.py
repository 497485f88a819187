"""Rows of a worked example: contacts, orders, tickets, given as lists or as objects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from ressenti.errors import InvalidArgument
from ressenti.language import Text
from ressenti.scores.inputs import Inputs

Row = Mapping[str, Any]
Columns = Mapping[str, tuple[str, ...]]


def rows_of(inputs: Inputs, name: str, columns: Columns) -> list[Row]:
    """Return the rows of an input, each with every column, None where it is not given.

    Parameters
    ----------
    columns : mapping of column to its other usual names
        A row is a list in the order of the columns, or an object with these names; with a single
        column it may be the value itself.

    Raises
    ------
    InvalidArgument
        R102, when a row is neither.

    Examples
    --------
    >>> contacts = Inputs({"contacts": [["A", "2024-03-01"], {"customer": "B"}]})
    >>> rows_of(contacts, "contacts", {"customer_id": ("customer",), "offered_at": ("date",)})
    [{'customer_id': 'A', 'offered_at': '2024-03-01'}, {'customer_id': 'B', 'offered_at': None}]
    """
    return [_row(raw, name, columns) for raw in inputs.rows(name)]


def _row(raw: object, name: str, columns: Columns) -> Row:
    if isinstance(raw, Mapping):
        return {
            column: next((raw[key] for key in (column, *others) if key in raw), None)
            for column, others in columns.items()
        }
    if isinstance(raw, Sequence) and not isinstance(raw, str) and len(raw) <= len(columns):
        values = [*raw, *[None] * (len(columns) - len(raw))]
        return dict(zip(columns, values, strict=True))
    if len(columns) == 1 and not isinstance(raw, Sequence):
        return dict.fromkeys(columns, raw)
    wanted = ", ".join(columns)
    raise InvalidArgument(
        Text(
            en=f"a row of '{name}' must be an object or a list of {wanted}, not {raw!r}.",
            fr=f"une ligne de « {name} » doit être un objet ou une liste de {wanted}, pas {raw!r}.",
        )
    )


def instant(raw: object) -> datetime | None:
    """Return the instant an ISO date or time spells, None for null; without an offset it is UTC.

    Raises
    ------
    InvalidArgument
        R102, for anything else.

    Examples
    --------
    >>> instant("2024-03-01T17:30+01:00").isoformat()
    '2024-03-01T17:30:00+01:00'
    >>> instant("2024-03-01").isoformat()
    '2024-03-01T00:00:00+00:00'
    """
    if raw is None or raw == "":
        return None
    try:
        moment = datetime.fromisoformat(str(raw))
    except ValueError:
        raise InvalidArgument(
            Text(
                en=f"{raw!r} is no date: write it as 2024-03-01 or 2024-03-01T17:30.",
                fr=f"{raw!r} n'est pas une date : écrivez 2024-03-01 ou 2024-03-01T17:30.",
            )
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def required_instant(inputs: Inputs, name: str) -> datetime:
    """Return the instant an input spells.

    Raises
    ------
    InvalidArgument
        R102, when it is null or no date.
    """
    moment = instant(inputs[name])
    if moment is None:
        raise InvalidArgument(
            Text(
                en=f"the input '{name}' needs a date.",
                fr=f"la donnée « {name} » demande une date.",
            )
        )
    return moment


def how_many(inputs: Inputs, name: str) -> float:
    """Return a count given as a number or as the list of what is counted, null left out.

    Examples
    --------
    >>> inputs = Inputs({"contacts": 4, "orders": ["a", None]})
    >>> how_many(inputs, "contacts"), how_many(inputs, "orders")
    (4.0, 1.0)
    """
    raw = inputs[name]
    if isinstance(raw, Sequence) and not isinstance(raw, str):
        return float(sum(one is not None for one in raw))
    return inputs.count(name)


def identities(inputs: Inputs, name: str) -> set[str]:
    """Return the different ids of a list, null left out."""
    return {str(one) for one in inputs.rows(name) if one is not None}
