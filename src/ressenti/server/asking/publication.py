"""Publication: a draft becomes the version that is asked, and its measures are followed.

Each edit that may change what answers mean was decided by the author: the series goes on, or it
breaks at this moment, which every chart shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from django.db.models import Max
from django.utils import timezone

from ressenti.indicators import variant_called
from ressenti.scores.definitions import Events
from ressenti.server.accounts.access import Viewer
from ressenti.server.accounts.audit import recorded
from ressenti.server.asking.notifications import survey_changed
from ressenti.server.asking.survey_documents import latest_version
from ressenti.server.models import Measure, SeriesBreak, Survey, SurveyState, SurveyVersion
from ressenti.server.tallying.kinds import EMPLOYEES
from ressenti.server.tallying.readings import POLARITIES
from ressenti.surveys.editing import Edit, edits, published
from ressenti.surveys.question import Question
from ressenti.surveys.questionnaire import Questionnaire, document_of, questionnaire_of
from ressenti.surveys.questions import question_type_called

# A longer grid would bury the scorecard: its lines are there to be chosen.
MOST_LINES_SHOWN = 6


@dataclass(frozen=True, slots=True)
class FedMeasure:
    """A measure fed by a question, or by one part of it, and the tallies its answers go to.

    Parameters
    ----------
    label : mapping of language to str
        What the part is called; empty for a whole question.
    """

    indicator: str
    variant: str
    scale: str
    tally: str
    label: Mapping[str, str] = field(default_factory=dict)


# Employees' comments are read, and counted nowhere.
EMOTIONS = FedMeasure("nes", "mean_polarity", "", POLARITIES)


def live_questionnaire(survey: Survey) -> Questionnaire | None:
    """Return what is asked now; None before the first publication."""
    version = latest_version(survey)
    return None if version is None else questionnaire_of(version.questionnaire)


def pending_edits(survey: Survey) -> tuple[Edit, ...]:
    """Return what the draft changes of what is asked; nothing before the first publication.

    Raises
    ------
    InvalidQuestionnaire
        R105, when the draft has faults.
    """
    live = live_questionnaire(survey)
    return () if live is None else edits(live, questionnaire_of(survey.draft))


def publish(viewer: Viewer, survey: Survey, decisions: Mapping[str, str]) -> SurveyVersion:
    """Make the draft of a survey, locked by the caller, the version that is asked.

    Raises
    ------
    InvalidQuestionnaire
        R105, when the draft has faults or a decision is missing.
    """
    live = live_questionnaire(survey)
    asked = published(live, questionnaire_of(survey.draft), decisions)
    document = dict(document_of(asked))
    now = timezone.now()
    last = SurveyVersion.objects.filter(survey=survey).aggregate(last=Max("number"))["last"] or 0
    version = SurveyVersion.objects.create(
        survey=survey,
        number=last + 1,
        questionnaire=document,
        decisions=dict(decisions),
        published_at=now,
        published_by=viewer.person,
    )
    breaks = list(series_breaks(survey, live, asked))
    for one in breaks:
        one.at = now
    SeriesBreak.objects.bulk_create(breaks)
    ensure_measures(survey, asked)
    survey.draft = document
    survey.state = SurveyState.LIVE
    survey.save(update_fields=["draft", "state", "changed_at"])
    survey_changed(survey)
    recorded(
        viewer,
        "survey.published",
        subject_kind="survey",
        subject=str(survey.pk),
        detail={"version": version.number, "decisions": dict(decisions), "breaks": len(breaks)},
    )
    return version


def series_breaks(
    survey: Survey, live: Questionnaire | None, asked: Questionnaire
) -> Iterator[SeriesBreak]:
    """Yield a break for each tally of a question that became another one; ``at`` is not set."""
    for question in asked.questions:
        was = live.by_id.get(question.id) if live else None
        if was is None or was.series == question.series:
            continue
        # What it fed before ends here as well, when it now feeds something else.
        tallies = {one.tally for old in (was, question) for one in fed_measures(survey.key, old)}
        for tally in sorted(tallies):
            yield SeriesBreak(
                organisation_id=survey.organisation_id,
                tally=tally,
                survey=survey,
                question=question.id,
                series=question.series,
            )


def fed_measures(survey_key: str, question: Question) -> Iterator[FedMeasure]:
    """Yield what a question feeds: itself, or each line of a grid under a tally of its own."""
    if question.measure is None:
        return
    indicator, variant = variant_called(question.measure)
    if isinstance(variant.reads, Events):
        # What is written becomes facts of their own, tallied under the variant's name.
        yield FedMeasure(indicator.key, variant.key, "", f"{indicator.key}/{variant.key}")
        return
    for part, scale in _measured_parts(question):
        tally = f"{indicator.key}@{scale}"
        if part:
            tally += f"#{survey_key}.{question.id}.{part}"
        label = _label(question, part) if part else {}
        yield FedMeasure(indicator.key, variant.key, scale, tally, label)


def _measured_parts(question: Question) -> Iterator[tuple[str, str]]:
    kind = question_type_called(question.type)
    feeding = [(one.part, one.scale or "") for one in question.fields if one.feeds_measure]
    if feeding or kind.measured_on is None:
        yield from feeding
        return
    # Marks come in pairs: what is counted is the gap of each item, not the marks.
    items = dict.fromkeys(_item(one.part) for one in question.fields)
    scale = kind.measured_on(question)
    yield from ((item, scale.key) for item in items)


def _label(question: Question, part: str) -> dict[str, str]:
    labels = (one.label for one in question.fields if part in (one.part, _item(one.part)))
    told = next((label for label in labels if label is not None), {})
    return {str(language): words for language, words in told.items()}


def _item(part: str) -> str:
    """Return the item of a mark: what stands before its aspect."""
    return part.rpartition(".")[0]


def ensure_measures(survey: Survey, asked: Questionnaire) -> None:
    """Make sure that the organisation follows each measure that a questionnaire feeds."""
    known = Measure.objects.filter(organisation_id=survey.organisation_id)
    place = known.aggregate(last=Max("place"))["last"] or 0
    for followed in followed_together(survey, asked):
        for fed in followed:
            place += 1
            measure, is_new = Measure.objects.get_or_create(
                organisation_id=survey.organisation_id,
                indicator=fed.indicator,
                variant=fed.variant,
                scale=fed.scale,
                tally=fed.tally,
                defaults={
                    "place": place,
                    "label": fed.label,
                    "is_shown": len(followed) <= MOST_LINES_SHOWN,
                },
            )
            if not is_new and measure.label != fed.label:
                measure.label = fed.label
                measure.save(update_fields=["label"])


def followed_together(survey: Survey, asked: Questionnaire) -> Iterator[tuple[FedMeasure, ...]]:
    """Yield the measures that each question feeds, then what is read in its comments."""
    yield from (followed_measures(survey.key, question) for question in asked.questions)
    if survey.audience != EMPLOYEES and asks_for_words(asked):
        yield (EMOTIONS,)


def asks_for_words(asked: Questionnaire) -> bool:
    """Tell whether a questionnaire asks for words in which feelings can be read."""
    return any(question_type_called(one.type).feeds_emotions for one in asked.questions)


def followed_measures(survey_key: str, question: Question) -> tuple[FedMeasure, ...]:
    """Return the measures of a question as an organisation follows them.

    Each line of a grid is a measure of its own: its lines ask different things, and one person who
    answers five of them is no group of five. What is worked out from all lines together is one.
    """
    fed = tuple(fed_measures(survey_key, question))
    if question.measure is None or variant_called(question.measure)[1].form is not None:
        return fed
    whole = (replace(one, tally=one.tally.partition("#")[0], label={}) for one in fed)
    return tuple({one.tally: one for one in whole}.values())


def close(viewer: Viewer, survey: Survey) -> None:
    """Stop a survey from taking answers."""
    _set_state(viewer, survey, SurveyState.CLOSED, "survey.closed")


def reopen(viewer: Viewer, survey: Survey) -> None:
    """Let a closed survey take answers again; one that was never published stays a draft."""
    if survey.state == SurveyState.CLOSED and latest_version(survey) is not None:
        _set_state(viewer, survey, SurveyState.LIVE, "survey.reopened")


def _set_state(viewer: Viewer, survey: Survey, state: SurveyState, action: str) -> None:
    survey.state = state
    survey.save(update_fields=["state", "changed_at"])
    survey_changed(survey)
    recorded(viewer, action, subject_kind="survey", subject=str(survey.pk))
