"""Small groups stay hidden, and no sum of shown groups gives one away."""

from __future__ import annotations

import numpy as np
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


def follows(wanted: set[str], shown: list[set[str]], told: list[str]) -> bool:
    """Tell whether the sum of some groups is a combination of the sums that are shown."""
    rows = [[float(name in one) for name in told] for one in shown] or [[0.0] * len(told)]
    target = [float(name in wanted) for name in told]
    rank = np.linalg.matrix_rank(np.array(rows))
    return bool(np.linalg.matrix_rank(np.array([*rows, target])) == rank)


@given(
    st.fixed_dictionaries(
        {key: st.integers(0, 12) for key in ("lyon", "nice", "cannes", "lille", "arras")},
        optional={"south": st.integers(0, 7), "": st.integers(0, 7)},
    )
)
def test_no_small_unit_follows_from_all_that_is_shown(sizes: dict[str, int]) -> None:
    from ressenti.server.cockpit.protection import hidden_units

    told = [key for key, n in sizes.items() if n]
    parts = {key: {unit for unit in told if key in TREE.get(unit, ())} for key in TREE}
    hidden = hidden_units(sizes, TREE, floor=FLOOR)
    shown = [own for key, own in parts.items() if own and key not in hidden]
    if sum(sizes.values()) >= FLOOR:
        shown.append(set(told))
    small = [own for own in (*parts.values(), *({unit} for unit in told)) if own]
    for group in small:
        if sum(sizes[unit] for unit in group) < FLOOR:
            assert not follows(group, shown, told)


def test_a_few_answers_without_a_unit_hide_one_shop_and_not_all_of_them() -> None:
    from ressenti.server.cockpit.protection import hidden_units

    sizes = {"": 3, "lyon": 60, "nice": 30, "cannes": 40}
    assert hidden_units(sizes, TREE, floor=FLOOR) == {"", "south", "nice"}


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
    assert hidden == {"", "north", "lille"}
