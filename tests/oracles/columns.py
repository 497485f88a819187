"""The columns that a case names or lists, whatever the spelling."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from ressenti.statistics.panels import lagged_values
from tests.oracles.cases import Case, Table, column_array

NOT_DRIVERS = {
    "y",
    "weight",
    "weights",
    "w",
    "cluster",
    "group",
    "n",
    "id",
    "order",
    "entity",
    "time",
    "at",
}
LAGGED = re.compile(r"(\w+) lagged (\d+) \w+")
SCALED = re.compile(r"\((.*?) *- *([\d.]+)\) */ *([\d.]+)")


def values(case: Case, *keys: str) -> np.ndarray | None:
    """Return the values of the first key there is: a list, or the column of the table it names."""
    for key in keys:
        given = case.data.get(key)
        if isinstance(given, str):
            return column(case, case.table(), given)
        if isinstance(given, list):
            return column_array(given) if "filter" not in case.params else case.table()[key]
        if given is None and "csv" in case.data and isinstance(case.params.get(key), str):
            return column(case, case.table(), str(case.params[key]))
    return None


def needed(case: Case, *keys: str) -> np.ndarray:
    found = values(case, *keys)
    if found is None:
        raise KeyError(f"none of {keys} in {list(case.data)}")
    return found


def column(case: Case, table: Table, name: str) -> np.ndarray:
    """Return a column by its name, or by a phrase such as ``(cpi lagged 1 month - 70)/10``."""
    if name in table:
        return table[name]
    scaled = SCALED.search(name)
    lagged = LAGGED.search(name)
    if lagged is not None:
        unit = key_column(case, table, "entity", "unit", "group", "cluster", "store")
        clock = key_column(case, table, "time", "period", "month")
        source, lag = lagged.groups()
        result = lagged_values(unit, clock, table[source], lag=int(lag))
    else:
        result = table[re.findall(r"\w+", name)[0]]
    if scaled is not None:
        result = (result - float(scaled[2])) / float(scaled[3])
    return result


def key_column(case: Case, table: Table, *keys: str) -> np.ndarray:
    """Return the column under the first key that names one, or is one."""
    for key in keys:
        given = case.data.get(key)
        if isinstance(given, str) and given in table:
            return table[given]
    return next(table[key] for key in keys if key in table)


def matrix(case: Case, *keys: str) -> np.ndarray | None:
    """Return rows under the first key there is: nested lists, or named columns side by side."""
    for key in keys:
        given = case.data.get(key)
        if not isinstance(given, list) or not given:
            continue
        if isinstance(given[0], str):
            table = case.table()
            return np.column_stack([table[name] for name in given])
        if isinstance(given[0], list):
            return np.array(given, dtype=float)
    return None


def outcome_and_drivers(case: Case) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Return y, X and the names of the columns of X; text columns become dummies."""
    rows, order = case.data.get("rows"), case.data.get("order")
    if isinstance(rows, list) and order:
        place = order.index(case.first("y", default=order[0]))
        table = np.array(rows, dtype=float)
        others = [name for i, name in enumerate(order) if i != place]
        return table[:, place], np.delete(table, place, axis=1), others
    y = needed(case, "y", "outcome", "target")
    given = case.first("x", "X", "drivers", "predictors")
    table = case.table()
    if isinstance(given, str):
        return y, column(case, table, given)[:, None], [given]
    if given is None:
        given = [name for name in table if name not in NOT_DRIVERS]
    if isinstance(given, dict):
        return y, np.column_stack([column_array(v) for v in given.values()]), list(given)
    if not isinstance(given[0], str):
        block = np.array(given, dtype=float)
        block = block[:, None] if block.ndim == 1 else block
        block = block if len(block) == len(y) else block.T
        return y, block, [f"x{i + 1}" for i in range(block.shape[1])]
    parts, names = [], []
    for name in given:
        block, own = dummies(case, name, column(case, table, name))
        parts.append(block)
        names += own
    return y, np.column_stack(parts), names


def dummies(case: Case, name: str, raw: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """Return a numeric column as it is, a text column as one indicator per level but one."""
    reference = (case.first("reference", default={}) or {}).get(name)
    if raw.dtype.kind == "f" and reference is None:
        return raw[:, None], [name]
    levels = sorted(set(raw.tolist()))
    reference = levels[0] if reference is None else reference
    kept = [level for level in levels if level != reference]
    return np.column_stack([(raw == level).astype(float) for level in kept]), kept


def numbers(items: Iterable[Any]) -> list[float | None]:
    """Return floats, None where a value is undefined."""
    return [None if v is None or np.isnan(v) else float(v) for v in items]


def number(item: float | None) -> float | None:
    return numbers([item])[0]


def flattened(prefix: str, names: Sequence[str], items: Sequence[Any]) -> dict[str, Any]:
    """Return ``prefix_name`` for each name."""
    return {f"{prefix}_{name}": item for name, item in zip(names, items, strict=True)}
