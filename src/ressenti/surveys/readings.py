"""Reading what a form or a JSON object gives for a field: on the scale as offered, or refused.

A form gives the code of a level as a text, JSON gives the number; nothing else is coerced.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from ressenti.language import Text
from ressenti.surveys.document_reading import shown
from ressenti.surveys.fields import NOT_CONCERNED, Field, Kind
from ressenti.surveys.question import AnswerValue, Fault, Question, Reading, answer_value
from ressenti.surveys.words import is_storable, shortened, text_of_words

PLAIN_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,10})?")
PLAIN_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Found = tuple[AnswerValue, ...] | Text


def is_blank(raw: object) -> bool:
    """Tell whether nothing was given: null, an empty text, a text of blanks, an empty list.

    Examples
    --------
    >>> is_blank(None), is_blank("  "), is_blank([]), is_blank(0), is_blank(False)
    (True, True, True, False, False)
    """
    if isinstance(raw, str):
        return not raw.strip()
    return raw is None or (isinstance(raw, list | tuple) and not raw)


def day_in(raw: object) -> str | None:
    """Return a day written as ISO 8601 that exists, else None.

    Examples
    --------
    >>> day_in("2026-02-28"), day_in("2026-02-30"), day_in("20260228")
    ('2026-02-28', None, None)
    """
    if not isinstance(raw, str) or not PLAIN_DAY.fullmatch(raw):
        return None
    try:
        date.fromisoformat(raw)
    except ValueError:
        return None
    return raw


def read_each(question: Question, given: Mapping[str, object]) -> Reading:
    """Return what was given for each field of a question."""
    values: list[AnswerValue] = []
    faults: list[Fault] = []
    for field in question.fields:
        raw = given.get(field.name)
        if is_blank(raw):
            continue
        found = READERS[field.kind](question, field, raw)
        if isinstance(found, Text):
            faults.append(refusal(question, field, found))
        else:
            values.extend(found)
    return Reading(tuple(values), tuple(faults))


def refusal(question: Question, field: Field, reason: Text) -> Fault:
    """Return a fault that names the question, and its line in a grid, by their labels."""
    words = text_of_words(question.label)
    label = Text(en=shortened(words.en), fr=shortened(words.fr))
    if field.label is not None:
        line = text_of_words(field.label)
        label = Text(
            en=f"{label.en} – {shortened(line.en)}", fr=f"{label.fr} – {shortened(line.fr)}"
        )
    message = Text(en="“{label}”: {reason}", fr="« {label} » : {reason}")
    return Fault(field.name, message.format(label=label, reason=reason))


def _level(question: Question, field: Field, raw: object) -> Found:
    if field.not_concerned and raw == NOT_CONCERNED:
        return (answer_value(question, field, choice=NOT_CONCERNED, is_missing=True),)
    if isinstance(raw, str | int | float) and not isinstance(raw, bool):
        level = field.level_of.get(raw)
        if level is not None:
            return (answer_value(question, field, level=level.value),)
    return Text(
        en="{shown} is not one of the answers offered.",
        fr="{shown} ne fait pas partie des réponses proposées.",
    ).format(shown=shown(raw))


def _choices(question: Question, field: Field, raw: object) -> Found:
    # A form with one box ticked gives its id alone.
    taken = raw if isinstance(raw, list | tuple) and field.is_multiple else (raw,)
    known = {choice.id for choice in field.choices}
    for one in taken:
        if not isinstance(one, str) or one not in known:
            return Text(
                en="{shown} is not one of the choices offered.",
                fr="{shown} ne fait pas partie des choix proposés.",
            ).format(shown=shown(one))
    if len(set(taken)) < len(taken):
        return Text(en="a choice is given twice.", fr="un choix est donné deux fois.")
    return tuple(
        answer_value(question, field, part=one if field.is_multiple else "", choice=one)
        for one in taken
    )


def _text(question: Question, field: Field, raw: object) -> Found:
    if not isinstance(raw, str):
        return Text(en="{shown} is no text.", fr="{shown} n'est pas un texte.").format(
            shown=shown(raw)
        )
    # A form sends two characters for a line break that the page counted as one.
    text = raw.replace("\r\n", "\n").strip()
    if field.max_length is not None and len(text) > field.max_length:
        return Text(
            en="{length} characters are too many; the most is {most}.",
            fr="{length} caractères, c'est trop ; le maximum est de {most}.",
        ).format(length=len(text), most=field.max_length)
    if not is_storable(text):
        return Text(
            en="it holds a character that cannot be kept.",
            fr="le texte contient un caractère qui ne peut pas être conservé.",
        )
    if field.is_one_word and len(text.split()) > 1:
        return Text(en="one word, please.", fr="un seul mot, s'il vous plaît.")
    return (answer_value(question, field, text=text),)


def _number(question: Question, field: Field, raw: object) -> Found:
    number = _plain_number(raw)
    if number is None:
        return Text(en="{shown} is no number.", fr="{shown} n'est pas un nombre.").format(
            shown=shown(raw)
        )
    low, high = field.minimum, field.maximum
    if (low is not None and number < low) or (high is not None and number > high):
        return Text(
            en="{shown} is not within the limits.", fr="{shown} est hors des limites."
        ).format(shown=shown(raw))
    if field.decimals is not None and round(number, field.decimals) != number:
        return Text(
            en="no more than {decimals} digits after the point.",
            fr="pas plus de {decimals} chiffres après la virgule.",
        ).format(decimals=field.decimals)
    return (answer_value(question, field, level=number),)


def _plain_number(raw: object) -> float | None:
    if isinstance(raw, str):
        return float(raw) if PLAIN_NUMBER.fullmatch(raw) else None
    if isinstance(raw, bool) or not isinstance(raw, int | float) or abs(raw) >= 1e15:
        return None
    return None if math.isnan(raw) else float(raw)


def _date(question: Question, field: Field, raw: object) -> Found:
    day = day_in(raw)
    if day is None:
        return Text(
            en="{shown} is no day such as 2026-12-31.",
            fr="{shown} n'est pas un jour tel que 2026-12-31.",
        ).format(shown=shown(raw))
    if (field.earliest or day) <= day <= (field.latest or day):
        return (answer_value(question, field, level=day),)
    return Text(en="{shown} is not within the limits.", fr="{shown} est hors des limites.").format(
        shown=shown(raw)
    )


READERS: Mapping[Kind, Callable[[Question, Field, object], Found]] = {
    Kind.LEVELS: _level,
    Kind.CHOICES: _choices,
    Kind.TEXT: _text,
    Kind.NUMBER: _number,
    Kind.DATE: _date,
}
