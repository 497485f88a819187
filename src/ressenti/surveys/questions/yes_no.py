"""Yes or no, such as whether a request was resolved."""

from __future__ import annotations

from ressenti.language import Text
from ressenti.surveys.question_types import scale_type

QUESTION_TYPE = scale_type(
    key="yes_no",
    name=Text(en="Yes or no", fr="Oui ou non"),
    description=Text(
        en="Whether something is so, such as a request resolved at the first contact; with "
        "criteria, a check list.",
        fr="Si une chose est vraie, comme une demande résolue au premier contact ; avec des "
        "critères, une liste de contrôle.",
    ),
    scales=("yes-no",),
    is_grid=True,
)
