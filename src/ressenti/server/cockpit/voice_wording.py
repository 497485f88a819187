"""The words of a comment on a page: masked, its found words marked, its scores in their scale."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from django.utils.translation import gettext as _

from ressenti.emotions.masking import masked
from ressenti.facts.periods import Grain, label_of
from ressenti.facts.scales import Level, Scale
from ressenti.language import Language, Text, number_text
from ressenti.server.cockpit.choices import value_label
from ressenti.server.cockpit.comments import Comment, GivenScore
from ressenti.server.cockpit.filters import Choices
from ressenti.server.cockpit.journey_steps import step_label
from ressenti.server.cockpit.searching import Term, found_words
from ressenti.server.cockpit.voice_lists import element_of_comment
from ressenti.server.cockpit.voice_pieces import Piece, pieces_of
from ressenti.server.cockpit.voice_questions import Mood
from ressenti.server.cockpit.voice_readings import (
    ShownMark,
    ShownReading,
    comment_key,
    marks_of,
    readings_of,
    shown_mark,
    shown_reading,
)
from ressenti.server.cockpit.wording import measure_name
from ressenti.server.models import Organisation, Survey, SurveyVersion

YES_AND_NO = 2
TOLD_BESIDE = ("unit", "touchpoint", "channel", "language")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownScore:
    """A score beside a comment; ``mood`` is empty on a scale that grades nothing."""

    name: str
    value: str
    top: str
    mood: str
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownComment:
    """A comment as a page shows it.

    Parameters
    ----------
    element : str
        The id of its element in a page.
    places : tuple of str
        Unit, touchpoint, channel: those that may be told.
    survey, question : str
        What it answers.
    is_other_language : bool
        The text is not in the language of the page.
    reading : ShownReading or None
        None while it waits to be read.
    mark : ShownMark or None
        What a person said last, where anybody did.
    """

    comment: Comment
    element: str
    pieces: tuple[Piece, ...]
    scores: tuple[ShownScore, ...]
    when: str
    places: tuple[str, ...]
    survey: str
    question: str
    is_other_language: bool
    reading: ShownReading | None
    mark: ShownMark | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BareComment:
    """A comment by itself; ``language`` is empty where it is that of the page."""

    pieces: tuple[Piece, ...]
    question: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Voices:
    """What is needed to word the comments of one organisation.

    Parameters
    ----------
    told : frozenset of str
        Dimensions that may be told of protected comments: those that were asked for.
    themes : mapping of key to Text
        The names of the organisation's themes.
    """

    organisation: Organisation
    choices: Choices
    language: Language
    protected: frozenset[UUID] = frozenset()
    told: frozenset[str] = frozenset()
    themes: Mapping[str, Text] = field(default_factory=dict)

    def shown(
        self, comments: Sequence[Comment], terms: Sequence[Term] = ()
    ) -> tuple[ShownComment, ...]:
        """Return comments as a page shows them, found words and what was read marked."""
        texts = [masked(comment.text, self.language) for comment in comments]
        found = found_words(texts, terms)
        questions = question_labels(comments, self.language)
        surveys = survey_names(comments)
        readings, marks = readings_of(comments), marks_of(comments)
        shown = []
        for comment in comments:
            key, text = comment_key(comment), comment.text
            own, mark = readings.get(key), marks.get(key)
            read = None if own is None else shown_reading(text, own, self.themes, self.language)
            spans = () if read is None else read.marks
            shown.append(
                ShownComment(
                    comment=comment,
                    element=element_of_comment(*key),
                    pieces=tuple(pieces_of(text, self.language, found, spans)),
                    scores=tuple(score_words(score, self.language) for score in comment.scores),
                    when=self.when(comment),
                    places=tuple(
                        self.place(comment, name) for name in self.dimensions_told(comment)
                    ),
                    survey=surveys.get(comment.survey_id, ""),
                    question=questions.get(question_key(comment), ""),
                    is_other_language=comment.language not in ("", self.language),
                    reading=read,
                    mark=None if mark is None else shown_mark(mark, self.language),
                )
            )
        return tuple(shown)

    def bare(self, comment: Comment) -> BareComment:
        """Return a comment with nothing beside it that could lead who judges it."""
        questions = question_labels([comment], self.language)
        return BareComment(
            pieces=tuple(pieces_of(comment.text, self.language)),
            question=questions.get(question_key(comment), ""),
            language="" if comment.language == self.language else comment.language,
        )

    def when(self, comment: Comment) -> str:
        """Return when a comment was written: in the organisation's zone, or only the month."""
        if comment.survey_id in self.protected:
            return label_of(comment.day.replace(day=1), Grain.MONTH, self.language)
        at = comment.answered_at.astimezone(ZoneInfo(self.organisation.time_zone))
        pattern = "d MMM y, HH:mm"
        return format_datetime(at, pattern, locale=self.language)

    def dimensions_told(self, comment: Comment) -> tuple[str, ...]:
        """Return the dimensions of a comment that have a value and may be told."""
        is_protected = comment.survey_id in self.protected
        return tuple(
            name
            for name in TOLD_BESIDE
            if getattr(comment, name) and (not is_protected or name in self.told)
        )

    def place(self, comment: Comment, name: str) -> str:
        """Return what a person calls the value of one dimension of a comment."""
        value = getattr(comment, name)
        if name == "touchpoint":
            return step_label(value, self.language)
        known = self.choices.values.get(name, {})
        return known[value] if value in known else value_label(name, value)


