"""Voice lists: the comments that a page or an export may show, read stretch by stretch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from ressenti.facts.periods import Grain
from ressenti.server.cockpit.comments import (
    Comment,
    Graded,
    after,
    after_protected,
    comments_read,
    graded_measures,
    open_comments,
    place_after,
    protected_comments,
    protected_surveys,
    seen_comments,
)
from ressenti.server.cockpit.protected_comments import shown_months
from ressenti.server.cockpit.scope import Scope
from ressenti.server.cockpit.voice_questions import (
    Question,
    place_of,
    protected_place_of,
    question_of_query,
)
from ressenti.server.cockpit.windows import Window
from ressenti.server.models import Answer, Measure, Organisation

PAGE = 40
MOST_COUNTED = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceList:
    """The comments that answer a question, in their order.

    Parameters
    ----------
    protected : frozenset of UUID
        The surveys whose comments are kept apart.
    """

    question: Question
    graded: Mapping[str, Graded]
    protected: frozenset[UUID]
    comments: QuerySet[Answer]

    def stretch(self, told: str, *, most: int) -> tuple[list[Comment], str]:
        """Return some comments after a place as an address names it, and where the next start.

        The second is empty where nothing follows.

        Raises
        ------
        InvalidArgument
            R102, when there is no such place.
        """
        is_protected = self.question.is_protected
        remaining = (
            after_protected(self.comments, protected_place_of(told))
            if is_protected
            else after(self.comments, place_of(told))
        )
        found = comments_read(remaining, self.graded, most=most + 1)
        if len(found) <= most:
            return found, ""
        return found[:most], str(place_after(found[most - 1], is_protected=is_protected))

    def stretches(self, *, most: int) -> Iterator[list[Comment]]:
        """Yield all comments, some at a time, each stretch by statements of its own."""
        place: str | None = ""
        while place is not None:
            found, following = self.stretch(place, most=most)
            place = following or None
            yield found

    def newest(self, most: int) -> list[str]:
        """Return the names of the first comments, as their elements in a page have them."""
        keys = self.comments.values_list("response_id", "question", "part")[:most]
        return [element_of_comment(*key) for key in keys]

    def count(self, *, most: int = MOST_COUNTED) -> int:
        """Return how many comments there are, counted no further than one more than ``most``."""
        return self.comments.order_by()[: most + 1].count()


def element_of_comment(response: UUID, question: str, part: str) -> str:
    """Return the id of the element that a comment fills in a page."""
    return f"comment-{response}-{question}.{part}"


def question_asked(organisation: Organisation, query: Mapping[str, str]) -> Question:
    """Return what an address asks beyond its filters.

    Raises
    ------
    UsageError
        For what does not exist, or must not be searched for.
    """
    measures = Measure.objects.filter(organisation=organisation)
    return question_of_query(query, dict(measures.values_list("pk", "indicator")))


def voice_list(scope: Scope, window: Window, question: Question) -> VoiceList:
    """Return the comments of a scope and a window that answer a question."""
    graded = graded_measures(scope.organisation)
    protected = protected_surveys(scope.organisation)
    if question.is_protected:
        months = shown_months(scope, protected, window)
        comments = protected_comments(scope, question, graded, months)
    else:
        comments = open_comments(scope, window, question, graded, protected)
    return VoiceList(question=question, graded=graded, protected=protected, comments=comments)


def comment_at(scope: Scope, response: UUID, question: str, part: str) -> Comment | None:
    """Return one comment that may be shown; None where there is none or it must not be."""
    graded = graded_measures(scope.organisation)
    found = seen_comments(scope).filter(response_id=response, question=question, part=part)
    comments = comments_read(found, graded, most=1)
    if not comments:
        return None
    survey, day = comments[0].survey_id, comments[0].day
    if survey not in protected_surveys(scope.organisation):
        return comments[0]
    stretches = shown_months(scope, [survey], month_window(scope, day)).get(survey, ())
    return comments[0] if any(start <= day < end for start, end in stretches) else None


def month_window(scope: Scope, day: date) -> Window:
    """Return the month of a day as a window of its own."""
    today = scope.window().today
    return Window(
        grain=Grain.MONTH,
        shown=(day.replace(day=1),),
        today=today,
        week_starts_on=scope.window().week_starts_on,
    )
