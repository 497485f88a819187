"""Keys made from names: what addresses and tallies are called by, and never changes."""

from __future__ import annotations

from django.db.models import Model, QuerySet
from django.utils.text import slugify

LONGEST = 50


def free_key(name: str, rows: QuerySet[Model], *, otherwise: str) -> str:
    """Return a key that resembles a name and that none of the rows has.

    Parameters
    ----------
    rows
        The rows among which keys are unique, by their field ``key``.
    otherwise
        The key of a name without any letter that an address could hold.
    """
    wanted = slugify(name)[:LONGEST].strip("-") or otherwise
    taken = set(rows.filter(key__startswith=wanted).values_list("key", flat=True))
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return next(key for key in (wanted, *numbered) if key not in taken)
