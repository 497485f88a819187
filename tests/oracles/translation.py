"""What the oracle methods share: limits under the names of the cases, samples, net scores."""

from __future__ import annotations

from typing import Any

import numpy as np

from ressenti.statistics.intervals import Interval
from ressenti.statistics.mean_comparisons import Sample
from ressenti.statistics.net_scores import net_classes
from tests.oracles.cases import Case, column_array

Answer = dict[str, Any]

POINTS = 100.0
NET_ORDER = ("promoter", "passive", "detractor")


def scaled(value: float | None, factor: float = 1.0) -> float | None:
    return None if value is None else factor * value


def limits(interval: Interval, factor: float = 1.0, *, name: str = "estimate") -> Answer:
    """Return an interval under the names that the cases use."""
    return {
        name: scaled(interval.estimate, factor),
        "lower": scaled(interval.low, factor),
        "upper": scaled(interval.high, factor),
    }


def net_counts(case: Case) -> tuple[float, float, float]:
    """Return promoters, passives and detractors, from counts, a histogram or scores."""
    if case.first("promoters") is not None:
        return (
            float(case.first("promoters")),
            float(case.first("passives", default=0)),
            float(case.first("detractors", default=0)),
        )
    counts = case.first("counts")
    if counts is not None:
        scores = case.first("scores", default=list(range(11)))
        classes = net_classes(scores)
        answers = np.asarray(counts, dtype=np.float64)
        return class_totals(classes, answers)
    classes = net_classes(case.column("column", "score", "scores", "values", "nps"))
    return class_totals(classes, np.ones(len(classes)))


def class_totals(classes: np.ndarray, amounts: np.ndarray) -> tuple[float, float, float]:
    promoters, passives, detractors = (float(amounts[classes == c].sum()) for c in (1, 0, -1))
    return promoters, passives, detractors


def classes_with_gaps(scores: np.ndarray) -> np.ndarray:
    """Return the class of each row, NaN where the answer is missing."""
    classes = np.full(len(scores), np.nan)
    classes[~np.isnan(scores)] = net_classes(scores)
    return classes


def ordered_counts(counts: Any, order: str | None) -> tuple[float, float, float]:
    """Return promoters, passives and detractors of a list in a stated order, or of a dict."""
    if isinstance(counts, dict):
        return tuple(float(counts[f"{name}s"]) for name in NET_ORDER)  # type: ignore[return-value]  # three names
    places = net_places(order)
    promoters, passives, detractors = (float(counts[place]) for place in places)
    return promoters, passives, detractors


def net_places(order: str | None) -> list[int]:
    """Return where promoters, passives and detractors stand in an order such as "a,b,c"."""
    words = (order or "promoters,passives,detractors").replace("/", ",").lower().split(",")
    return [
        next(place for place, word in enumerate(words) if word.strip().startswith(name[:4]))
        for name in NET_ORDER
    ]


def two_groups(case: Case) -> tuple[np.ndarray, np.ndarray]:
    """Return the values of the first and of the second group, without missing ones."""
    if case.first("group", "by") is not None:
        values = case.column("column", "values", "y")
        group = case.column("group", "by")
        levels = case.first("levels", default=sorted(set(group.tolist())))
        sides = [values[group == type(group.tolist()[0])(level)] for level in levels]
    else:
        sides = [
            column_array(case.first(*names))
            for names in (("x", "a", "first", "group1"), ("y", "b", "second", "group2"))
        ]
    first, second = (side[~np.isnan(side)] for side in sides)
    return first, second


def category_counts(case: Case) -> tuple[np.ndarray, np.ndarray]:
    first, second = two_groups(case)
    categories = np.unique(np.concatenate([first, second]))
    return tuple(  # type: ignore[return-value]  # two groups
        np.array([(side == category).sum() for category in categories]) for side in (first, second)
    )


def sample(values: np.ndarray) -> Sample:
    known = values[~np.isnan(values)]
    n = len(known)
    mean = float(known.mean()) if n else float("nan")
    return Sample(n, mean, float(known.std(ddof=1)) if n > 1 else 0.0)


def top_box(case: Case, column: np.ndarray) -> np.ndarray:
    """Return 1 where a value is in the top box, 0 elsewhere, NaN where it is missing."""
    box = case.first("top_box", "condition")
    if box is None:
        return column
    name = str(case.first("column", "score", "values"))
    chosen = case.rows(f"{name}{box}") if "csv" in case.data else _inside(column, str(box))
    return np.where(np.isnan(column), np.nan, chosen.astype(float))


def _inside(column: np.ndarray, box: str) -> np.ndarray:
    from tests.oracles.cases import chosen_rows

    return chosen_rows({"value": column}, f"value{box}")
