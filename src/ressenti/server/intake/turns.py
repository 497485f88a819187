"""Turns: a page of answers that somebody sends, and what is asked next.

Which questions are left follows from the answers alone: a question that another one on the same
page brings up is asked when that page has been sent, so that no page needs a script.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ressenti.server.intake.acceptance import Submission, accepted
from ressenti.server.intake.claims import invitation_used, note_begun
from ressenti.server.intake.desk import Desk
from ressenti.server.intake.instants import this_instant
from ressenti.server.intake.resumption import SoFar, Started
from ressenti.server.intake.visits import Visit
from ressenti.surveys.question import Fault, Page
from ressenti.surveys.questionnaire import Questionnaire
from ressenti.surveys.submission import Checked, checked


@dataclass(frozen=True, slots=True)
class Turn:
    """What came of a page of answers.

    Parameters
    ----------
    given : mapping
        Everything given so far, by field.
    covered : frozenset of str
        The questions that have been put to the respondent.
    page : Page or None
        The page to show: the next one, or the one with faults; None when all is finished.
    faults : tuple of Fault
        What must be changed on that page.
    started : Started
        How the response goes on.
    """

    given: Mapping[str, object]
    covered: frozenset[str]
    page: Page | None
    faults: tuple[Fault, ...]
    started: Started

    @property
    def is_finished(self) -> bool:
        return self.page is None


def checked_so_far(visit: Visit, given: Mapping[str, object]) -> Checked:
    """Return what the answers given so far are worth, as if they were all."""
    return checked(visit.survey.questionnaire, given, language=visit.language, is_final=True)


def next_page(
    questionnaire: Questionnaire, shown: Iterable[str], covered: frozenset[str]
) -> Page | None:
    """Return the first page with a question that is shown and was not yet put; None after it."""
    left = frozenset(shown) - covered
    return next((page for page in questionnaire.pages if left.intersection(page.questions)), None)


async def taken(
    desk: Desk,
    visit: Visit,
    before: SoFar,
    started: Started,
    *,
    page_answers: Mapping[str, object],
    asked: frozenset[str],
    flags: tuple[str, ...],
    key: str = "",
) -> Turn:
    """Return what came of a page of answers, which is durable unless there are faults.

    Parameters
    ----------
    page_answers : mapping
        What the page gives, by field.
    asked : frozenset of str
        The questions that stood on it.
    key : str
        What makes a repetition the same page; empty where the response and its page say it.

    Raises
    ------
    Problem
        When the survey, a quota or the invitation does not let it count.
    """
    questionnaire = visit.survey.questionnaire
    given = {**_without(before.given, questionnaire, asked), **page_answers}
    covered = before.covered | asked
    found = checked_so_far(visit, given)
    faults = {fault.field: fault for fault in found.faults}
    of_page = tuple(
        fault
        for name, fault in faults.items()
        if question_of(name) not in questionnaire.by_id or question_of(name) in asked
    )
    if of_page:
        page = page_with(questionnaire, asked)
        return Turn(given, covered, page, of_page, started)
    following = next_page(questionnaire, found.shown, covered)
    if following is None and found.faults:
        # An earlier page no longer holds, since what it asks follows from this one.
        page = page_with(questionnaire, frozenset({question_of(found.faults[0].field)}))
        return Turn(given, covered, page, found.faults, started)
    content = json.dumps([sorted(asked), given], sort_keys=True)
    request = hashlib.sha256(content.encode()).hexdigest()
    # A second click sends the same; whatever else is sent after the end changes nothing any more.
    place = "final" if following is None else f"{started.pages}:{request[:32]}"
    ready = accepted(
        _submission(
            visit,
            started,
            given,
            idempotency_key=key or f"page:{started.response.hex}:{place}",
            request=request,
            covers=None if following is None else tuple(sorted(asked)),
            flags=flags,
        ),
        now=this_instant(),
    )
    acknowledgement = await desk.kept(ready)
    if following is not None and visit.invitation is not None:
        await note_begun(
            desk.pool,
            visit.invitation,
            started_at=started.started_at,
            is_anonymous=visit.survey.is_anonymous,
        )
    later = replace(started.after_page(), response=acknowledgement.response)
    return Turn(given, covered, following, (), later)


def _submission(
    visit: Visit,
    started: Started,
    given: Mapping[str, object],
    *,
    idempotency_key: str,
    request: str,
    covers: tuple[str, ...] | None,
    flags: tuple[str, ...],
) -> Submission:
    is_final = covers is None
    if visit.is_used and not is_final:
        # A last page decides for itself: sent twice, it is the same one.
        raise invitation_used()
    return Submission(
        survey=visit.survey,
        given=given,
        language=visit.language,
        is_final=is_final,
        channel=visit.channel,
        response=started.response,
        idempotency_key=idempotency_key,
        request=request,
        started_at=started.started_at,
        answered_at=this_instant(),
        covers=covers,
        customer=visit.customer,
        invitation=visit.invitation,
        unit=visit.unit,
        touchpoint=visit.touchpoint,
        segments=visit.segments,
        flags=flags,
    )


def asked_in(visit: Visit, told: Iterable[str]) -> frozenset[str]:
    """Return the questions a page says it put, those of the questionnaire only."""
    return frozenset(told) & visit.survey.questionnaire.by_id.keys()


def question_of(field_name: str) -> str:
    return field_name.partition(".")[0]


def page_with(questionnaire: Questionnaire, questions: frozenset[str]) -> Page:
    """Return the first page on which one of the questions stands; the first page for none."""
    return next(
        (page for page in questionnaire.pages if questions.intersection(page.questions)),
        questionnaire.pages[0],
    )


def _without(
    given: Mapping[str, object], questionnaire: Questionnaire, questions: frozenset[str]
) -> dict[str, object]:
    """Return what was given but for some questions, whose boxes may have been emptied since."""
    names = {field.name for name in questions for field in questionnaire.by_id[name].fields}
    return {name: value for name, value in given.items() if name not in names}
