"""Consent: a free choice, neither answer given in advance, kept with its purpose."""

from __future__ import annotations

from ressenti.facts.scales import YES_NO
from ressenti.language import Text
from ressenti.surveys.fields import Field, FieldLevel, Kind
from ressenti.surveys.options import Option, OptionKind, text_of
from ressenti.surveys.question import Question
from ressenti.surveys.question_types import QuestionType

LEVELS = (
    FieldLevel(1.0, "1", Text(en="I agree", fr="J'accepte")),
    FieldLevel(0.0, "0", Text(en="I do not agree", fr="Je n'accepte pas")),
)


def fields(question: Question) -> tuple[Field, ...]:
    purpose = text_of(question, "purpose") or ""
    return (
        Field(
            name=question.id,
            kind=Kind.LEVELS,
            part=purpose,
            scale=YES_NO.key,
            levels=LEVELS,
            feeds_measure=False,
        ),
    )


QUESTION_TYPE = QuestionType(
    key="consent",
    name=Text(en="Consent", fr="Consentement"),
    description=Text(
        en="Asks leave for one purpose, such as to be called back; silence is no consent.",
        fr="Demande un accord pour un usage précis, comme être rappelé ; le silence n'en est pas "
        "un.",
    ),
    own_options=(
        Option(
            key="purpose",
            name=Text(en="purpose, as it is recorded", fr="finalité, telle qu'elle est consignée"),
            kind=OptionKind.IDENTIFIER,
            is_required=True,
        ),
    ),
    fields=fields,
)
