"""The web widget: what its script is told of a survey, one step at a time.

The script draws what it is told and decides nothing: the rules of a questionnaire are run here,
and each answer is checked again when it arrives.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from ressenti.language import Language
from ressenti.surveys.fields import Field
from ressenti.surveys.logic import answer_texts, piped, shown_questions
from ressenti.surveys.question import AnswerValue, Question
from ressenti.surveys.questionnaire import Questionnaire
from ressenti.surveys.words import Words, words_in

FORMAT = "ressenti.widget/1"
# What a field tells the script besides its words.
LIMITS = (
    "not_concerned",
    "is_multiple",
    "is_optional",
    "is_one_word",
    "max_length",
    "minimum",
    "maximum",
    "earliest",
    "latest",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Triggers:
    """When the widget opens by itself: at the first of these that happens.

    Parameters
    ----------
    delay_s : float or None
        Seconds after the page has loaded.
    scroll_share : float or None
        Share of the page scrolled through, 0 to 1.
    exit_intent : bool
        The pointer leaves the page by its top.
    click : str or None
        CSS selector of what opens it when clicked, however recently the visitor was asked.
    """

    delay_s: float | None = None
    scroll_share: float | None = None
    exit_intent: bool = False
    click: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WidgetSettings:
    """What an organisation has set for a widget.

    Parameters
    ----------
    consent : Words or None
        Asked before anything is stored; None where nothing is asked.
    """

    consent: Words | None = None
    triggers: Triggers = field(default_factory=Triggers)
    attributes: tuple[str, ...] = ()
    quarantine_days: int = 90


@dataclass(frozen=True, slots=True)
class Step:
    """The questions put to a respondent together; the last one when none can follow."""

    page: str
    questions: tuple[str, ...]
    is_last: bool


def next_step(
    questionnaire: Questionnaire, answers: Sequence[AnswerValue], covered: Collection[str]
) -> Step | None:
    """Return what is asked next: what the first unfinished page shows and was not put before.

    A question that an answer of its own page reveals makes a step of its own.

    Parameters
    ----------
    answers : sequence of AnswerValue
        Given so far.
    covered : collection of str
        The questions put to the respondent so far, answered or not.

    Returns
    -------
    Step or None
        None when nothing is left to ask.
    """
    shown = {name for name in shown_questions(questionnaire, answers) if name not in covered}
    for page in questionnaire.pages:
        names = tuple(name for name in page.questions if name in shown)
        if names:
            # A rule looks back only: what stands before this step and is hidden stays hidden.
            order = [question.id for _, question in questionnaire.in_order()]
            after = set(order[order.index(names[0]) :])
            return Step(page.id, names, is_last=after <= {*covered, *names})
    return None


def widget_document(
    questionnaire: Questionnaire,
    settings: WidgetSettings,
    language: Language,
    *,
    reason: str | None,
    contact: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return what the script fetches when a page loads.

    Parameters
    ----------
    reason : str or None
        Why the visitor is not asked, such as ``quarantine`` or ``sample``; None when he is. Who
        opens the widget himself is asked all the same.
    contact : mapping, optional
        What may be shown of a known contact, by name.
    """
    default = questionnaire.default_language
    step = next_step(questionnaire, (), ())
    return {
        "format": FORMAT,
        "language": language,
        "is_asked": reason is None,
        "reason": reason,
        "triggers": asdict(settings.triggers),
        "attributes": list(settings.attributes),
        "quarantine_days": settings.quarantine_days,
        "title": words_in(questionnaire.title, language, default),
        "introduction": _words(questionnaire.introduction, language, default),
        "thanks": _words(questionnaire.thanks, language, default),
        "consent": _words(settings.consent, language, default),
        "page": step and step_document(questionnaire, step, language, contact=contact),
    }


def step_document(
    questionnaire: Questionnaire,
    step: Step,
    language: Language,
    *,
    answers: Sequence[AnswerValue] = (),
    contact: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return a step as the script draws it, its placeholders filled with plain text."""
    default = questionnaire.default_language
    texts = answer_texts(questionnaire, answers, language)

    def filled(words: Words | None) -> str | None:
        if words is None:
            return None
        return piped(words, texts, contact or {}, language, default=default)

    def document(question: Question) -> dict[str, Any]:
        fields = [field_document(one, language, default) for one in question.fields]
        return {
            "id": question.id,
            "label": filled(question.label),
            "help": filled(question.help),
            "required": question.required,
            "fields": fields,
        }

    questions = [document(questionnaire.by_id[name]) for name in step.questions]
    return {"id": step.page, "is_last": step.is_last, "questions": questions}


def field_document(asked: Field, language: Language, default: Language) -> dict[str, Any]:
    """Return a field in one language: what it takes, its words, and its limits where it has any."""
    document: dict[str, Any] = {
        "name": asked.name,
        "kind": asked.kind.value,
        "label": _words(asked.label, language, default),
        "aspect": asked.aspect and asked.aspect.to(language),
    }
    if asked.levels:
        document["levels"] = [
            {"value": level.value, "label": level.label.to(language)} for level in asked.levels
        ]
    if asked.choices:
        document["choices"] = [
            {"id": choice.id, "label": words_in(choice.label, language, default)}
            for choice in asked.choices
        ]
    limits = {name: getattr(asked, name) for name in LIMITS}
    return document | {name: limit for name, limit in limits.items() if limit not in (None, False)}


def _words(words: Words | None, language: Language, default: Language) -> str | None:
    return None if words is None else words_in(words, language, default)
