"""Comments: what people wrote, newest first, with what they scored in the same response.

Lists are read by key, never by number: a comment that arrives meanwhile moves no other one from
one page to the next.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import TruncMonth

from ressenti.errors import RessentiError
from ressenti.facts.scales import Level, Scale
from ressenti.server.cockpit.filters import DIMENSIONS
from ressenti.server.cockpit.measured import studied
from ressenti.server.cockpit.scope import Scope
from ressenti.server.cockpit.searching import holding
from ressenti.server.cockpit.told_readings import told_as
from ressenti.server.cockpit.voice_questions import Mood, Place, ProtectedPlace, Question
from ressenti.server.cockpit.windows import Window
from ressenti.server.models import Answer, Measure, Organisation, Survey
from ressenti.server.tallying.levels import level_text

EMPLOYEE = "employee"
# The day of an answer is the organisation's, its instant is everyone's.
ZONES_APART = timedelta(days=1)
FIELDS = (
    "id", "response_id", "survey_id", "survey_version", "question", "part", "text", "unit",
    "touchpoint", "channel", "language", "segments", "day", "answered_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """A measure whose answers are levels of a scale."""

    measure: Measure
    scale: Scale

    def mood(self, level: Level) -> Mood | None:
        """Return what a level says; None on a scale that grades nothing."""
        if not self.scale.positive and not self.scale.negative:
            return None
        if level in self.scale.positive:
            return Mood.POSITIVE
        return Mood.NEGATIVE if level in self.scale.negative else Mood.NEUTRAL

    def levels(self, mood: Mood) -> list[str]:
        return [level_text(level) for level in self.scale.levels if self.mood(level) is mood]


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenScore:
    """A level that somebody chose in the response of a comment."""

    graded: Graded
    level: Level

    @property
    def mood(self) -> Mood | None:
        return self.graded.mood(self.level)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """What somebody wrote, as it was written.

    Parameters
    ----------
    scores : tuple of GivenScore
        In the order of the scorecard.
    """

    id: int
    response_id: UUID
    survey_id: UUID
    survey_version: int
    question: str
    part: str
    text: str
    unit: str
    touchpoint: str
    channel: str
    language: str
    segments: Mapping[str, str]
    day: date
    answered_at: datetime
    scores: tuple[GivenScore, ...] = ()


def protected_surveys(organisation: Organisation) -> frozenset[UUID]:
    """Return the surveys whose answers must not be told apart: anonymous ones, and employees'."""
    surveys = Survey.objects.filter(organisation=organisation)
    return frozenset(
        surveys.filter(Q(is_anonymous=True) | Q(audience=EMPLOYEE)).values_list("pk", flat=True)
    )


def graded_measures(organisation: Organisation) -> dict[str, Graded]:
    """Return by tally the measures whose answers are levels, the first of each tally."""
    found: dict[str, Graded] = {}
    for measure in Measure.objects.filter(organisation=organisation).exclude(scale=""):
        try:
            scale = studied(measure).scale
        except RessentiError:
            continue
        if isinstance(scale, Scale) and scale.levels:
            found.setdefault(measure.tally, Graded(measure=measure, scale=scale))
    return found


def open_comments(
    scope: Scope,
    window: Window,
    question: Question,
    graded: Mapping[str, Graded],
    protected: Collection[UUID],
) -> QuerySet[Answer]:
    """Return the comments of all surveys but the protected ones, newest first."""
    found = seen_comments(scope).filter(
        day__gte=window.shown[0],
        day__lt=window.end,
        answered_at__gte=_midnight(window.shown[0]) - ZONES_APART,
        answered_at__lt=_midnight(window.end) + ZONES_APART,
    )
    if protected:
        found = found.exclude(survey_id__in=protected)
    return _asked(found, question, graded).order_by("-answered_at", "-id")


