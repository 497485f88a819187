"""Outcomes in a terminal: in the customers' words, met how often, missed by how much."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.box import SIMPLE_HEAD
from rich.table import Table

from ressenti.facts.plan_outcomes import (
    Admission,
    CpiTest,
    ExpectationSource,
    PlannedOutcome,
)
from ressenti.language import Language, Text, number_text, percent_text, semicolon
from ressenti.reports.plain_tables import plain_text
from ressenti.reports.terminal import (
    interval_bar,
    interval_text,
    period_text,
    remarks_text,
    score_table_text,
)
from ressenti.reports.words import HEADS, NOT_TOLD
from ressenti.scores.score import CONFIDENCE, Flag, Score, value_text
from ressenti.studies.outcome_library import (
    KindOfOutcome,
    OutcomePair,
    OutcomeTemplate,
    PairStatus,
    kinds_of_outcome,
)

OUTCOME = Text(en="outcome", fr="résultat attendu")
MET = Text(en="met", fr="tenu")
GAP = Text(en="average gap", fr="écart moyen")
MEDIAN = Text(en="median", fr="médian")
GAPS = Text(
    en="Gaps are above 0 where customers got less than they expected.",
    fr="Un écart au-dessus de 0 : les clients ont eu moins que ce qu'ils attendaient.",
)
WITHIN = Text(
    en="Medians are known within 1%; --exact gives them exactly.",
    fr="Les médianes sont connues à 1 % près ; --exact les donne exactement.",
)
COUNTED_IN = Text(en="counted in", fr="compté en")
PAIR_STATUSES: Mapping[PairStatus, Text] = {
    PairStatus.STATED: Text(en="stated", fr="affirmé"),
    PairStatus.OUTCOME_STATED: Text(en="outcome stated", fr="résultat affirmé"),
    PairStatus.PROPOSED: Text(en="proposed", fr="proposé"),
}
EXPECTED_BY: Mapping[ExpectationSource, Text] = {
    ExpectationSource.CUSTOMER: Text(
        en="what the customer said", fr="ce que le client a dit attendre"
    ),
    ExpectationSource.PROMISE: Text(en="what was promised", fr="ce qui a été promis"),
    ExpectationSource.STANDARD: Text(en="a declared standard", fr="une norme déclarée"),
    ExpectationSource.LEARNT: Text(en="learnt from the past", fr="appris du passé"),
}
ADMISSIONS: Mapping[Admission, Text] = {
    Admission.ADMITTED: Text(en="passed both tests", fr="a passé les deux tests"),
    Admission.REFUSED: Text(en="failed a test", fr="a échoué à un test"),
    Admission.UNTESTED: Text(en="tests to be asked", fr="tests à poser"),
}
TESTS: Mapping[CpiTest, Text] = {
    CpiTest.IMPORTANT: Text(
        en="Would customers themselves call this outcome important?",
        fr="Les clients eux-mêmes diraient-ils que ce résultat est important ?",
    ),
    CpiTest.INCREMENTS: Text(
        en="Is it measured in increments that customers value?",
        fr="Est-il mesuré dans des incréments qui comptent pour les clients ?",
    ),
}


def outcomes_text(
    each: Sequence[Score],
    together: Sequence[Score],
    declared: Mapping[str, PlannedOutcome],
    language: Language,
    *,
    width: int | None = None,
) -> str:
    """Return how often each outcome was met, by how much missed, and what customers got of all."""
    parts = [
        plain_text(attainment_table(each, declared, language), width=width),
        plain_text(gap_table(each, declared, language), width=width),
    ]
    if together:
        parts.append(score_table_text(together, language, width=width))
    return "\n\n".join(parts)


def attainment_table(
    scores: Sequence[Score], declared: Mapping[str, PlannedOutcome], language: Language
) -> Table:
    """Return how often each outcome was met, in each period and segment."""
    shown = [score for score in scores if score.variant.startswith("attainment")]
    table = _table_of_places(shown, language)
    table.add_column(MET.to(language), justify="right", no_wrap=True)
    table.add_column(_interval_head(shown, language), justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    table.add_column(HEADS["n"].to(language), justify="right")
    table.add_column(HEADS["left_out"].to(language), justify="right")
    table.add_column(HEADS["remarks"].to(language))
    for score, place in zip(shown, _places(shown, declared, language), strict=True):
        left_out = score.n_missing + score.n_invalid
        table.add_row(
            *place,
            value_text(score.value, score.unit, language),
            interval_text(score, language),
            interval_bar(score, (0.0, 100.0)),
            number_text(score.n, language, decimals=0),
            number_text(left_out, language, decimals=0) if left_out else "",
            remarks_text(score, language),
        )
    return table


def gap_table(
    scores: Sequence[Score], declared: Mapping[str, PlannedOutcome], language: Language
) -> Table:
    """Return by how much each outcome was missed on average and at the median, with intervals."""
    means = [score for score in scores if score.variant == "gap_mean"]
    medians = {_key(score): score for score in scores if score.variant == "gap_median"}
    table = _table_of_places(means, language)
    interval = _interval_head(means, language)
    for head in (GAP.to(language), interval, MEDIAN.to(language), interval):
        table.add_column(head, justify="right", no_wrap=True)
    table.add_column(COUNTED_IN.to(language))
    for score, place in zip(means, _places(means, declared, language), strict=True):
        median = medians[_key(score)]
        table.add_row(
            *place,
            value_text(score.value, score.unit, language),
            interval_text(score, language),
            value_text(median.value, median.unit, language),
            interval_text(median, language),
            increment_text(declared.get(str(score.segment["outcome"])), language),
        )
    remarks = [GAPS, *([WITHIN] if any(Flag.BUCKETED in one.flags for one in scores) else [])]
    table.caption = "\n".join(remark.to(language) for remark in remarks)
    table.caption_justify = "left"
    return table


def _table_of_places(scores: Sequence[Score], language: Language) -> Table:
    """Return an empty table whose first columns say which outcome, when and for whom."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column(OUTCOME.to(language), min_width=20)
    if any(score.period is not None for score in scores):
        table.add_column(HEADS["period"].to(language), no_wrap=True)
    for name in _segments(scores):
        table.add_column(name)
    return table


