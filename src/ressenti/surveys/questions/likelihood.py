"""Likelihood: how likely somebody is to do something, such as to buy again."""

from __future__ import annotations

from ressenti.language import Text
from ressenti.surveys.question_types import scale_type

QUESTION_TYPE = scale_type(
    key="likelihood",
    name=Text(en="Likelihood", fr="Probabilité"),
    description=Text(
        en="How likely the person is to do something, such as to buy again, in five levels.",
        fr="Probabilité que la personne fasse quelque chose, comme racheter, en cinq niveaux.",
    ),
    scales=("likelihood-5",),
)