def protected_comments(
    scope: Scope,
    question: Question,
    graded: Mapping[str, Graded],
    months: Mapping[UUID, Iterable[tuple[date, date]]],
) -> QuerySet[Answer]:
    """Return the comments of some months of anonymous and employee surveys.

    They are ordered by month and then by chance: nothing tells which came before which.

    Parameters
    ----------
    months : mapping of survey to (first day, day after the last)
        What may be shown, from ``protected_comments.shown_months``.
    """
    shown = Q(pk__in=())
    for survey, stretches in months.items():
        for start, end in stretches:
            shown |= Q(survey_id=survey, day__gte=start, day__lt=end)
    found = _asked(seen_comments(scope).filter(shown), question, graded)
    return found.annotate(month=TruncMonth("day")).order_by(
        "-month", "-response_id", "question", "part"
    )


def seen_comments(scope: Scope) -> QuerySet[Answer]:
    """Return the comments within a scope, whatever their period."""
    found = Answer.objects.filter(organisation=scope.organisation).exclude(text="")
    for number, (name, values) in enumerate(sorted(scope.within.items())):
        if name in DIMENSIONS:
            found = found.filter(**{f"{_column(name)}__in": sorted(values)})
        else:
            # Under a name of ours: a segment may be called like a look-up of Django's.
            segment = {f"segment{number}": KeyTextTransform(name, "segments")}
            found = found.alias(**segment).filter(**{f"segment{number}__in": sorted(values)})
    return found


def after(comments: QuerySet[Answer], place: Place | None) -> QuerySet[Answer]:
    """Return the comments that follow a place in the list."""
    if place is None:
        return comments
    return comments.filter(answered_at__lte=place.at).filter(
        Q(answered_at__lt=place.at) | Q(id__lt=place.answer)
    )


def after_protected(comments: QuerySet[Answer], place: ProtectedPlace | None) -> QuerySet[Answer]:
    """Return the comments that follow a place in the list of protected ones."""
    if place is None:
        return comments
    same_month = Q(month=place.month)
    same_response = same_month & Q(response_id=place.response)
    same_question = same_response & Q(question=place.question)
    return comments.filter(
        Q(month__lt=place.month)
        | same_month & Q(response_id__lt=place.response)
        | same_response & Q(question__gt=place.question)
        | same_question & Q(part__gt=place.part)
    )


def comments_read(
    comments: QuerySet[Answer], graded: Mapping[str, Graded], *, most: int
) -> list[Comment]:
    """Return the first comments of a list, with their scores: two statements."""
    rows = comments.values_list(*FIELDS)[:most]
    found = [Comment(**dict(zip(FIELDS, row, strict=False))) for row in rows]
    scores = _scores({comment.response_id for comment in found}, graded)
    return [replace(one, scores=tuple(scores.get(one.response_id, ()))) for one in found]


def place_after(comment: Comment, *, is_protected: bool) -> Place | ProtectedPlace:
    """Return the place in the list at which a comment stands."""
    if not is_protected:
        return Place(comment.answered_at, comment.id)
    month = comment.day.replace(day=1)
    return ProtectedPlace(month, comment.response_id, comment.question, comment.part)


def _scores(
    responses: Iterable[UUID], graded: Mapping[str, Graded]
) -> dict[UUID, list[GivenScore]]:
    answers = Answer.objects.filter(response_id__in=list(responses), tally__in=list(graded))
    found: dict[UUID, list[GivenScore]] = {}
    for response, tally, text in answers.values_list("response_id", "tally", "level"):
        own = graded[tally]
        levels = [level for level in own.scale.levels if level_text(level) == text]
        if levels:
            found.setdefault(response, []).append(GivenScore(graded=own, level=levels[0]))
    for scores in found.values():
        scores.sort(key=lambda score: (score.graded.measure.place, score.graded.measure.pk))
    return found


def _asked(
    comments: QuerySet[Answer], question: Question, graded: Mapping[str, Graded]
) -> QuerySet[Answer]:
    found = told_as(holding(comments, question.terms), question.read)
    wanted = [one for one in graded.values() if question.measure in (None, one.measure.pk)]
    if question.measure is None and question.mood is None:
        return found
    beside = Q(pk__in=())
    for one in wanted:
        levels = {"level__in": one.levels(question.mood)} if question.mood else {}
        beside |= Q(tally=one.measure.tally, **levels)
    scored = Answer.objects.filter(beside, response_id=OuterRef("response_id"))
    return found.filter(Exists(scored))


def _column(dimension: str) -> str:
    return "survey_id" if dimension == "survey" else dimension


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
