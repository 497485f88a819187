"""Notes: what a person must know beside the scores, above all what was left out of them."""

from __future__ import annotations

from collections.abc import Sequence

from ressenti.language import Text
from ressenti.library.lakes import Lake
from ressenti.library.missing_codes import codes_that_are_answers
from ressenti.library.planned_sources import PlanSources
from ressenti.library.request import Request
from ressenti.sources.rejects import rejects
from ressenti.studies.questions import Question
from ressenti.studies.scoring import Answer
from ressenti.tallies.counting import OffScale
from ressenti.warehouse.relations import Relation

SHOWN_VALUES = 5


def notes_of(
    source: Relation | Lake | PlanSources,
    questions: Sequence[Question],
    answers: Sequence[Answer],
    asked: Request,
) -> tuple[Text, ...]:
    """Return what a person must know beside the scores: what was left out, and why."""
    told: tuple[Text, ...] = tuple(getattr(source, "notes", ()))
    unread = rejects(source).count if isinstance(source, Relation) else 0
    if unread:
        told += (
            Text(
                en="Unread records, in no figure: {n} (see --rejects FILE).",
                fr="Enregistrements illisibles, hors de tout chiffre : {n} (voir --rejects "
                "FICHIER).",
            ).format(n=unread),
        )
    told += tuple(_values_off_scale(measure, off) for measure, off in off_scale_of(answers).items())
    return told + tuple(
        warning
        for question in questions
        for warning in codes_that_are_answers(question.measures, asked.missing)
    )


def _values_off_scale(measure: str, off: OffScale) -> Text:
    """Return the commonest values that were on no level, as they stand in the source."""
    shown = ", ".join(f"{value} ({count})" for value, count in off.values[:SHOWN_VALUES])
    more = len(off.values) - SHOWN_VALUES
    rest = f", … (+{more})" if more > 0 else ""
    return Text(
        en="{measure}: {rows} off the scale, in no figure: {shown}",
        fr="{measure} : {rows} hors échelle, hors de tout chiffre : {shown}",
    ).format(measure=measure, rows=off.rows, shown=shown + rest)


def off_scale_of(answers: Sequence[Answer]) -> dict[str, OffScale]:
    """Return, per measure, the raw values that were on no level."""
    return {key: own for answer in answers for key, own in answer.off_scale.items() if own.rows}
