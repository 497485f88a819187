"""Protection: which groups must stay hidden so that no difference of two pages tells on anybody.

A value of a dimension is hidden when its group is small, or when showing it beside its siblings
would give a small one away by subtraction; units protect each other at every branch of the tree.
"""

from __future__ import annotations

from collections.abc import Mapping

from ressenti.tallies.suppression import hidden_groups

NOT_TOLD = ""
TOP = "/"
DIRECT = "/"


def hidden_values(groups: Mapping[str, float], *, floor: int) -> frozenset[str]:
    """Return the values of a dimension that must be hidden, siblings that protect them included.

    Examples
    --------
    >>> sorted(hidden_values({"qr": 3, "link": 40, "email": 12}, floor=5))
    ['email', 'qr']
    """
    names = list(groups)
    small, complements = hidden_groups(
        [groups[name] for name in names], [TOP] * len(names), floor=floor
    )
    return frozenset(
        name for name, is_hidden in zip(names, small | complements, strict=True) if is_hidden
    )


def hidden_units(
    groups: Mapping[str, float], lineages: Mapping[str, tuple[str, ...]], *, floor: int
) -> frozenset[str]:
    """Return the units that must be hidden, each standing for everything below it.

    Parameters
    ----------
    groups : mapping of key to answers
        Answers told of each unit itself, not of those below.
    lineages : mapping of key to keys
        From the top down to the unit itself.

    Returns
    -------
    frozenset of str
        Keys; ``key/`` stands for what was answered about a unit itself while it has units below.

    Examples
    --------
    >>> tree = {"south": ("south",), "lyon": ("south", "lyon"), "nice": ("south", "nice")}
    >>> sorted(hidden_units({"lyon": 60, "nice": 2}, tree, floor=5))
    ['lyon', 'nice']
    """
    totals = dict.fromkeys(lineages, 0.0)
    for key, line in lineages.items():
        for above in line:
            totals[above] += groups.get(key, 0)
    families: dict[str, dict[str, float]] = {TOP: {NOT_TOLD: 0.0}}
    for key, line in sorted(lineages.items(), key=lambda item: len(item[1])):
        above = line[-2] if len(line) > 1 else TOP
        families.setdefault(above, {f"{above}{DIRECT}": groups.get(above, 0)})[key] = totals[key]
    families[TOP][NOT_TOLD] = sum(n for key, n in groups.items() if key not in lineages)
    hidden: set[str] = set()
    for above, family in families.items():
        own = hidden_values(family, floor=floor)
        told = [name for name, n in family.items() if n > 0]
        if above in hidden and not own and told:
            # The parts of what is hidden must not add up to it.
            own = frozenset({min(told, key=lambda name: family[name])})
        hidden |= own
    return frozenset(hidden)


def entry_of_unit(key: str, lineages: Mapping[str, tuple[str, ...]]) -> str:
    """Return what hides the answers told of a unit itself."""
    has_parts = any(key in line[:-1] for line in lineages.values())
    return f"{key}{DIRECT}" if has_parts else key
