"""Voice exports: comments as a table, masked as on the page, read a thousand at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from ressenti.emotions.masking import masked
from ressenti.errors import UndefinedResult
from ressenti.facts.scales import Level
from ressenti.language import Text
from ressenti.reports.exports.columns import Column, Value
from ressenti.server.cockpit.comments import Comment
from ressenti.server.cockpit.deliveries import Export
from ressenti.server.cockpit.figure_exports import filters_told, told_of
from ressenti.server.cockpit.pages import Look
from ressenti.server.cockpit.voice_lists import VoiceList, voice_list
from ressenti.server.cockpit.voice_questions import Question
from ressenti.server.cockpit.voice_wording import Voices, question_key, question_labels
from ressenti.server.cockpit.wording import measure_name
from ressenti.server.models import Survey

AT_ONCE = 1_000
# A workbook is sent once it is whole; a CSV is sent while it is written.
MOST_IN_WORKBOOK = 100_000
TOO_LONG = UndefinedResult(
    Text(
        en="there are more than 100,000 comments, too many for a workbook.",
        fr="il y a plus de 100\u202f000 commentaires, trop pour un classeur.",
    ),
    hint=Text(
        en="Export as CSV, or narrow the period.", fr="Exportez en CSV, ou resserrez la période."
    ),
)
BEFORE_SCORES = (
    Column("day", Text(en="day or month", fr="jour ou mois")),
    Column("time", Text(en="time", fr="heure")),
    Column("survey", Text(en="survey", fr="enquête")),
    Column("question", Text(en="question", fr="question")),
    Column("text", Text(en="comment", fr="commentaire")),
)
DIMENSIONS = (
    Column("unit", Text(en="unit", fr="unité")),
    Column("touchpoint", Text(en="touchpoint", fr="point de contact")),
    Column("channel", Text(en="channel", fr="canal")),
    Column("language", Text(en="language", fr="langue")),
)
SEARCH = Text(en="Search", fr="Recherche")
SCORED = Text(en="Scored", fr="Note")
PERIOD = Text(en="Period", fr="Période")
UNTIL = Text(en="{start} to {end} (excluded)", fr="{start} à {end} (exclu)")
MASKED = Text(en="Personal data", fr="Données personnelles")
IS_MASKED = Text(en="masked", fr="masquées")


def voice_export(look: Look, question: Question, kind: str) -> Export:
    """Return the comments of a page, all of them, with what was scored beside.

    Raises
    ------
    UndefinedResult
        R206, for more comments than a workbook can be made of while somebody waits.
    """
    listed = voice_list(look.scope, look.window, question)
    if kind == "xlsx" and listed.count(most=MOST_IN_WORKBOOK) > MOST_IN_WORKBOOK:
        raise TOO_LONG
    voices = Voices(
        organisation=look.viewer.organisation,
        choices=look.choices,
        language=look.language,
        protected=listed.protected,
        told=frozenset(look.filters.dimensions),
    )
    return Export(
        name=f"{look.viewer.organisation.name} {_('Voice')}",
        subject="voice",
        columns=voice_columns(listed, look),
        rows=_rows(listed, voices),
        definition=tuple(
            (label.to(look.language), value) for label, value in _definition(look, question)
        ),
        language=look.language,
    )


def voice_columns(listed: VoiceList, look: Look) -> tuple[Column, ...]:
    """Return the columns: those of what an organisation declares, whatever was answered."""
    segments = tuple(
        Column(f"segment.{name}", Text(en=name, fr=name))
        for name in look.viewer.organisation.segments
    )
    scores = tuple(
        Column(
            tally,
            Text(
                en=measure_name(one.measure, "en"),
                fr=measure_name(one.measure, "fr"),
            ),
        )
        for tally, one in listed.graded.items()
    )
    return BEFORE_SCORES + scores + DIMENSIONS + segments


def _rows(listed: VoiceList, voices: Voices) -> Iterator[Sequence[Value]]:
    surveys = dict(
        Survey.objects.filter(organisation=voices.organisation).values_list("pk", "name")
    )
    for comments in listed.stretches(most=AT_ONCE):
        questions = question_labels(comments, voices.language)
        for comment in comments:
            scores = {one.graded.measure.tally: _whole(one.level) for one in comment.scores}
            yield (
                *_when(comment, voices),
                surveys.get(comment.survey_id, ""),
                questions.get(question_key(comment), comment.question),
                masked(comment.text, voices.language),
                *(scores.get(tally) for tally in listed.graded),
                *_places(comment, voices),
            )


def _whole(level: Level) -> Value:
    is_whole = isinstance(level, float) and level.is_integer()
    return int(level) if is_whole else level


def _when(comment: Comment, voices: Voices) -> tuple[str, str | None]:
    if comment.survey_id in voices.protected:
        return f"{comment.day:%Y-%m}", None
    at: datetime = comment.answered_at.astimezone(ZoneInfo(voices.organisation.time_zone))
    return at.date().isoformat(), f"{at:%H:%M:%S}"


def _places(comment: Comment, voices: Voices) -> Iterator[Value]:
    is_protected = comment.survey_id in voices.protected
    segments: Mapping[str, str] = comment.segments
    told = {column.key: getattr(comment, column.key) for column in DIMENSIONS}
    told |= {name: segments.get(name) for name in voices.organisation.segments}
    for name, value in told.items():
        yield None if not value or (is_protected and name not in voices.told) else value


def _definition(look: Look, question: Question) -> Iterator[tuple[Text, Value]]:
    yield from told_of(look).items()
    start, end = look.window.shown[0].isoformat(), look.window.end.isoformat()
    yield PERIOD, UNTIL.format(start=start, end=end).to(look.language)
    for name, value in filters_told(look).items():
        yield Text(en=name, fr=name), value
    if question.typed:
        yield SEARCH, question.typed
    if question.mood:
        yield SCORED, str(question.mood)
    yield MASKED, IS_MASKED.to(look.language)
