"""Emotion marks: how a person says that a comment feels; each one is added, none is changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from ressenti.language import Language
from ressenti.server.accounts.access import Viewer
from ressenti.server.accounts.audit import recorded
from ressenti.server.cockpit.comments import Comment
from ressenti.server.cockpit.pages import Option
from ressenti.server.cockpit.voice_questions import EMOTIONS
from ressenti.server.cockpit.voice_readings import STEPS, comment_key, emotion_name, marks_of
from ressenti.server.models import EmotionMark, EmotionSample, Reading, Role

MARKED = "comment.marked"
COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class GivenMark:
    """What a form says: a step from -1 to 1, and an emotion or nothing."""

    polarity: float
    emotion: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkForm:
    """The form in which a person says how a comment feels."""

    steps: tuple[Option, ...]
    emotions: tuple[Option, ...]
    error: str = ""


def mark_form(
    viewer: Viewer,
    language: Language,
    *,
    mark: EmotionMark | None = None,
    posted: Mapping[str, str] | None = None,
) -> MarkForm | None:
    """Return the form of a comment; None for who may only read.

    Parameters
    ----------
    mark : EmotionMark or None
        What was said last; a form for a sample begins with nothing.
    posted : mapping of str to str or None
        What was sent and says no step.
    """
    if not viewer.may_act_as(Role.MANAGER):
        return None
    emotion = posted.get("emotion", "") if posted is not None else mark.emotion if mark else ""
    return MarkForm(
        steps=tuple(
            Option(f"{step:g}", str(word), mark is not None and step == mark.polarity)
            for step, word in STEPS.items()
        ),
        emotions=tuple(
            Option(name, emotion_name(name, language), name == emotion) for name in EMOTIONS
        ),
        error="" if posted is None else _("Say how the comment feels: choose one of the steps."),
    )


def mark_of_form(posted: Mapping[str, str]) -> GivenMark | None:
    """Return what a form says; None when it says no step, or an emotion that does not exist.

    Examples
    --------
    >>> mark_of_form({"polarity": "-0.5", "emotion": "anger"})
    GivenMark(polarity=-0.5, emotion='anger')
    >>> mark_of_form({"polarity": "7"}) is None
    True
    """
    steps = {f"{step:g}": step for step in STEPS}
    step, emotion = steps.get(posted.get("polarity", "")), posted.get("emotion", "")
    if step is None or (emotion and emotion not in EMOTIONS):
        return None
    return GivenMark(step, emotion)


def marked(
    viewer: Viewer, comment: Comment, given: GivenMark, *, sample: EmotionSample | None = None
) -> EmotionMark:
    """Return the new mark of a comment, written in the audit log too.

    Parameters
    ----------
    sample : EmotionSample or None
        The sample that asked for it.
    """
    response, question, part = comment_key(comment)
    reading = Reading.objects.filter(response_id=response, question=question, part=part).first()
    mark = EmotionMark.objects.create(
        organisation=viewer.organisation,
        response_id=response,
        question=question,
        part=part,
        polarity=given.polarity,
        emotion=given.emotion,
        sample=sample,
        engine="" if reading is None else reading.engine,
        engine_polarity=None if reading is None else reading.polarity,
        marked_by=viewer.person,
        marked_at=timezone.now(),
    )
    detail: dict[str, Any] = {"polarity": given.polarity, "emotion": given.emotion}
    recorded(
        viewer,
        MARKED,
        subject_kind=COMMENT,
        subject=f"{response} {question}{'.' * bool(part)}{part}",
        detail=detail | ({} if sample is None else {"sample": sample.pk}),
    )
    return mark


def last_mark(comment: Comment) -> EmotionMark | None:
    """Return what a person said last of a comment."""
    return marks_of([comment]).get(comment_key(comment))
