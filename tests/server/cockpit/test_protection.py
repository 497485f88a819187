"""Small groups stay hidden, and no sum of shown groups gives one away."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.usefixtures("server_database")

TREE = {
    "south": ("south",),
    "lyon": ("south", "lyon"),
    "nice": ("south", "nice"),
    "cannes": ("south", "cannes"),
    "north": ("north",),
    "lille": ("north", "lille"),
    "arras": ("north", "arras"),
}
FLOOR = 5


def shown_by_subtraction(hidden: frozenset[str], totals: dict[str, float]) -> set[str]:
    """Return the children that follow from a shown parent and its other shown children."""
    told = set()
    for parent in (None, "south", "north"):
        children = [
            key for key, line in TREE.items() if (line[-2] if len(line) > 1 else None) == parent
        ]
        above = totals["south"] + totals["north"] if parent is None else totals[parent]
        if parent in hidden or above < FLOOR:
            continue
        unknown = [key for key in children if key in hidden and totals[key]]
        if len(unknown) == 1:
            told.add(unknown[0])
    return told


@given(
    st.fixed_dictionaries(
        {key: st.integers(0, 12) for key in ("lyon", "nice", "cannes", "lille", "arras")}
    )
)
def test_no_unit_follows_from_what_is_shown_above_and_beside_it(sizes: dict[str, int]) -> None:
    from ressenti.server.cockpit.protection import hidden_units

    totals = {key: float(sum(n for unit, n in sizes.items() if key in TREE[unit])) for key in TREE}
    hidden = hidden_units(sizes, TREE, floor=FLOOR)
    assert all(key in hidden for key, n in totals.items() if 0 < n < FLOOR)
    assert all(totals[key] >= FLOOR for key in shown_by_subtraction(hidden, totals))


def test_a_shop_beside_a_small_one_is_hidden_with_it() -> None:
    from ressenti.server.cockpit.protection import hidden_units

    hidden = hidden_units({"lyon": 60, "nice": 2, "lille": 30, "arras": 30}, TREE, floor=FLOOR)
    assert hidden == {"lyon", "nice"}


def test_answers_told_of_a_region_itself_are_a_group_of_it() -> None:
    from ressenti.server.cockpit.protection import hidden_units

    hidden = hidden_units({"south": 2, "lyon": 60, "nice": 30}, TREE, floor=FLOOR)
    assert hidden == {"south/", "nice"}


def test_answers_without_a_unit_are_a_group_beside_the_regions() -> None:
    from ressenti.server.cockpit.protection import hidden_units

    hidden = hidden_units({"": 3, "lyon": 60, "lille": 30}, TREE, floor=FLOOR)
    assert {"", "north", "lille"} <= hidden
    assert "south" not in hidden
