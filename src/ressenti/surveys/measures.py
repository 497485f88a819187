"""Which measures a question may feed: what it asks must be what the indicator reads."""

from __future__ import annotations

from ressenti.errors import UnknownName
from ressenti.facts.scales import Quantity, Scale
from ressenti.indicators import variant_called
from ressenti.language import Text
from ressenti.scores.definitions import Amounts, Answers, Events, Indicator, Variant, Worked
from ressenti.surveys.question import Question
from ressenti.surveys.question_types import QuestionType

# Rated by a reviewer or a visitor on a form, though the catalogue words no question for customers.
RATED_ON_A_FORM = frozenset({"iqs", "mystery_shopping"})


def measure_fault(question: Question, question_type: QuestionType) -> Text | None:
    """Return why a question cannot feed its measure; None when it can, or has none."""
    if question.measure is None:
        return None
    try:
        indicator, variant = variant_called(question.measure)
    except UnknownName as error:
        return error.message
    if question_type.feeds_emotions:
        is_read = isinstance(variant.reads, Events) and variant.reads.fact == "emotions"
    elif question_type.measured_on is None:
        is_read = False
    else:
        is_read = reads(indicator, variant, question_type.measured_on(question))
    if is_read:
        return None
    return Text(
        en="a question of this type and scale cannot feed '{measure}'.",
        fr="une question de ce type et de cette échelle ne peut pas alimenter « {measure} ».",
    ).format(measure=question.measure)


def reads(indicator: Indicator, variant: Variant, scale: Scale | Quantity) -> bool:
    """Tell whether a variant reads answers on a scale.

    An indicator that is worked out as a whole from named inputs, such as employee engagement,
    keeps the answers of its questionnaire under its name whatever their scale.

    Examples
    --------
    >>> from ressenti.facts.scales import ONE_TO_FIVE, ZERO_TO_TEN
    >>> nps, standard = variant_called("nps")
    >>> reads(nps, standard, ZERO_TO_TEN), reads(nps, standard, ONE_TO_FIVE)
    (True, False)
    """
    if isinstance(variant.reads, Answers):
        return variant.form is not None and variant.reads.accepts(scale)
    if isinstance(variant.reads, Amounts):
        return variant.reads.quantity == scale
    is_worked = isinstance(variant.reads, Worked) and not any(
        isinstance(one.reads, Answers) for one in indicator.variants
    )
    return is_worked and (indicator.question is not None or indicator.key in RATED_ON_A_FORM)
