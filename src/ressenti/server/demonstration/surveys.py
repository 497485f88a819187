"""The surveys of the simulated company, in the words of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ressenti.language import Text
from ressenti.simulation import COMPANY_NAME
from ressenti.surveys.templates import templates


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedSurvey:
    """A survey of the company: what it is called, where in the journey it asks, and what."""

    key: str
    name: Text
    touchpoint: str
    questions: tuple[str, ...]
    audience: str = "customer"
    mode: str = "transactional"


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedQuestion:
    """A question of those surveys: its type, the measure it feeds and the tallies it goes to."""

    type: str
    label: Text
    measure: str | None = None
    tally: str = ""
    scale: str = ""


def _wording(template: str) -> Text:
    """Return the words of the first question of a template."""
    first = templates(organisation=COMPANY_NAME)[template].questionnaire.questions[0]
    return Text(en=first.label["en"], fr=first.label["fr"])


QUESTIONS: Mapping[str, SimulatedQuestion] = {
    "recommend": SimulatedQuestion(
        type="recommendation",
        label=_wording("nps"),
        measure="nps",
        tally="nps@0-10",
        scale="0-10",
    ),
    "satisfaction": SimulatedQuestion(
        type="satisfaction",
        label=_wording("csat"),
        measure="csat",
        tally="csat@1-5",
        scale="1-5",
    ),
    "ease": SimulatedQuestion(
        type="effort",
        label=_wording("ces"),
        measure="ces",
        tally="ces@1-7",
        scale="1-7",
    ),
    "resolved": SimulatedQuestion(
        type="yes_no",
        label=_wording("fcr"),
        measure="fcr/survey_yes_share",
        tally="fcr@yes-no",
        scale="yes-no",
    ),
    "recommend_employer": SimulatedQuestion(
        type="recommendation",
        label=_wording("enps"),
        measure="enps",
        tally="enps@0-10",
        scale="0-10",
    ),
    "job": SimulatedQuestion(
        type="satisfaction",
        label=_wording("employee_satisfaction"),
        measure="employee_satisfaction",
        tally="employee_satisfaction@1-5",
        scale="1-5",
    ),
    "comment": SimulatedQuestion(
        type="comment",
        label=Text(
            en="In a few words, what is the main reason?",
            fr="En quelques mots, quelle en est la raison principale ?",
        ),
    ),
}
SURVEYS: tuple[SimulatedSurvey, ...] = (
    SimulatedSurvey(
        key="visit",
        name=Text(en="Visit to the site", fr="Visite du site"),
        touchpoint="discover",
        questions=("satisfaction", "ease", "comment"),
        audience="visitor",
    ),
    SimulatedSurvey(
        key="purchase",
        name=Text(en="After a purchase", fr="Après l'achat"),
        touchpoint="buy",
        questions=("recommend", "satisfaction", "comment"),
    ),
    SimulatedSurvey(
        key="delivery",
        name=Text(en="After the delivery", fr="Après la livraison"),
        touchpoint="deliver",
        questions=("recommend", "satisfaction", "comment"),
    ),
    SimulatedSurvey(
        key="onboarding",
        name=Text(en="First steps", fr="Prise en main"),
        touchpoint="start",
        questions=("satisfaction", "ease", "comment"),
    ),
    SimulatedSurvey(
        key="barometer",
        name=Text(en="Customer barometer", fr="Baromètre client"),
        touchpoint="use",
        questions=("recommend", "satisfaction", "comment"),
        mode="relational",
    ),
    SimulatedSurvey(
        key="desk",
        name=Text(en="After a contact", fr="Après un contact"),
        touchpoint="support",
        questions=("recommend", "satisfaction", "resolved", "ease", "comment"),
    ),
    SimulatedSurvey(
        key="renewal",
        name=Text(en="At the renewal", fr="Au renouvellement"),
        touchpoint="renew",
        questions=("recommend", "satisfaction", "comment"),
        mode="relational",
    ),
    SimulatedSurvey(
        key="staff_pulse",
        name=Text(en="Staff pulse", fr="Baromètre interne"),
        touchpoint="",
        questions=("recommend_employer", "job", "comment"),
        audience="employee",
        mode="relational",
    ),
)


def questionnaire_document(survey: SimulatedSurvey) -> dict[str, Any]:
    """Return the questionnaire of a survey as the document that the server stores.

    Examples
    --------
    >>> [question["id"] for question in questionnaire_document(SURVEYS[1])["questions"]]
    ['recommend', 'satisfaction', 'comment']
    """
    return {
        "format": "ressenti.questionnaire/1",
        "title": _words(survey.name),
        "languages": ["fr", "en"],
        "introduction": None,
        "thanks": _words(
            Text(
                en="Thank you. Your answer already counts.",
                fr="Merci. Votre réponse compte déjà.",
            )
        ),
        "pages": [{"id": "p1", "questions": list(survey.questions), "show_if": None}],
        "questions": [_question_document(name, QUESTIONS[name]) for name in survey.questions],
    }


def _question_document(name: str, question: SimulatedQuestion) -> dict[str, Any]:
    return {
        "id": name,
        "type": question.type,
        "series": 1,
        "required": question.type == "recommendation",
        "label": _words(question.label),
        "help": None,
        "measure": question.measure,
        "show_if": None,
        "options": {"scale": question.scale} if question.type in {"satisfaction", "effort"} else {},
    }


def _words(text: Text) -> dict[str, str]:
    return {"fr": text.to("fr"), "en": text.to("en")}
