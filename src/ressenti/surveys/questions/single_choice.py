"""One choice among several, each with its stable id."""

from __future__ import annotations

from ressenti.language import Text
from ressenti.surveys.choosing import choice_type

QUESTION_TYPE = choice_type(
    key="single_choice",
    name=Text(en="Single choice", fr="Choix unique"),
    description=Text(
        en="One choice of a list, with “other” and its text on request.",
        fr="Un choix dans une liste, avec « autre » et son texte si on le souhaite.",
    ),
    is_multiple=False,
)
