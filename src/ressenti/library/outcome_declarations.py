"""Outcome declarations: an outcome put into a plan, and the answers to its two tests.

A plan is text that people keep comments in: what is new is put at its end, and nothing is written
before the whole has been read again.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ressenti.errors import InvalidArgument, unknown_name
from ressenti.facts.company_results import company_result_in
from ressenti.facts.plan import Plan
from ressenti.facts.plan_outcomes import (
    CpiAnswer,
    ExpectationSource,
    LearntExpectation,
    PlannedOutcome,
)
from ressenti.facts.plan_reading import read_plan
from ressenti.facts.plan_writing import written_answer, written_outcome
from ressenti.indicators import variant_called
from ressenti.language import Language, Text
from ressenti.library.output_paths import writing
from ressenti.studies.outcome_library import OutcomeTemplate, outcome_template

LEARNT = LearntExpectation(quantile=0.8)
LOOK_FOR = Text(en="Look for: {actual}.", fr="À chercher : {actual}.")
ASK = Text(en="Ask customers: {question}", fr="À demander aux clients : {question}")
MAY_MOVE = Text(
    en="May move: {indicators}; name your own measures in 'moves'.",
    fr="Peut faire bouger : {indicators} ; nommez vos propres mesures dans « moves ».",
)
THEN_ASK = Text(
    en="Then ask the two tests: ressenti outcomes ask {name}",
    fr="Posez ensuite les deux tests : ressenti outcomes ask {name}",
)


def proposed_outcome(
    template: str,
    *,
    source: str | None = None,
    fact: str | None = None,
    actual: str | None = None,
    expected: str | None = None,
    at: str | None = None,
    customer: str | None = None,
    plan: Plan | None = None,
) -> PlannedOutcome:
    """Return an outcome that starts from a template, with the columns of one's own data.

    Parameters
    ----------
    template : str
        A key of the library.
    source, fact : str or None
        Where the rows are; the fact ``outcomes`` where neither is told.
    actual, expected, at, customer : str or None
        SQL expressions over these rows; ``actual`` and ``expected`` where they are not told.
    plan : Plan or None
        The plan it is meant for: its measures of the right indicators are those it should move,
        and its journey tells whether the template's step is one of its own.

    Raises
    ------
    InvalidArgument
        R102, for a result of the company, with the reason and what to declare instead.
    UnknownName
        R100, with the nearest templates.

    Examples
    --------
    >>> proposed_outcome("nothing_broken", source="orders", actual="broken").words.fr
    'Tout est arrivé, et entier'
    """
    own = _template(template)
    is_learnt = own.expectation_source is ExpectationSource.LEARNT
    return PlannedOutcome(
        words=own.words,
        kind=own.kind,
        fact=fact if source or fact else "outcomes",
        source=source,
        actual=actual or "actual",
        expected=expected if is_learnt else expected or "expected",
        unit=own.unit,
        increment=own.increment,
        direction=own.direction,
        expectation_source=own.expectation_source,
        learnt=LEARNT if is_learnt else None,
        at=at,
        customer=customer,
        step=own.step if plan and own.step in {step.key for step in plan.journey} else None,
        moves=_measures_moved(own, plan),
    )


def proposal_text(name: str, template: str, outcome: PlannedOutcome, language: Language) -> str:
    """Return the TOML of a proposed outcome, with what to look for and to ask as comments."""
    own = _template(template)
    remarks = [
        LOOK_FOR.format(actual=own.actual),
        ASK.format(question=own.question),
        *([] if outcome.moves else [MAY_MOVE.format(indicators=", ".join(own.moves))]),
        THEN_ASK.format(name=name),
    ]
    comments = "".join(f"# {remark.to(language)}\n" for remark in remarks)
    return comments + written_outcome(name, outcome)


def declare_outcome(plan: Path, name: str, text: str) -> PlannedOutcome:
    """Put the TOML of an outcome at the end of a plan and return it as it is read there.

    Raises
    ------
    InvalidArgument
        R102, when the plan has an outcome of that name.
    InvalidPlan
        R104, when the plan would be wrong with it, each fault with its line; nothing is written.
    """
    if name in _read(plan.read_text("utf-8"), plan).outcomes:
        raise InvalidArgument(
            Text(
                en=f"'{plan}' already has an outcome called '{name}'.",
                fr=f"« {plan} » a déjà un résultat attendu appelé « {name} ».",
            ),
            hint=Text(en="Say another --name.", fr="Donnez un autre --name."),
        )
    return _with(plan, text).outcomes[name]


def answer_tests(plan: Path, name: str, answers: Sequence[CpiAnswer]) -> PlannedOutcome:
    """Put answers to the two tests of an outcome at the end of a plan; earlier ones are kept.

    Raises
    ------
    UnknownName
        R100, when the plan has no such outcome.
    """
    declared = _read(plan.read_text("utf-8"), plan).outcomes
    if name not in declared:
        raise unknown_name(Text(en="outcome", fr="résultat attendu"), name, declared)
    text = "\n\n".join(written_answer(name, answer) for answer in answers)
    return _with(plan, text).outcomes[name]


def _with(plan: Path, text: str) -> Plan:
    """Write a plan with a text at its end, once it has been read so, and return it."""
    whole = f"{plan.read_text('utf-8').rstrip()}\n\n{text}\n"
    read = _read(whole, plan)
    with writing(plan) as path:
        path.write_text(whole, encoding="utf-8")
    return read


def _read(text: str, plan: Path) -> Plan:
    return read_plan(text, check_indicator=variant_called, file=str(plan))


def _template(key: str) -> OutcomeTemplate:
    result = company_result_in(key)
    if result is not None:
        raise InvalidArgument(result.refusal, hint=result.instead)
    return outcome_template(key)


def _measures_moved(template: OutcomeTemplate, plan: Plan | None) -> tuple[str, ...]:
    measures = {} if plan is None else plan.measures
    return tuple(
        name
        for name, measure in measures.items()
        if measure.indicator.partition("/")[0] in template.moves
    )
