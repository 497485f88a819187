"""Corrections: everything that people said of comments, the newest first, as far as may be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from ressenti.server.cockpit.comments import Comment
from ressenti.server.cockpit.scope import Scope
from ressenti.server.cockpit.voice_lists import comments_at
from ressenti.server.cockpit.voice_readings import comment_key
from ressenti.server.models import EmotionMark

PAGE = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What somebody said of a comment."""

    mark: EmotionMark
    comment: Comment


def corrections(
    scope: Scope, *, before: int | None = None, most: int = PAGE
) -> tuple[list[Correction], int | None]:
    """Return some corrections, and before which one the next begin; None where nothing follows.

    Those of comments that must not be shown are left out.
    """
    marks = _marks(scope) if before is None else _marks(scope).filter(pk__lt=before)
    found = list(marks[: most + 1])
    shown = found[:most]
    comments = {
        comment_key(one): one for one in comments_at(scope, {comment_key(mark) for mark in shown})
    }
    told = [
        Correction(mark=mark, comment=comments[comment_key(mark)])
        for mark in shown
        if comment_key(mark) in comments
    ]
    return told, shown[-1].pk if len(found) > most else None


def every_correction(scope: Scope, *, at_once: int) -> Iterator[Correction]:
    """Yield all corrections, some at a time, each stretch by statements of its own."""
    found, before = corrections(scope, most=at_once)
    yield from found
    while before is not None:
        found, before = corrections(scope, before=before, most=at_once)
        yield from found


def _marks(scope: Scope) -> QuerySet[EmotionMark]:
    found = EmotionMark.objects.filter(organisation=scope.organisation)
    for name, values in scope.seen().items():
        found = found.filter(**{f"response__{name}__in": sorted(values)})
    return found.select_related("marked_by", "sample").order_by("-pk")
