"""Asking: what a study is told of, and the latest one that answers a question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from ressenti.errors import RessentiError, UndefinedResult
from ressenti.facts.scales import Scale
from ressenti.language import Language, Text
from ressenti.scores.contrast import Contrast
from ressenti.scores.definitions import Family
from ressenti.server.accounts.access import Viewer
from ressenti.server.accounts.audit import recorded
from ressenti.server.cockpit.measured import studied
from ressenti.server.cockpit.windows import Window
from ressenti.server.cockpit.wording import full_name, measure_name
from ressenti.server.models import Measure, Organisation, OutcomeDeclaration, Study
from ressenti.server.studying.answers import RESULT_FORMAT
from ressenti.server.theme_plans import theme_names

LANGUAGES: tuple[Language, ...] = ("fr", "en")
MOST_UNANSWERED = 5
FORGOTTEN = timedelta(minutes=15)
BUSY = UndefinedResult(
    Text(
        en="five studies of this organisation are under way.",
        fr="cinq études de cette organisation sont en cours.",
    ),
    hint=Text(en="Wait until one of them is done.", fr="Attendez que l'une d'elles soit finie."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question: its kind, the mark to explain, the step whose answers count, and its days."""

    kind: str
    target: str = ""
    touchpoint: str = ""
    window: Window

    def told(self, organisation: Organisation) -> dict[str, Any]:
        """Return the question as a study keeps it."""
        measures = numbered_measures(organisation)
        return {
            "target": self.target,
            "touchpoint": self.touchpoint,
            "start": self.window.shown[0].isoformat(),
            "end": self.window.end.isoformat(),
            "marks": {tally: one.scale for tally, one in measures.items()},
            "indicators": {
                tally: f"{one.indicator}/{one.variant}" for tally, one in measures.items()
            },
            "names": {
                language: names_of(organisation, measures, language) for language in LANGUAGES
            },
        }


def numbered_measures(organisation: Organisation) -> dict[str, Measure]:
    """Return by tally the measures of customers that are answered on a numbered scale."""
    found: dict[str, Measure] = {}
    for measure in Measure.objects.filter(organisation=organisation).exclude(scale=""):
        try:
            known = studied(measure)
        except RessentiError:
            continue
        is_numbered = (
            isinstance(known.scale, Scale)
            and bool(known.scale.levels)
            and not any(isinstance(level, str) for level in known.scale.levels)
        )
        is_contrast = isinstance(known.shape(), Contrast)
        if is_numbered and is_contrast and known.indicator.family is not Family.EMPLOYEE:
            found.setdefault(measure.tally, measure)
    return found


def names_of(
    organisation: Organisation, measures: Mapping[str, Measure], language: Language
) -> dict[str, dict[str, str]]:
    """Return what everything is called that a study may speak of."""
    short = {tally: measure_name(one, language) for tally, one in measures.items()}
    names = list(short.values())
    outcomes = OutcomeDeclaration.objects.filter(organisation=organisation)
    return {
        # Two variants of one indicator are told by their full names.
        "marks": {
            tally: name
            if names.count(name) == 1
            else f"{name} · {full_name(measures[tally], language)}"
            for tally, name in short.items()
        },
        "themes": {key: name.to(language) for key, name in theme_names(organisation).items()},
        "outcomes": {one.key: one.words_in(language) for one in outcomes},
    }


def ask_study(viewer: Viewer, asked: Asked) -> Study:
    """Return a new study, which the worker will work out.

    Raises
    ------
    UndefinedResult
        R206, while too many of the organisation are under way.
    """
    now = timezone.now()
    with transaction.atomic():
        under_way = Study.objects.filter(
            organisation=viewer.organisation, done_at=None, asked_at__gte=now - FORGOTTEN
        )
        if under_way.count() >= MOST_UNANSWERED:
            raise BUSY
        study = Study.objects.create(
            organisation=viewer.organisation,
            kind=asked.kind,
            unit=viewer.unit,
            question=asked.told(viewer.organisation),
            asked_by=viewer.person,
            asked_at=now,
        )
        recorded(viewer, "study.asked", subject_kind="study", subject=asked.kind)
        deferred(study)
    return study


def deferred(study: Study) -> None:
    """Have the worker work a study out."""
    from ressenti.server.studying.tasks import run

    run.defer(study=study.pk)


def latest_study(viewer: Viewer, asked: Asked) -> Study | None:
    """Return the latest study of a question that this viewer may see; None where there is none."""
    found = Study.objects.filter(
        organisation=viewer.organisation,
        kind=asked.kind,
        unit=viewer.unit,
        question__target=asked.target,
        question__touchpoint=asked.touchpoint,
        question__start=asked.window.shown[0].isoformat(),
        question__end=asked.window.end.isoformat(),
    )
    return found.first()


def answer_of(study: Study, language: Language) -> dict[str, Any] | None:
    """Return what a study found, in a language; None where nothing, or by another version."""
    result = study.result or {}
    if result.get("format") != RESULT_FORMAT:
        return None
    answer: dict[str, Any] = result[language]
    return answer


def is_forgotten(study: Study) -> bool:
    """Tell whether a study waits for a worker that is not there."""
    return study.done_at is None and study.asked_at < timezone.now() - FORGOTTEN
