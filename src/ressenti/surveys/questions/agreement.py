"""Agreement: how far somebody agrees with a statement, or with each one of a list."""

from __future__ import annotations

from ressenti.language import Text
from ressenti.surveys.question_types import scale_type

QUESTION_TYPE = scale_type(
    key="agreement",
    name=Text(en="Agreement", fr="Accord"),
    description=Text(
        en="How far the person agrees with a statement; with criteria, with each one of a list.",
        fr="Degré d'accord avec un énoncé ; avec des critères, avec chacun d'une liste.",
    ),
    scales=("agreement-5", "1-7"),
    is_grid=True,
)
