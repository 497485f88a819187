"""An emotion in one word."""

from __future__ import annotations

from ressenti.language import Text
from ressenti.surveys.fields import Field, Kind
from ressenti.surveys.question import Question
from ressenti.surveys.question_types import QuestionType

LONGEST_WORD = 40


def fields(question: Question) -> tuple[Field, ...]:
    return (Field(name=question.id, kind=Kind.TEXT, max_length=LONGEST_WORD, is_one_word=True),)


QUESTION_TYPE = QuestionType(
    key="emotion_word",
    name=Text(en="Emotion in one word", fr="Émotion en un mot"),
    description=Text(
        en="One word for what was felt; feeds the Net Emotion Score.",
        fr="Un mot pour ce qui a été ressenti ; alimente le score net d'émotion.",
    ),
    fields=fields,
    feeds_emotions=True,
)
