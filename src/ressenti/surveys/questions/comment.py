"""An open comment, in the customer's words."""

from __future__ import annotations

from ressenti.language import Text
from ressenti.surveys.fields import Field, Kind
from ressenti.surveys.options import Option, OptionKind, whole_of
from ressenti.surveys.question import Question
from ressenti.surveys.question_types import QuestionType

USUAL_LENGTH = 4000
LONGEST = 10_000


def fields(question: Question) -> tuple[Field, ...]:
    longest = whole_of(question, "max_length", USUAL_LENGTH)
    return (Field(name=question.id, kind=Kind.TEXT, max_length=longest),)


QUESTION_TYPE = QuestionType(
    key="comment",
    name=Text(en="Comment", fr="Commentaire"),
    description=Text(
        en="Open words; ask them neutrally, and before the marks when feelings are the subject.",
        fr="Expression libre ; posez-la de façon neutre, et avant les notes quand on s'intéresse "
        "aux émotions.",
    ),
    own_options=(
        Option(
            key="max_length",
            name=Text(en="most characters", fr="nombre maximal de caractères"),
            kind=OptionKind.WHOLE,
            low=1,
            high=LONGEST,
        ),
    ),
    fields=fields,
    feeds_emotions=True,
)
