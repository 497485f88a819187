"""The oracle methods about surveys, translated into calls of the product's functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.oracles import comparison_methods, figure_methods, people_methods, weighting_methods
from tests.oracles.cases import Case

METHODS: dict[str, Callable[[Case], dict[str, Any]]] = {
    **figure_methods.METHODS,
    **comparison_methods.METHODS,
    **weighting_methods.METHODS,
    **people_methods.METHODS,
}
