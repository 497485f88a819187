"""Satisfaction: one mark, or one for each criterion of a grid."""

from __future__ import annotations

from ressenti.language import Text
from ressenti.surveys.question_types import scale_type

QUESTION_TYPE = scale_type(
    key="satisfaction",
    name=Text(en="Satisfaction", fr="Satisfaction"),
    description=Text(
        en="How satisfied the person is, in words, stars or smileys; with criteria it is a grid.",
        fr="Niveau de satisfaction, en mots, étoiles ou smileys ; avec des critères, une grille.",
    ),
    scales=("1-5", "satisfaction-4", "1-7", "stars-5", "smileys-3", "smileys-5"),
    is_grid=True,
    # The seven levels carry words of agreement.
    ends={
        "1-7": (
            Text(en="very dissatisfied", fr="très insatisfait"),
            Text(en="very satisfied", fr="très satisfait"),
        )
    },
)
