"""What the widget is told of a survey, from what the survey says of this channel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ressenti.channels.widget import (
    Triggers,
    WidgetSettings,
    next_step,
    step_document,
    widget_document,
)
from ressenti.language import Language
from ressenti.server.intake.catalogue import KnownSurvey
from ressenti.server.intake.turns import checked_so_far
from ressenti.server.intake.visits import Visit

CHANNEL = "widget"
TRIGGERS: Mapping[str, type | tuple[type, ...]] = {
    "delay_s": (int, float),
    "scroll_share": (int, float),
    "exit_intent": bool,
    "click": str,
}
USUAL_QUARANTINE_DAYS = 30


def survey_document(survey: KnownSurvey, language: Language, *, is_open: bool) -> dict[str, Any]:
    """Return what the widget asks first.

    ``is_asked`` is False where the widget must not open by itself: the survey is over, or nobody
    has set it up for this channel.
    """
    is_on = survey.channel(CHANNEL).get("is_on", True) is not False
    reason = None if is_open and is_on else "closed"
    document = widget_document(survey.questionnaire, settings_of(survey), language, reason=reason)
    return document if is_open else {**document, "page": None}


def page_document(
    visit: Visit, given: Mapping[str, object], covered: frozenset[str]
) -> dict[str, Any] | None:
    """Return the questions that are put next; None when nothing is left to ask."""
    questionnaire = visit.survey.questionnaire
    answers = checked_so_far(visit, given).answers
    step = next_step(questionnaire, answers, covered)
    if step is None:
        return None
    return step_document(questionnaire, step, visit.language, answers=answers)


def settings_of(survey: KnownSurvey) -> WidgetSettings:
    """Return what a survey sets for this channel, as far as it is what the widget knows."""
    told = survey.channel(CHANNEL)
    days, consent = told.get("quarantine_days"), told.get("consent")
    return WidgetSettings(
        consent=consent if isinstance(consent, Mapping) else None,
        triggers=Triggers(**_triggers(told.get("triggers"))),
        attributes=tuple(sorted(survey.attributes)),
        quarantine_days=days if isinstance(days, int) else USUAL_QUARANTINE_DAYS,
    )


def _triggers(told: object) -> dict[str, Any]:
    if not isinstance(told, Mapping):
        return {}
    return {name: told[name] for name, kind in TRIGGERS.items() if isinstance(told.get(name), kind)}
