"""Templates: a questionnaire ready to send for every survey indicator and every journey step.

Their questions are worded by the catalogue; an indicator that words its question differently
tomorrow does so here as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ressenti.language import Language, Text
from ressenti.surveys.questionnaire import Questionnaire, questionnaire_of
from ressenti.surveys.templates.employees import EMPLOYEE_PLANS
from ressenti.surveys.templates.indicators import INDICATOR_PLANS
from ressenti.surveys.templates.outcomes import OUTCOME_PLANS
from ressenti.surveys.templates.plans import Plan, filled_document
from ressenti.surveys.templates.service import SERVICE_PLANS
from ressenti.surveys.templates.steps import STEP_PLANS

PLANS: tuple[Plan, ...] = (
    *INDICATOR_PLANS,
    *OUTCOME_PLANS,
    *EMPLOYEE_PLANS,
    *SERVICE_PLANS,
    *STEP_PLANS,
)
OUR_COMPANY = Text(en="our company", fr="notre entreprise")


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A questionnaire to start from.

    Parameters
    ----------
    indicators : tuple of str
        Keys of the indicators its answers feed.
    step : str or None
        The step of the journey it is meant for; None when it serves any.
    """

    key: str
    name: Text
    description: Text
    indicators: tuple[str, ...]
    step: str | None
    questionnaire: Questionnaire


def templates(
    *, organisation: str | None = None, languages: tuple[Language, ...] = ("fr", "en")
) -> Mapping[str, Template]:
    """Return every template by key, those of one indicator first, then those of a step.

    Parameters
    ----------
    organisation : str or None
        What customers call the company; None for "our company".
    languages : tuple of str
        Those of the questionnaires, the default one first.

    Examples
    --------
    >>> templates(organisation="Comptoir")["nps"].questionnaire.questions[0].label["en"]
    'How likely are you to recommend Comptoir to a friend or colleague?'
    """
    # A name is a text: whatever braces it holds ask for nothing to be filled in.
    called = (organisation or "").replace("{{", "{ {")
    name = Text(en=called, fr=called) if called else OUR_COMPANY
    return {
        plan.key: Template(
            key=plan.key,
            name=plan.name,
            description=plan.description,
            indicators=plan.indicators,
            step=plan.step,
            questionnaire=questionnaire_of(filled_document(plan, name, languages)),
        )
        for plan in PLANS
    }
