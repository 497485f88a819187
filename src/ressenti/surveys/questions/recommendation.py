"""Recommendation: how likely somebody is to recommend, from 0 to 10."""

from __future__ import annotations

from ressenti.language import Text
from ressenti.surveys.question_types import scale_type

QUESTION_TYPE = scale_type(
    key="recommendation",
    name=Text(en="Recommendation", fr="Recommandation"),
    description=Text(
        en="How likely the person is to recommend you, from 0 to 10; feeds NPS and eNPS.",
        fr="Probabilité que la personne vous recommande, de 0 à 10 ; alimente le NPS et l'eNPS.",
    ),
    scales=("0-10", "1-10"),
)
