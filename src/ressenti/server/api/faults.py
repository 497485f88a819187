"""Faults: what a model finds wrong with a document, in the words of both languages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ressenti.language import Text
from ressenti.server.intake.problems import FieldError
from ressenti.surveys.words import shortened

OTHERWISE = Text(en="this value is refused.", fr="cette valeur est refusée.")
MESSAGES: Mapping[str, Text] = {
    "missing": Text(en="it is required.", fr="ce champ est obligatoire."),
    "extra_forbidden": Text(en="this key is not known.", fr="cette clé est inconnue."),
    "string_type": Text(en="a text is expected.", fr="il faut ici un texte."),
    "string_too_short": Text(
        en="at least {min_length} characters are expected.",
        fr="il faut au moins {min_length} caractères.",
    ),
    "string_too_long": Text(
        en="at most {max_length} characters are taken.",
        fr="{max_length} caractères au plus sont admis.",
    ),
    "bool_type": Text(en="true or false is expected.", fr="il faut true ou false."),
    "bool_parsing": Text(en="true or false is expected.", fr="il faut true ou false."),
    "int_type": Text(en="a whole number is expected.", fr="il faut ici un nombre entier."),
    "int_parsing": Text(en="a whole number is expected.", fr="il faut ici un nombre entier."),
    "greater_than_equal": Text(en="at least {ge} is expected.", fr="il faut au moins {ge}."),
    "less_than_equal": Text(en="at most {le} is taken.", fr="{le} au plus est admis."),
    "list_type": Text(en="a list is expected.", fr="il faut ici une liste."),
    "too_short": Text(
        en="at least {min_length} are expected.", fr="il en faut au moins {min_length}."
    ),
    "too_long": Text(en="at most {max_length} are taken.", fr="{max_length} au plus sont admis."),
    "dict_type": Text(en="an object is expected.", fr="il faut ici un objet."),
    "model_type": Text(en="an object is expected.", fr="il faut ici un objet."),
    "literal_error": Text(en="it must be {expected}.", fr="il faut {expected}."),
    "enum": Text(en="it must be {expected}.", fr="il faut {expected}."),
    "uuid_parsing": Text(en="a UUID is expected.", fr="il faut ici un UUID."),
    "uuid_type": Text(en="a UUID is expected.", fr="il faut ici un UUID."),
    "date_from_datetime_parsing": Text(
        en="a day such as 2026-11-22 is expected.", fr="il faut un jour tel que 2026-11-22."
    ),
    "date_parsing": Text(
        en="a day such as 2026-11-22 is expected.", fr="il faut un jour tel que 2026-11-22."
    ),
    "string_pattern_mismatch": Text(
        en="it must match {pattern}.", fr="la valeur doit suivre le motif {pattern}."
    ),
    "unstorable": Text(
        en="it holds a character that cannot be kept.",
        fr="le texte contient un caractère qui ne peut pas être conservé.",
    ),
}
SOURCES = frozenset({"body", "query", "path", "header", "form", "file"})


def field_errors(faults: Iterable[Mapping[str, Any]]) -> Iterator[FieldError]:
    """Yield what pydantic found, field by field.

    Examples
    --------
    >>> fault = {"type": "too_long", "loc": ("body", "rows"), "ctx": {"max_length": 3}}
    >>> [(error.field, error.message.fr) for error in field_errors([fault])]
    [('rows', '3 au plus sont admis.')]
    """
    for fault in faults:
        message = MESSAGES.get(fault["type"], OTHERWISE)
        context = {name: str(value) for name, value in (fault.get("ctx") or {}).items()}
        # French quotes its « or » as it is: the values of a closed list are code.
        yield FieldError(field_name(fault["loc"]), message.format(**context))


def field_name(place: tuple[Any, ...]) -> str:
    """Return how a program calls the place of a fault.

    Examples
    --------
    >>> field_name(("body", "customers", 2, "email")), field_name(())
    ('customers.2.email', 'body')
    """
    parts = [str(part) for part in place]
    if len(parts) > 1 and parts[0] in SOURCES:
        parts = parts[1:]
    return shortened(".".join(parts)) or "body"