def _places(
    scores: Sequence[Score], declared: Mapping[str, PlannedOutcome], language: Language
) -> Iterator[list[str]]:
    """Give the first cells of each score's row."""
    has_periods = any(score.period is not None for score in scores)
    segments = _segments(scores)
    for score in scores:
        name = str(score.segment["outcome"])
        outcome = declared.get(name)
        when = [period_text(score, language)] if has_periods else []
        whose = [score.segment.get(one) or NOT_TOLD.to(language) for one in segments]
        yield [name if outcome is None else outcome.words.to(language), *when, *whose]


def _segments(scores: Sequence[Score]) -> list[str]:
    names = dict.fromkeys(name for score in scores for name in score.segment)
    return [name for name in names if name != "outcome"]


def _interval_head(scores: Sequence[Score], language: Language) -> str:
    confidence = scores[0].confidence if scores else CONFIDENCE
    share = percent_text(100 * confidence, language, decimals=0)
    return HEADS["interval"].format(confidence=share).to(language)


def declared_table(declared: Mapping[str, PlannedOutcome], language: Language) -> Table:
    """Return the outcomes that a plan declares: words, measure, expectation, tests, indicators."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for head in (
        Text(en="name", fr="nom"),
        Text(en="in the customer's words", fr="dans les mots du client"),
        Text(en="step", fr="étape"),
        Text(en="counted by", fr="compté par"),
        Text(en="against", fr="au regard de"),
        Text(en="should move", fr="devrait faire bouger"),
        Text(en="tests", fr="tests"),
    ):
        table.add_column(head.to(language))
    for name, outcome in declared.items():
        table.add_row(
            name,
            outcome.words.to(language),
            outcome.step or "",
            f"{size_text(outcome.increment, language)} {outcome.unit}",
            EXPECTED_BY[outcome.expectation_source].to(language),
            ", ".join(outcome.moves),
            _tests_text(outcome, language),
        )
    return table


def template_table(templates: Sequence[OutcomeTemplate], language: Language) -> Table:
    """Return the outcomes to start from, kind after kind."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for head in (
        Text(en="kind", fr="nature"),
        Text(en="name", fr="nom"),
        Text(en="in the customer's words", fr="dans les mots du client"),
        Text(en="counted in", fr="compté en"),
        Text(en="should move", fr="devrait faire bouger"),
    ):
        table.add_column(head.to(language))
    shown: KindOfOutcome | None = None
    for template in templates:
        kind = kinds_of_outcome()[template.kind]
        size = size_text(template.increment, language)
        table.add_row(
            "" if kind is shown else kind.name.to(language),
            template.key,
            template.words.to(language),
            f"{size} {template.unit}",
            ", ".join(template.moves),
        )
        shown = kind
    return table


def pair_table(pairs: Sequence[OutcomePair], language: Language) -> Table:
    """Return pairs of an indicator and an outcome, with who says so."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for head in (
        Text(en="no.", fr="n°"),
        Text(en="indicator of the company", fr="indicateur de l'entreprise"),
        Text(en="outcome of the customer", fr="résultat pour le client"),
        Text(en="computed by", fr="calculé par"),
        Text(en="status", fr="statut"),
    ):
        table.add_column(head.to(language))
    for pair in pairs:
        table.add_row(
            str(pair.number),
            pair.kpi.to(language),
            pair.outcome.to(language),
            pair.computed_by,
            PAIR_STATUSES[pair.status].to(language),
        )
    return table


def increment_text(outcome: PlannedOutcome | None, language: Language) -> str:
    """Return what a gap counts, such as ``× 5 min``; nothing where no plan says so."""
    if outcome is None:
        return ""
    size = size_text(outcome.increment, language)
    return outcome.unit if outcome.increment == 1 else f"× {size} {outcome.unit}"


def size_text(size: float, language: Language) -> str:
    """Return the size of an increment with as few decimals as it has."""
    return number_text(size, language, decimals=0 if size.is_integer() else 2)


def _tests_text(outcome: PlannedOutcome, language: Language) -> str:
    words = [ADMISSIONS[outcome.admission].to(language)]
    words += [f"{one.by}, {one.on.isoformat()}" for one in outcome.answers().values()]
    return f"{semicolon(language)} ".join(dict.fromkeys(words))


def _key(score: Score) -> tuple[object, ...]:
    return (score.period, tuple(score.segment.items()))
