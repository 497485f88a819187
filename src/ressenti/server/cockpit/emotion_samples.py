"""Emotion samples: comments drawn at random for people to mark, and what the marks say.

Every comment that counts in the NES has the same chance to be drawn, but for those of anonymous
surveys in months of which nothing may be shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from random import SystemRandom
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from ressenti.facts.periods import DAY, Grain
from ressenti.server.accounts.access import Viewer
from ressenti.server.accounts.audit import recorded
from ressenti.server.cockpit.comments import Comment, protected_surveys
from ressenti.server.cockpit.emotion_audit import CorrectedNes, corrected_between, read_nes
from ressenti.server.cockpit.filters import Filters
from ressenti.server.cockpit.protected_comments import shown_months
from ressenti.server.cockpit.scope import Scope, scope_of
from ressenti.server.cockpit.voice_lists import comments_at
from ressenti.server.cockpit.voice_readings import comment_key
from ressenti.server.cockpit.windows import Window
from ressenti.server.models import (
    EmotionMark,
    EmotionSample,
    Organisation,
    Reading,
    SampledComment,
)
from ressenti.statistics.intervals import Interval
from ressenti.statistics.proportions import wilson_interval
from ressenti.studies.engine_comparisons import CLASS_OF_STATE, CLASSES, class_of_mark
from ressenti.studies.net_emotions import State

DRAWN = "sample.drawn"
SAMPLE = "sample"
TONES: Final = (State.NEGATIVE, State.NEUTRAL, State.MIXED, State.POSITIVE, State.UNREAD)
LOOKED_AT: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleFigures:
    """What the marks of a sample say of the engine.

    Parameters
    ----------
    confusion : tuple of tuple of int
        Comments by what people say, negative, neutral or mixed, positive, in rows; by the engine's
        tone, in the order of ``TONES``, in columns.
    agreement : Interval
        Share of the marked comments whose class the engine tells, 0..1.
    read, corrected
        The NES of the sample's days as the engine reads it and as people would, in points; None
        where too few comments are marked.
    """

    n_marked: int
    confusion: tuple[tuple[int, ...], ...]
    agreement: Interval
    read: Interval
    corrected: CorrectedNes | None


def drawn_sample(viewer: Viewer, start: date, end: date, size: int) -> EmotionSample | None:
    """Return a new sample of some days, both included; None where nothing can be drawn."""
    found = list(_to_be_drawn(viewer.organisation, start, end).values_list("pk", flat=True))
    if not found:
        return None
    chosen = SystemRandom().sample(found, min(size, len(found)))
    readings = Reading.objects.in_bulk(chosen)
    with transaction.atomic():
        sample = EmotionSample.objects.create(
            organisation=viewer.organisation,
            start=start,
            end=end,
            size=len(chosen),
            drawn_by=viewer.person,
            drawn_at=timezone.now(),
        )
        SampledComment.objects.bulk_create(
            SampledComment(
                sample=sample,
                place=place,
                response_id=readings[key].response_id,
                question=readings[key].question,
                part=readings[key].part,
            )
            for place, key in enumerate(chosen, start=1)
        )
        recorded(
            viewer,
            DRAWN,
            subject_kind=SAMPLE,
            subject=str(sample.pk),
            detail={"after": start.isoformat(), "before": end.isoformat(), "rows": len(chosen)},
        )
    return sample


def waiting(sample: EmotionSample) -> QuerySet[SampledComment]:
    """Return the comments of a sample that nobody has marked for it, in their order."""
    own = EmotionMark.objects.filter(
        sample=sample,
        response_id=OuterRef("response_id"),
        question=OuterRef("question"),
        part=OuterRef("part"),
    )
    return sample.comments.exclude(Exists(own)).order_by("place")


def next_comment(sample: EmotionSample, *, after: int = 0) -> tuple[SampledComment, Comment] | None:
    """Return the next comment to mark and where it stands; None when there is none.

    Parameters
    ----------
    after : int
        A place: those up to it come last.
    """
    scope = whole_scope(sample.organisation)
    left = list(waiting(sample))
    ordered = [one for one in left if one.place > after] + [
        one for one in left if one.place <= after
    ]
    for first in range(0, len(ordered), LOOKED_AT):
        some = ordered[first : first + LOOKED_AT]
        keys = {comment_key(one) for one in some}
        shown = {comment_key(one): one for one in comments_at(scope, keys)}
        for drawn in some:
            if comment_key(drawn) in shown:
                return drawn, shown[comment_key(drawn)]
    return None


def sample_figures(sample: EmotionSample) -> SampleFigures:
    """Return what the marks of a sample say of the engine, and of the NES of its days."""
    own = EmotionMark.objects.filter(sample=sample)
    asked_for = set(own.values_list("response_id", "question", "part"))
    # Whoever was drawn and marked is judged by the newest mark, as everywhere.
    marks = {
        comment_key(mark): mark.polarity
        for mark in EmotionMark.objects.filter(
            response_id__in={key[0] for key in asked_for}
        ).order_by("pk")
        if comment_key(mark) in asked_for
    }
    readings = Reading.objects.filter(response_id__in={key[0] for key in marks})
    tones = {comment_key(one): one.tone for one in readings}
    pairs = [(class_of_mark(mark), tones[key]) for key, mark in marks.items() if key in tones]
    scope = whole_scope(sample.organisation)
    end = sample.end + DAY
    return SampleFigures(
        n_marked=len(pairs),
        confusion=_confusion(pairs),
        agreement=wilson_interval(sum(_agrees(*pair) for pair in pairs), len(pairs)),
        read=read_nes(scope, sample.start, end),
        corrected=corrected_between(scope, [sample], sample.start, end),
    )


def whole_scope(organisation: Organisation) -> Scope:
    """Return all that an organisation sees: a sample is of no part of it."""
    return scope_of(organisation, None, Filters())


def _to_be_drawn(organisation: Organisation, start: date, end: date) -> QuerySet[Reading]:
    protected = protected_surveys(organisation)
    found = Reading.objects.filter(
        organisation=organisation,
        polarity__isnull=False,
        response__whole_reading__is_counted=True,
        response__day__gte=start,
        response__day__lte=end,
    )
    months = shown_months(whole_scope(organisation), protected, _months(organisation, start, end))
    told = ~Q(response__survey_id__in=protected)
    for survey, stretches in months.items():
        for first, last in stretches:
            told |= Q(response__survey_id=survey, response__day__gte=first, response__day__lt=last)
    return found.filter(told)


def _months(organisation: Organisation, start: date, end: date) -> Window:
    scope = scope_of(organisation, None, Filters(grain=Grain.MONTH, start=start, end=end))
    return scope.window()


def _confusion(pairs: Iterable[tuple[int, str]]) -> tuple[tuple[int, ...], ...]:
    columns = {tone.name.lower(): place for place, tone in enumerate(TONES)}
    counts = [[0] * len(TONES) for _ in CLASSES]
    for true, tone in pairs:
        counts[true][columns[tone]] += 1
    return tuple(map(tuple, counts))


def _agrees(true: int, tone: str) -> bool:
    return CLASS_OF_STATE[State[tone.upper()]] == true
