"""Derivations: queries from facts to facts, before the tally; one file each, found by its name.

A derivation reads one fact table and gives one row per thing to count, dated and cut by the
facts' own segments, with either a ``level`` (a kind of event) or an ``amount``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from sqlglot import exp, parse_one

from ressenti.errors import InvalidArgument, unknown_name
from ressenti.language import Text

# What a written query calls level, amount and at leaves it under names that no segment bears.
LEVEL, AMOUNT, AT = "derived_level", "derived_amount", "derived_at"
PUBLISHED = {"level": LEVEL, "amount": AMOUNT, "at": AT}
# DuckDB's name for what other engines call differently; sqlglot knows only theirs.
MICROSECONDS = "EPOCH_US"
NOT_BOUGHT = (
    "('cancelled', 'canceled', 'returned', 'refunded', 'annulé', 'annulée', 'retourné', "
    "'retournée', 'remboursé', 'remboursée')"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A fact table as a derivation sees it: standard column names, times as timestamps.

    Parameters
    ----------
    source : sqlglot subquery, aliased ``facts``
        Its segments stand under the names of ``carried``.
    columns : frozenset of str
        The standard columns that are mapped.
    segments : tuple of str
        Further columns to carry along unchanged, as a person calls them.
    others : mapping of fact to Facts
        Other fact tables of the same engine, for derivations that relate two.
    """

    source: exp.Subquery
    columns: frozenset[str]
    segments: tuple[str, ...] = ()
    others: Mapping[str, Facts] = field(default_factory=dict)

    @property
    def carried(self) -> tuple[str, ...]:
        """What the segments are called inside: a segment may bear a fact's own column's name."""
        return carried_names(self.segments)

    def query(self, sql: str) -> exp.Select:
        """Return a written query over ``facts`` as a tree, with the segments carried along.

        The marker ``segments_`` in a select list stands for the segment columns.
        """
        tree = parse_one(sql, dialect="duckdb")
        for marker in list(tree.find_all(exp.Column)):
            if marker.name == "segments_":
                self._spread(marker)
        for table in list(tree.find_all(exp.Table)):
            if table.name == "facts":
                table.replace(self.source.copy())
            elif table.name in self.others:
                table.replace(self.others[table.name].source.copy())
        for call in list(tree.find_all(exp.Anonymous)):
            if call.name == MICROSECONDS:
                call.replace(exp.UnixMicros(this=call.expressions[0]))
        if not isinstance(tree, exp.Select):
            message = "a derivation is one SELECT"
            raise TypeError(message)
        return tree

    def _spread(self, marker: exp.Column) -> None:
        select = marker.parent_select
        if select is None:
            return
        kept = [item for item in select.expressions if item is not marker]
        table = marker.table or None
        segments = [exp.column(name, table=table, quoted=True) for name in self.carried]
        select.set("expressions", [*kept, *segments])

    def published(self, query: exp.Select) -> exp.Select:
        """Return a derivation's query with its columns under the names that callers know."""
        names = {**PUBLISHED, **dict(zip(self.carried, self.segments, strict=True))}
        columns = [
            exp.alias_(item.unalias(), names[item.alias_or_name], quoted=True)
            for item in query.expressions
        ]
        return query.select(*columns, append=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivation:
    """A query from facts to facts.

    Parameters
    ----------
    fact : str
        The fact table it reads.
    needs : tuple of str
        Columns without which it is refused.
    dated_by : str
        The column whose time dates the result.
    levels : tuple of str
        The kinds of event it tells apart; empty when it gives an amount.
    options : mapping of name to default
    rows : callable of (Facts, options), giving the query
    also : tuple of str
        Other fact tables it relates to its own.
    per_period : bool
        It compares the start with the end of each period, which ``options["periods"]`` lists as
        pairs of ISO dates.
    """

    fact: str
    needs: tuple[str, ...]
    dated_by: str
    rows: Callable[[Facts, Mapping[str, Any]], exp.Select]
    levels: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    also: tuple[str, ...] = ()
    per_period: bool = False

    @property
    def gives(self) -> str:
        return LEVEL if self.levels else AMOUNT

    def query(self, facts: Facts, options: Mapping[str, Any]) -> exp.Select:
        """Return the query with its options, refusing unknown ones and missing columns.

        Raises
        ------
        UnknownName
            R100, for an option that does not exist.
        InvalidArgument
            R102, for a column that is needed and not mapped.
        """
        for name in options:
            if name not in self.options:
                raise unknown_name(Text(en="option", fr="réglage"), name, self.options)
        lacking = [name for name in self.needs if name not in facts.columns]
        if lacking:
            listed = ", ".join(lacking)
            raise InvalidArgument(
                Text(
                    en=f"the {self.fact} lack what this indicator needs: {listed}.",
                    fr=f"il manque aux faits « {self.fact} » ce que cet indicateur demande : "
                    f"{listed}.",
                ),
                hint=Text(
                    en="Map each one: --map FIELD=COLUMN.",
                    fr="Associez chaque champ : --map CHAMP=COLONNE.",
                ),
            )
        for name in self.also:
            if name not in facts.others:
                raise InvalidArgument(
                    Text(
                        en=f"this indicator relates {self.fact} to {name}, which are not here.",
                        fr=f"cet indicateur rapporte les faits « {self.fact} » aux faits "
                        f"« {name} », qui ne sont pas là.",
                    ),
                    hint=Text(
                        en="Score a folder that holds both, or a plan that maps both.",
                        fr="Donnez un dossier qui contient les deux, ou un plan qui les associe.",
                    ),
                )
        return facts.published(self.rows(facts, {**self.options, **options}))

    def bounds_query(self, facts: Facts) -> exp.Select:
        """Return the query of the first and last time that dates the facts."""
        return facts.query(
            f"SELECT MIN({self.dated_by}) AS first_at, MAX({self.dated_by}) AS last_at FROM facts"  # noqa: S608 - a column name of ours
        )


@cache
def derivation_called(name: str) -> Derivation:
    """Return the derivation of that name.

    Raises
    ------
    UnknownName
        R100, with the nearest names.

    Examples
    --------
    >>> derivation_called("issues").fact
    'contacts'
    """
    known = [module.name for module in iter_modules(__path__)]
    if name not in known:
        raise unknown_name(Text(en="derivation", fr="dérivation"), name, known)
    derivation: Derivation = import_module(f"{__name__}.{name}").DERIVATION
    return derivation


def carried_names(segments: Collection[str]) -> tuple[str, ...]:
    """Return what segments are called inside a derivation's query, in order."""
    return tuple(f"carried_{place}" for place in range(len(segments)))


def seconds_between(start: str, end: str) -> str:
    """Return the SQL for the seconds from one timestamp to another, exact to the microsecond.

    Seconds since 1970 as doubles would keep seven decimals only, and some engines none.
    """
    return f"(({MICROSECONDS}({end}) - {MICROSECONDS}({start})) / 1e6)"


def orders_kept(facts: Facts) -> str:
    """Return the SQL condition of a dated order of a known customer, not cancelled or returned."""
    known = "customer_id IS NOT NULL AND ordered_at IS NOT NULL"
    if "status" not in facts.columns:
        return known
    # An order whose status nobody wrote down was not cancelled.
    return f"{known} AND (status IS NULL OR LOWER(status) NOT IN {NOT_BOUGHT})"


def rows_of_periods(options: Mapping[str, Any]) -> str:
    """Return the SQL of one row a period of ``options["periods"]``: its start and its end.

    Without any, one row of NULLs, with which nothing is active.
    """
    periods = [(instant_literal(start), instant_literal(end)) for start, end in options["periods"]]
    never = "CAST(NULL AS TIMESTAMP)"
    return " UNION ALL ".join(
        f"SELECT {start} AS period_start, {end} AS period_end"
        for start, end in periods or [(never, never)]
    )


def instant_literal(text: str) -> str:
    """Return the SQL of an ISO date or time, refusing anything else.

    Examples
    --------
    >>> instant_literal("2024-03-31")
    "CAST('2024-03-31 00:00:00' AS TIMESTAMP)"
    """
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidArgument(
            Text(
                en=f"'{text}' is no ISO date: write 2024-03-31 or 2024-03-31T18:00.",
                fr=f"« {text} » n'est pas une date ISO : écrivez 2024-03-31 ou 2024-03-31T18:00.",
            )
        ) from None
    return f"CAST('{instant.replace(tzinfo=None).isoformat(sep=' ')}' AS TIMESTAMP)"


TRUTHS: Mapping[str, bool] = {
    "true": True,
    "yes": True,
    "1": True,
    "oui": True,
    "false": False,
    "no": False,
    "0": False,
    "non": False,
}


def truth(options: Mapping[str, Any], name: str) -> bool:
    """Return an option as true or false, as a person or a plan writes it.

    Raises
    ------
    InvalidArgument
        R102, for anything else.
    """
    written = str(options[name]).strip().casefold()
    if written not in TRUTHS:
        raise InvalidArgument(
            Text(
                en=f"the option '{name}' is true or false, not {options[name]!r}.",
                fr=f"le réglage « {name} » vaut true ou false, pas {options[name]!r}.",
            )
        )
    return TRUTHS[written]


def whole_number(options: Mapping[str, Any], name: str) -> int:
    """Return an option as a whole number that is not negative.

    Raises
    ------
    InvalidArgument
        R102, otherwise.
    """
    try:
        number = int(options[name])
    except (TypeError, ValueError):
        number = -1
    if number < 0:
        raise InvalidArgument(
            Text(
                en=f"the option '{name}' must be a whole number, not {options[name]!r}.",
                fr=f"le réglage « {name} » doit être un nombre entier, pas {options[name]!r}.",
            )
        )
    return number
