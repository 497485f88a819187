"""The oracle methods about models, translated into calls of the product's functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.oracles.cases import Case
from tests.oracles.driver_methods import METHODS as DRIVER_METHODS
from tests.oracles.panel_methods import METHODS as PANEL_METHODS
from tests.oracles.scale_methods import METHODS as SCALE_METHODS
from tests.oracles.stream_methods import METHODS as STREAM_METHODS
from tests.oracles.unit_methods import METHODS as UNIT_METHODS

METHODS: dict[str, Callable[[Case], dict[str, Any]]] = {
    **DRIVER_METHODS,
    **PANEL_METHODS,
    **SCALE_METHODS,
    **STREAM_METHODS,
    **UNIT_METHODS,
}
