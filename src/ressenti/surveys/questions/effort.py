"""Effort: how hard or how easy something was, in the words of each Customer Effort Score."""

from __future__ import annotations

from ressenti.language import Text
from ressenti.surveys.question_types import scale_type

QUESTION_TYPE = scale_type(
    key="effort",
    name=Text(en="Effort", fr="Effort"),
    description=Text(
        en="How easy or hard it was; the scale says which end is good, so word the question "
        "accordingly.",
        fr="Facilité ou effort ressenti ; l'échelle dit quel bout est le bon, formulez la "
        "question en conséquence.",
    ),
    scales=("1-7", "effort-5", "effort-7", "easy-7"),
)
