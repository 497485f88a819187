"""A number: a count, a delay, an amount."""

from __future__ import annotations

from ressenti.facts.scales import NUMBER
from ressenti.language import Text
from ressenti.surveys.fields import Field, Kind
from ressenti.surveys.options import Option, OptionKind, number_of, whole_of
from ressenti.surveys.question import Question
from ressenti.surveys.question_types import QuestionType

MOST_DECIMALS = 6


def fields(question: Question) -> tuple[Field, ...]:
    return (
        Field(
            name=question.id,
            kind=Kind.NUMBER,
            scale=NUMBER.key,
            minimum=number_of(question, "minimum"),
            maximum=number_of(question, "maximum"),
            decimals=whole_of(question, "decimals", 0),
        ),
    )


QUESTION_TYPE = QuestionType(
    key="number",
    name=Text(en="Number", fr="Nombre"),
    description=Text(
        en="A count, a delay or an amount, within limits.",
        fr="Un nombre, un délai ou un montant, entre des limites.",
    ),
    own_options=(
        Option(key="minimum", name=Text(en="smallest", fr="minimum"), kind=OptionKind.NUMBER),
        Option(key="maximum", name=Text(en="largest", fr="maximum"), kind=OptionKind.NUMBER),
        Option(
            key="decimals",
            name=Text(en="digits after the point", fr="chiffres après la virgule"),
            kind=OptionKind.WHOLE,
            high=MOST_DECIMALS,
        ),
    ),
    fields=fields,
    measured_on=lambda _: NUMBER,
)
