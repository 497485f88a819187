"""Any number of choices among several, each with its stable id."""

from __future__ import annotations

from ressenti.language import Text
from ressenti.surveys.choosing import choice_type

QUESTION_TYPE = choice_type(
    key="multiple_choice",
    name=Text(en="Multiple choice", fr="Choix multiple"),
    description=Text(
        en="Any number of choices of a list, with “other” and its text on request.",
        fr="Autant de choix que l'on veut dans une liste, avec « autre » et son texte si on le "
        "souhaite.",
    ),
    is_multiple=True,
)
