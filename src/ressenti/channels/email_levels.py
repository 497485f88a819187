"""The levels of a survey's question as links of a message."""

from __future__ import annotations

from collections.abc import Callable

from ressenti.channels.email_invitation import LevelLink
from ressenti.language import Language
from ressenti.surveys.fields import Field, FieldLevel


def level_links(
    field: Field, language: Language, url_of: Callable[[FieldLevel], str]
) -> tuple[tuple[LevelLink, ...], tuple[str, str] | None]:
    """Return one link a level, and the words of both ends where the levels are read as numbers.

    Parameters
    ----------
    url_of : callable of a FieldLevel
        Where a level leads: the survey's link with the proof of that answer.

    Returns
    -------
    tuple of LevelLink, and tuple of two str or None
        None when every level has words of its own.
    """
    between = field.levels[1:-1]
    has_numbers = bool(between) and all(level.label.to(language) == level.code for level in between)
    links = tuple(
        LevelLink(
            label=level.code if has_numbers else level.label.to(language),
            url=url_of(level),
            level=level.value,
        )
        for level in field.levels
    )
    if not has_numbers:
        return links, None
    low, high = (level.label.to(language) for level in (field.levels[0], field.levels[-1]))
    return links, (low, high)
