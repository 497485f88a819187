"""Voice lists: the comments that a page or an export may show, read stretch by stretch."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, QuerySet

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
from ressenti.server.cockpit.told_readings import own_reading
from ressenti.server.cockpit.voice_questions import (
    Question,
    place_of,
    protected_place_of,
    question_of_query,
)
from ressenti.server.cockpit.windows import Window
from ressenti.server.models import Answer, Measure, Organisation
from ressenti.server.theme_plans import theme_names

PAGE = 40
MOST_COUNTED = 2_000
# No response answers so many questions in words that the comments of a page would be more.
MOST_AT_ONCE = 4_000
CommentKey = tuple[UUID, str, str]


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

    def read_among_newest(self, most: int) -> int:
        """Return how many of the first comments were read by an engine."""
        return sum(
            self.comments.annotate(is_read=Exists(own_reading())).values_list("is_read", flat=True)[
                :most
            ]
        )

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
    known = set(measures.values_list("pk", flat=True))
    return question_of_query(query, known, theme_names(organisation))


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
    return next(iter(comments_at(scope, [(response, question, part)])), None)


def comments_at(scope: Scope, keys: Collection[CommentKey]) -> list[Comment]:
    """Return those of some comments that may be shown, newest first.

    Parameters
    ----------
    keys : collection of (response, question, part)
    """
    graded, protected = graded_measures(scope.organisation), protected_surveys(scope.organisation)
    asked = seen_comments(scope).filter(response_id__in={key[0] for key in keys})
    found = comments_read(asked.order_by("-answered_at", "-id"), graded, most=MOST_AT_ONCE)
    own = [one for one in found if (one.response_id, one.question, one.part) in keys]
    days = {one.day.replace(day=1) for one in own if one.survey_id in protected}
    months = {day: shown_months(scope, protected, month_window(scope, day)) for day in days}
    return [
        one
        for one in own
        if one.survey_id not in protected
        or any(
            start <= one.day < end
            for start, end in months[one.day.replace(day=1)].get(one.survey_id, ())
        )
    ]


def month_window(scope: Scope, day: date) -> Window:
    """Return the month of a day as a window of its own."""
    today = scope.window().today
    return Window(
        grain=Grain.MONTH,
        shown=(day.replace(day=1),),
        today=today,
        week_starts_on=scope.window().week_starts_on,
    )
