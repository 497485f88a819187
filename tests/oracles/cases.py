"""One oracle case: its data, parameters, expected answer and tolerance."""

from __future__ import annotations

import csv
import json
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
CONDITION = re.compile(r"\s*(\w+)\s*(>=|<=|==|!=|=|>|<)\s*(\S+)\s*")
COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    "=": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
}

Table = dict[str, np.ndarray]


@dataclass(frozen=True, slots=True)
class Case:
    """A question with the answer that other software gives."""

    name: str
    method: str
    kind: str
    data: Mapping[str, Any]
    params: Mapping[str, Any]
    expected: Mapping[str, Any]
    tolerance: Mapping[str, Any]
    folder: Path

    @property
    def confidence(self) -> float:
        if "conf" in self.params:
            return float(self.params["conf"])
        return 1 - float(self.params.get("alpha", 0.05))

    def table(self) -> Table:
        """Return the columns of the named csv, or the inline lists, after the case's filter.

        Numeric columns are floats (an empty field is NaN), the others are text.
        """
        columns = self._csv_columns() if "csv" in self.data else self._inline_columns()
        condition = self.data.get("filter") or self.params.get("filter")
        if not condition:
            return columns
        chosen = chosen_rows(columns, str(condition))
        return {name: values[chosen] for name, values in columns.items()}

    def first(self, *names: str, default: Any = None) -> Any:
        """Return the first of the names that the data or the parameters have."""
        for name in names:
            for source in (self.data, self.params):
                if source.get(name) is not None:
                    return source[name]
        return default

    def column(self, *names: str) -> np.ndarray:
        """Return the column that the first given name holds, or points to in the csv."""
        column = self.column_if_any(*names)
        if column is None:
            raise KeyError(f"the case has none of {names}")
        return column

    def column_if_any(self, *names: str) -> np.ndarray | None:
        named = self.first(*names)
        if isinstance(named, str):
            return self.table()[named]
        return None if named is None else column_array(list(named))

    def rows(self, condition: str) -> np.ndarray:
        """Return which rows of the table satisfy a condition."""
        return chosen_rows(self.table(), condition)

    def _csv_columns(self) -> Table:
        beside = self.folder / str(self.data["csv"])
        path = beside if beside.exists() else HERE / str(self.data["csv"])
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        return {name: column_array([row[name] for row in rows]) for name in rows[0]}

    def _inline_columns(self) -> Table:
        return {
            name: column_array(values)
            for name, values in self.data.items()
            if isinstance(values, list) and not any(isinstance(v, list | dict) for v in values)
        }


def column_array(values: list[Any]) -> np.ndarray:
    """Return floats when every value is a number or missing, else text."""
    try:
        return np.array([np.nan if v in (None, "", "NA") else float(v) for v in values])
    except (TypeError, ValueError):
        return np.array(["" if v is None else str(v) for v in values])


def chosen_rows(columns: Table, condition: str) -> np.ndarray:
    """Return which rows satisfy a condition such as ``weight>0`` or ``store==3 & wave==1``."""
    length = len(next(iter(columns.values())))
    chosen = np.ones(length, dtype=bool)
    for part in re.split(r"&+|\band\b", condition):
        match = CONDITION.fullmatch(part)
        if match is None:
            raise ValueError(f"cannot read the condition {part!r} of the case")
        name, comparison, value = match.groups()
        column = columns[name]
        bound = float(value) if column.dtype.kind == "f" else value.strip("'\"")
        chosen &= COMPARISONS[comparison](column, bound)
    return chosen


def read_cases(path: Path) -> list[Case]:
    """Return the cases of a file in their order."""
    return [
        Case(
            name=raw["name"],
            method=raw["method"],
            kind=raw.get("kind", "normal"),
            data=raw.get("data") or {},
            params=raw.get("params") or {},
            expected=raw["expected"],
            tolerance=raw.get("tolerance") or {"abs": 1e-9},
            folder=path.parent,
        )
        for raw in json.loads(path.read_text(encoding="utf-8"))
    ]
