"""The catalogue: one file an indicator, found by scanning; the file name is the key.

Another distribution adds indicators through the entry point group ``ressenti.indicators``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from ressenti.errors import unknown_name
from ressenti.language import Text
from ressenti.scores.definitions import Indicator, Variant

ENTRY_POINTS = "ressenti.indicators"


@cache
def catalogue() -> Mapping[str, Indicator]:
    """Return every indicator by key, in alphabetical order.

    Examples
    --------
    >>> catalogue()["nps"].default.key
    'standard_0_10'
    """
    from importlib.metadata import entry_points

    own = {
        module.name: import_module(f"{__name__}.{module.name}").INDICATOR
        for module in iter_modules(__path__)
    }
    added = {point.name: point.load() for point in entry_points(group=ENTRY_POINTS)}
    return dict(sorted((added | own).items()))


def indicator_called(key: str) -> Indicator:
    """Return the indicator of that key, loading its own file only.

    Raises
    ------
    UnknownName
        R100, with the nearest keys.

    Examples
    --------
    >>> indicator_called("npss")
    Traceback (most recent call last):
    ...
    ressenti.errors.UnknownName: [R100] no indicator is called 'npss'. Did you mean: nps, enps, nes?
    """
    if key in _own_keys():
        indicator: Indicator = import_module(f"{__name__}.{key}").INDICATOR
        return indicator
    known = catalogue()
    if key not in known:
        raise unknown_name(Text(en="indicator", fr="indicateur"), key, known)
    return known[key]


def variant_called(name: str) -> tuple[Indicator, Variant]:
    """Return the indicator and variant of ``indicator`` or ``indicator/variant``.

    Examples
    --------
    >>> indicator, variant = variant_called("nps/non_standard_1_10")
    >>> variant.scale.key
    '1-10'
    """
    key, _, variant = name.partition("/")
    indicator = indicator_called(key)
    return indicator, indicator.variant(variant or None)


@cache
def _own_keys() -> frozenset[str]:
    return frozenset(module.name for module in iter_modules(__path__))
