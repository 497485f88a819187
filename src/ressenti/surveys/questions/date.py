"""A day."""

from __future__ import annotations

from ressenti.language import Text
from ressenti.surveys.fields import Field, Kind
from ressenti.surveys.options import Option, OptionKind, text_of
from ressenti.surveys.question import Question
from ressenti.surveys.question_types import QuestionType


def fields(question: Question) -> tuple[Field, ...]:
    return (
        Field(
            name=question.id,
            kind=Kind.DATE,
            earliest=text_of(question, "earliest"),
            latest=text_of(question, "latest"),
        ),
    )


QUESTION_TYPE = QuestionType(
    key="date",
    name=Text(en="Date", fr="Date"),
    description=Text(
        en="A day, such as that of the visit.", fr="Un jour, comme celui de la visite."
    ),
    own_options=(
        Option(key="earliest", name=Text(en="earliest", fr="au plus tôt"), kind=OptionKind.DAY),
        Option(key="latest", name=Text(en="latest", fr="au plus tard"), kind=OptionKind.DAY),
    ),
    fields=fields,
)
