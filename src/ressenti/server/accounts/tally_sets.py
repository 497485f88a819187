"""The sets of dimensions by which an organisation's tallies are kept, read from what people type.

One set a line, its names between commas. The set of no dimension, the whole, is always kept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ressenti.errors import InvalidArgument
from ressenti.language import Text

DIMENSIONS = ("unit", "touchpoint", "channel", "language", "survey")
MOST_SETS = 12
MOST_NAMES = 4
MOST_SEGMENTS = 20
SEGMENT = re.compile(r"[a-z][a-z0-9_]{0,39}")


def segments_of(text: str) -> list[str]:
    r"""Return the names of further dimensions, one a line.

    Raises
    ------
    InvalidArgument
        When a name could not name a column, names one of ours, or there are too many.

    Examples
    --------
    >>> segments_of("plan\n\nage_group")
    ['plan', 'age_group']
    """
    names = lines_of(text)
    for name in names:
        if SEGMENT.fullmatch(name) is None or name in DIMENSIONS:
            raise InvalidArgument(
                Text(
                    en="'{name}' cannot name a segment: small letters without accents, digits and "
                    "_, and none of {taken}.",
                    fr="« {name} » ne peut pas nommer un segment : minuscules sans accent, "
                    "chiffres et _, et aucun de {taken}.",
                ).format(name=name, taken=", ".join(DIMENSIONS))
            )
    if len(names) > MOST_SEGMENTS:
        raise InvalidArgument(
            Text(
                en="{n} segments are too many: {most} at most.",
                fr="{n} segments, c'est trop : {most} au plus.",
            ).format(n=len(names), most=MOST_SEGMENTS)
        )
    return names


def tally_sets_of(text: str, segments: Sequence[str]) -> list[list[str]]:
    r"""Return the sets of dimensions, the whole first, each once.

    Parameters
    ----------
    segments
        The further dimensions that the organisation declares.

    Raises
    ------
    InvalidArgument
        When a name is no dimension, or there are too many sets or names.

    Examples
    --------
    >>> tally_sets_of("unit\nunit, plan", ["plan"])
    [[], ['unit'], ['unit', 'plan']]
    """
    known = (*DIMENSIONS, *segments)
    sets: list[list[str]] = [[]]
    for line in lines_of(text):
        names = [name.strip() for name in line.split(",")]
        unknown = next((name for name in names if name not in known), None)
        if unknown is not None:
            raise InvalidArgument(
                Text(
                    en="'{name}' is no dimension. There are {known}.",
                    fr="« {name} » n'est pas une dimension. Il y a {known}.",
                ).format(name=unknown, known=", ".join(known))
            )
        ordered = sorted(set(names), key=known.index)
        if len(ordered) > MOST_NAMES:
            raise _too_many(line)
        if ordered not in sets:
            sets.append(ordered)
    if len(sets) > MOST_SETS:
        raise _too_many(f"{len(sets)}")
    return sets


def text_of(tally_sets: Sequence[Sequence[str]]) -> str:
    r"""Return sets as people type them.

    Examples
    --------
    >>> text_of([[], ["unit"], ["unit", "plan"]])
    'unit\nunit, plan'
    """
    return "\n".join(", ".join(names) for names in tally_sets if names)


def lines_of(text: str) -> list[str]:
    """Return the lines that say something, each once."""
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def _too_many(told: str) -> InvalidArgument:
    return InvalidArgument(
        Text(
            en="'{told}' is too many: at most {sets} sets, the whole included, of {names} "
            "dimensions each.",
            fr="« {told} », c'est trop : au plus {sets} ensembles, le tout compris, de {names} "
            "dimensions chacun.",
        ).format(told=told, sets=MOST_SETS, names=MOST_NAMES)
    )
