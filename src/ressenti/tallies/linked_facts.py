"""Linked facts: outcomes and answers brought to the rows in which links are sought.

A customer's answer is set against the last outcome before it, never one after; over periods both
keep their own dates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp, parse_one

from ressenti.tallies.outcome_sql import CHOICE, met
from ressenti.warehouse.relations import Relation

DIALECT = "duckdb"
AT, WHO, PLACE = "at", "customer", "answered_about"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedFacts:
    """The facts that links are sought in, on one engine.

    Parameters
    ----------
    answers, outcomes : Relation or None
        Under their standard names; outcomes None where both sides are answered.
    happened : sequence of str
        Names of outcomes.
    answered : mapping of column to measure
        What each column of answers is to be called, and the measure it reads.
    within : str or None
        Column of units, in both facts.
    higher : sequence of str
        Outcomes of which more is better.
    touchpoint : str or None
        Column of both facts that an answer and the outcome before it must share.
    carried : sequence of str
        Further columns of the answers, one value a response.
    """

    answers: Relation
    outcomes: Relation | None
    happened: Sequence[str]
    answered: Mapping[str, str]
    within: str | None = None
    higher: Sequence[str] = ()
    touchpoint: str | None = None
    carried: Sequence[str] = ()

    def by_customer(self, *, days: int) -> exp.Select:
        """Return one row a customer: the last answer that outcomes precede by so many days."""
        kept = [WHO, AT, *self._units(), *self.carried, *self.answered]
        rows = self._with_outcomes(kept, days) if self.happened else self._answered_once()
        turn = _parsed(
            f'ROW_NUMBER() OVER (PARTITION BY "{WHO}" ORDER BY "{AT}" DESC, response_id)'
        )
        last = exp.select(exp.Star(), turn.as_("turn")).from_(rows.subquery("wide"))
        columns = [exp.column(name, quoted=True) for name in (*kept, *self.happened)]
        return exp.select(*columns).from_(last.subquery("last_")).where("turn = 1")

    def by_response(self, *, days: int) -> exp.Select:
        """Return one row a response, known or not, with the outcomes of so many days before it."""
        names = [*self._units(), *self.carried, *self.answered]
        answers = self._responses(names).subquery("responses")
        columns = [exp.column(name, "responses", quoted=True) for name in names]
        if not self.happened:
            return exp.select(*columns).from_(answers)
        before = self._with_outcomes([], days).subquery("before_")
        happened = [exp.column(name, "before_", quoted=True) for name in self.happened]
        same = exp.EQ(
            this=exp.column("response_id", "before_"),
            expression=exp.column("response_id", "responses"),
        )
        return (
            exp.select(*columns, *happened).from_(answers).join(before, on=same, join_type="left")
        )

    def by_event(self) -> exp.Query:
        """Return one row an answer or an outcome, each dated by itself."""
        answers = self.answers.select(
            exp.column("answered_at").as_(AT, quoted=True),
            *(exp.column(name, quoted=True) for name in (*self._units(), *self.carried)),
            *(
                _when("measure", measure, "value").as_(name, quoted=True)
                for name, measure in self.answered.items()
            ),
            *(exp.cast(exp.null(), "INT").as_(name, quoted=True) for name in self.happened),
        ).where(exp.column("measure").isin(*self.answered.values()))
        if self.outcomes is None or not self.happened:
            return answers
        outcomes = exp.select(
            exp.column("occurred_at").as_(AT, quoted=True),
            *(exp.column(name, quoted=True) for name in self._units()),
            # What is carried of answers is their weight, and an outcome counts for one.
            *(exp.convert(1).as_(name, quoted=True) for name in self.carried),
            *(exp.null().as_(name, quoted=True) for name in self.answered),
            *(_when("outcome", name, "met").as_(name, quoted=True) for name in self.happened),
        ).from_(self._happened(with_units=True).subquery("happened"))
        return exp.union(answers, outcomes, distinct=False)

    def _with_outcomes(self, kept: Sequence[str], days: int) -> exp.Select:
        """Return one row a response, with the last outcome before it of each kind."""
        joined = exp.select(
            *(exp.column(name, "a", quoted=True) for name in ("response_id", *kept)),
            exp.column("outcome", "o"),
            exp.column("met", "o"),
            _parsed(
                "ROW_NUMBER() OVER (PARTITION BY a.response_id, o.outcome "
                "ORDER BY o.occurred_at DESC)"
            ).as_("place"),
        ).from_(self._answered_once().subquery("a"))
        joined = joined.join(
            self._happened(with_units=False).subquery("o"),
            on=exp.and_(
                f'o.customer_id = a."{WHO}"',
                f'o.occurred_at <= a."{AT}"',
                f"o.occurred_at > a.\"{AT}\" - INTERVAL '{days:d}' DAY",
                *(f'o."{name}" = a."{PLACE}"' for name in self._touchpoints()),
                dialect=DIALECT,
            ),
        )
        return (
            exp.select(
                exp.column("response_id"),
                *(_greatest(exp.column(name, quoted=True), name) for name in kept),
                *(_greatest(_when("outcome", name, "met"), name) for name in self.happened),
            )
            .from_(joined.subquery("joined"))
            .where("place = 1")
            .group_by("response_id")
        )

    def _units(self) -> list[str]:
        return [] if self.within is None else [self.within]

    def _touchpoints(self) -> list[str]:
        return [] if self.touchpoint is None else [self.touchpoint]

    def _answered_once(self) -> exp.Select:
        """Return one row a response of somebody known, its answers side by side."""
        who = _greatest(exp.column("respondent_id"), WHO)
        at = _greatest(exp.column("answered_at"), AT)
        about = [_greatest(exp.column(name, quoted=True), PLACE) for name in self._touchpoints()]
        names = [*self._units(), *self.carried, *self.answered]
        rows = self._responses(names, who, at, *about)
        return rows.where("respondent_id IS NOT NULL")

    def _responses(self, names: Sequence[str], *more: exp.Expr) -> exp.Select:
        """Return one row a response, its columns and its answers side by side."""
        values = {name: _when("measure", own, "value") for name, own in self.answered.items()}
        return (
            self.answers.select(
                exp.column("response_id"),
                *more,
                *(
                    _greatest(values.get(name) or exp.column(name, quoted=True), name)
                    for name in names
                ),
            )
            .where(exp.column("measure").isin(*self.answered.values()))
            .group_by("response_id")
        )

    def _happened(self, *, with_units: bool) -> exp.Select:
        """Return outcomes met or missed, 1 or 0; NULL where it is not known."""
        if self.outcomes is None:
            return exp.select(exp.null()).where(exp.false())
        judged = _parsed(
            "CASE WHEN actual IS NULL OR expected IS NULL THEN NULL "
            f"WHEN {met({**CHOICE, 'higher': tuple(self.higher)})} THEN 1 ELSE 0 END"
        )
        units = self._units() if with_units else self._touchpoints()
        return self.outcomes.select(
            exp.column("outcome"),
            exp.column("customer_id"),
            exp.column("occurred_at"),
            judged.as_("met"),
            *(exp.column(name, quoted=True) for name in units),
        ).where(exp.column("outcome").isin(*self.happened))


def _parsed(text: str) -> exp.Expr:
    return parse_one(text, dialect=DIALECT)


def _when(column: str, name: str, value: str) -> exp.Case:
    is_named = exp.EQ(this=exp.column(column), expression=exp.Literal.string(name))
    return exp.Case().when(is_named, exp.column(value))


def _greatest(value: exp.Expr, name: str) -> exp.Expr:
    return exp.Max(this=value).as_(name, quoted=True)
