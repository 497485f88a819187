"""Told readings: comments by what was read in them, by a person where one corrected the engine."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from ressenti.emotions.labels import LABELS
from ressenti.server.cockpit.voice_questions import Read, Tone
from ressenti.server.models import Answer, EmotionMark, Reading


def told_as(comments: QuerySet[Answer], read: Read) -> QuerySet[Answer]:
    """Return the comments in which all of this was read: by a person, where one said something.

    People say a tone and an emotion; themes and signals are always the engine's.
    """
    found = comments
    listed = {"themes": read.theme, "signals": read.signal}
    held = {f"{name}__contains": [value] for name, value in listed.items() if value}
    if held:
        found = found.filter(Exists(own_reading().filter(**held)))
    if read.tone:
        by_engine = own_reading().filter(tone=read.tone)
        found = found.filter(_told_by_person(tone_said(Tone(read.tone))) | _told_by(by_engine))
    if read.emotion:
        by_engine = own_reading().filter(emotions__contains=[read.emotion])
        is_left = Q(emotion="") & ~contradicted(read.emotion)
        found = found.filter(
            _told_by_person(Q(emotion=read.emotion))
            | _told_by_person(is_left) & Q(Exists(by_engine))
            | _told_by(by_engine)
        )
    return found


def own_reading() -> QuerySet[Reading]:
    """Return what was read in the comment of the statement around it."""
    return Reading.objects.filter(
        response_id=OuterRef("response_id"), question=OuterRef("question"), part=OuterRef("part")
    )


def own_last_mark() -> QuerySet[EmotionMark]:
    """Return what a person said last of the comment of the statement around it."""
    same = {name: OuterRef(name) for name in ("response_id", "question", "part")}
    later = EmotionMark.objects.filter(pk__gt=OuterRef("pk"), **same)
    return EmotionMark.objects.filter(~Exists(later), **same)


def tone_said(tone: Tone) -> Q:
    """Return which marks say a tone: the step between both sides says neutral and mixed alike."""
    if tone is Tone.UNREAD:
        return Q(pk__in=())
    sides = {Tone.POSITIVE: Q(polarity__gt=0), Tone.NEGATIVE: Q(polarity__lt=0)}
    return sides.get(tone, Q(polarity=0))


def contradicted(emotion: str) -> Q:
    """Return which marks say the contrary of an emotion that they do not name."""
    valence = LABELS[emotion].valence
    if valence == 0:
        return Q(pk__in=())
    return Q(polarity__lt=0) if valence > 0 else Q(polarity__gt=0)


def _told_by_person(said: Q) -> Q:
    return Q(Exists(own_last_mark().filter(said)))


def _told_by(readings: QuerySet[Reading]) -> Q:
    """Return which comments the engine alone reads so."""
    return Q(Exists(readings)) & ~Q(Exists(own_last_mark()))
