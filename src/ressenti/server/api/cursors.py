"""Cursors: where a list goes on, by the place of the last row and not by its number.

What is added meanwhile neither moves a page nor is told twice.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from ressenti.language import Text
from ressenti.server.intake.sent_responses import wrong_field
from ressenti.surveys.words import is_storable

USUAL_LENGTH, LONGEST_PAGE = 100, 500
LONGEST_CURSOR = 400

Limit = Annotated[int, Field(ge=1, le=LONGEST_PAGE, description="How many at most.")]
Cursor = Annotated[
    str,
    Field(max_length=LONGEST_CURSOR, description="The `next` of the page before, as it came."),
]


def cursor_after(place: Sequence[str]) -> str:
    """Return the cursor that goes on after a place.

    Examples
    --------
    >>> place_of(cursor_after(["2026-11-22", "b"]), parts=2)
    ('2026-11-22', 'b')
    """
    return urlsafe_b64encode(json.dumps(list(place)).encode()).decode().rstrip("=")


def place_of(cursor: str, *, parts: int) -> tuple[str, ...] | None:
    """Return the place after which a cursor goes on; None for the empty cursor, the beginning.

    Raises
    ------
    Problem
        422, for what is no cursor of such a list.
    """
    if not cursor:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        place = json.loads(urlsafe_b64decode(padded.encode("ascii")))
    except (ValueError, RecursionError):
        place = None
    is_ours = isinstance(place, list) and len(place) == parts
    if not is_ours or not all(isinstance(part, str) and is_storable(part) for part in place):
        raise wrong_cursor()
    return tuple(place)


def wrong_cursor() -> Exception:
    """Return the refusal of a cursor that no page gave."""
    message = Text(
        en="send the cursor that the page before gave.",
        fr="envoyez le curseur que la page précédente a donné.",
    )
    return wrong_field("cursor", message)
