"""The scorecard: each indicator's latest period, whether it moved, and where it came from."""

from __future__ import annotations

from dataclasses import dataclass

from ressenti.scores.judgement import scores_of_tallies
from ressenti.scores.score import CONFIDENCE, Period, Score
from ressenti.studies.comparing import Change, change_between
from ressenti.studies.questions import Measure, Question
from ressenti.studies.scoring import complete_table, place_of
from ressenti.tallies.counting import Reading, tallies_of
from ressenti.tallies.tally import TallyTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One line of a scorecard.

    Parameters
    ----------
    latest : Score
        Of the last period that is over.
    change : Change or None
        From the period before to the latest; None where there is no period before.
    trend : tuple of Score
        One score a period, oldest first, the latest last.
    """

    latest: Score
    change: Change | None
    trend: tuple[Score, ...]


def cards_of_question(
    question: Question, *, until: str | None = None, confidence: float = CONFIDENCE
) -> list[Card]:
    """Return the cards of the measures of a question that is cut by period and nothing else.

    Parameters
    ----------
    until : str or None
        ISO date; periods that end later are not over and are left out.
    """
    readings = [Reading(m.scale, m.missing_codes, m.labels) for m in question.measures]
    counts = tallies_of(question.relation.warehouse, question.query(), readings)
    return [
        card
        for measure in question.measures
        if (card := _card(measure, question, counts[measure.key].table, until, confidence))
    ]


def _card(
    measure: Measure, question: Question, table: TallyTable, until: str | None, confidence: float
) -> Card | None:
    whole = complete_table(table, question)
    places = [place_of(key, question) for key in whole.keys]
    over = [row for row, (period, _) in enumerate(places) if _is_over(period, until)]
    if not over:
        return None
    scores = scores_of_tallies(
        measure.indicator,
        measure.variant,
        whole,
        shape=measure.shape(),
        places=places,
        confidence=confidence,
    )
    trend = tuple(scores[row] for row in over)
    change = None
    if len(over) > 1:
        keys = (whole.keys[over[-2]], whole.keys[over[-1]])
        change = change_between(measure, whole, keys, confidence=confidence)
    return Card(latest=trend[-1], change=change, trend=trend)


def _is_over(period: Period | None, until: str | None) -> bool:
    return period is not None and (until is None or period.end <= until)
