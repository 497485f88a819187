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
from ressenti.server.cockpit.voice_questions import Question, Tone
from ressenti.server.cockpit.voice_readings import (
    comment_key,
    emotion_name,
    marks_of,
    readings_of,
    signal_name,
    theme_name,
    tone_word,
)
from ressenti.server.cockpit.voice_selects import read_selects
from ressenti.server.cockpit.voice_wording import Voices, question_key, question_labels
from ressenti.server.cockpit.wording import measure_name
from ressenti.server.models import EmotionMark, Reading, Survey
from ressenti.server.theme_plans import theme_names

AT_ONCE = 1_000
SEPARATOR = "; "
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
READ = (
    Column("tone", Text(en="tone, read by the engine", fr="ton, lu par le moteur")),
    Column("polarity", Text(en="polarity (-1 to 1)", fr="polarité (-1 à 1)")),
    Column("emotions", Text(en="emotions", fr="émotions")),
    Column("themes", Text(en="themes", fr="thèmes")),
    Column("signals", Text(en="signals", fr="signaux")),
    Column("engine", Text(en="engine", fr="moteur")),
    Column("person_polarity", Text(en="polarity, by a person", fr="polarité, par une personne")),
    Column("person_emotion", Text(en="emotion, by a person", fr="émotion, par une personne")),
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
        themes=theme_names(look.viewer.organisation),
    )
    return Export(
        name=f"{look.viewer.organisation.name} {_('Voice')}",
        subject="voice",
        columns=voice_columns(listed, look),
        rows=_rows(listed, voices, {tone: tone_word(tone) for tone in Tone}),
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
    return BEFORE_SCORES + scores + READ + DIMENSIONS + segments


def _rows(listed: VoiceList, voices: Voices, tones: Mapping[str, str]) -> Iterator[Sequence[Value]]:
    """Yield the rows; the words of the tones were found while the request was there."""
    surveys = dict(
        Survey.objects.filter(organisation=voices.organisation).values_list("pk", "name")
    )
    for comments in listed.stretches(most=AT_ONCE):
        questions = question_labels(comments, voices.language)
        readings, marks = readings_of(comments), marks_of(comments)
        for comment in comments:
            key = comment_key(comment)
            scores = {one.graded.measure.tally: _whole(one.level) for one in comment.scores}
            yield (
                *_when(comment, voices),
                surveys.get(comment.survey_id, ""),
                questions.get(question_key(comment), comment.question),
                masked(comment.text, voices.language),
                *(scores.get(tally) for tally in listed.graded),
                *_read(readings.get(key), voices, tones),
                *_said_by_a_person(marks.get(key), voices),
                *_places(comment, voices),
            )


def _read(reading: Reading | None, voices: Voices, tones: Mapping[str, str]) -> tuple[Value, ...]:
    if reading is None:
        return (None,) * 6
    language = voices.language
    names = (
        [emotion_name(key, language) for key in reading.emotions],
        [theme_name(key, voices.themes, language) for key in reading.themes],
        [signal_name(key, language) for key in reading.signals],
    )
    listed = (SEPARATOR.join(dict.fromkeys(own)) or None for own in names)
    return tones.get(reading.tone), reading.polarity, *listed, reading.engine


def _said_by_a_person(mark: EmotionMark | None, voices: Voices) -> tuple[Value, ...]:
    if mark is None:
        return None, None
    return mark.polarity, emotion_name(mark.emotion, voices.language) or None


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
    organisation, language = look.viewer.organisation, look.language
    for select in read_selects(question.read, organisation, language):
        for option in select.chosen:
            yield Text(en=select.label, fr=select.label), option.label
    yield MASKED, IS_MASKED.to(look.language)