def asked_of_most(shown: Sequence[ShownComment]) -> str:
    """Return the question that most comments of a list answer; empty where no two answer one.

    Said once above the list, it need not be said beside every one of them.
    """
    most = Counter(one.question for one in shown).most_common(1)
    return most[0][0] if most and most[0][1] > 1 else ""


def score_words(score: GivenScore, language: Language) -> ShownScore:
    """Return a score in its scale, with the word for what it says."""
    scale, level, mood = score.graded.scale, score.level, score.mood
    return ShownScore(
        name=measure_name(score.graded.measure, language),
        value=level_words(score, language),
        top="" if _is_worded(scale, level) else f"{scale.maximum:g}",
        mood="" if mood is None else str(mood),
        word="" if mood is None else mood_words(mood, score.graded.measure.indicator),
    )


def level_words(score: GivenScore, language: Language) -> str:
    """Return a level: a number as it is, a word as its label."""
    level, scale = score.level, score.graded.scale
    if not isinstance(level, str) and not _is_worded(scale, level):
        return number_text(level, language, decimals=0 if level.is_integer() else 1)
    label = scale.labels.get(level)
    return str(level) if label is None else label.to(language)


def _is_worded(scale: Scale, level: Level) -> bool:
    """Tell whether a level is said by a word: of words, and of yes and no."""
    return isinstance(level, str) or len(scale.levels) == len(scale.labels) == YES_AND_NO


def mood_words(mood: Mood, indicator: str) -> str:
    """Return what somebody is called who scored so."""
    if indicator in ("nps", "enps"):
        net = {
            Mood.POSITIVE: _("promoter"),
            Mood.NEUTRAL: _("passive"),
            Mood.NEGATIVE: _("detractor"),
        }
        return net[mood]
    plain = {
        Mood.POSITIVE: _("positive"),
        Mood.NEUTRAL: _("neutral"),
        Mood.NEGATIVE: _("negative"),
    }
    return plain[mood]


QuestionKey = tuple[UUID, int, str]


def question_key(comment: Comment) -> QuestionKey:
    """Return what names the question that a comment answers, as it was asked."""
    return comment.survey_id, comment.survey_version, comment.question


def question_labels(comments: Iterable[Comment], language: Language) -> dict[QuestionKey, str]:
    """Return the questions that comments answer, in the words of the version that was asked."""
    wanted = {question_key(comment) for comment in comments}
    versions = SurveyVersion.objects.filter(
        survey_id__in={key[0] for key in wanted}, number__in={key[1] for key in wanted}
    ).values_list("survey_id", "number", "questionnaire")
    return {
        (survey, number, question["id"]): _label(question, document, language)
        for survey, number, document in versions
        for question in document.get("questions", ())
        if (survey, number, question.get("id")) in wanted
    }


def survey_names(comments: Iterable[Comment]) -> dict[UUID, str]:
    """Return the names of the surveys that comments answer."""
    wanted = {comment.survey_id for comment in comments}
    return dict(Survey.objects.filter(pk__in=wanted).values_list("pk", "name"))


# What piping would put there is not known here, and could be a name.
PIPED = re.compile(r"\{\{[^}]*\}\}")


def _label(
    question: Mapping[str, Mapping[str, str]], document: Mapping[str, list[str]], language: Language
) -> str:
    labels = question.get("label") or {}
    first = (document.get("languages") or [language])[0]
    return PIPED.sub("…", labels.get(language) or labels.get(first) or "")
