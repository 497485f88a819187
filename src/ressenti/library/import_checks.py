"""Import checks: the rows of an import that cannot be facts, each with the reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa
from sqlglot import exp

from ressenti.facts.raw_values import MISSING_WORDS, Absence, number_in
from ressenti.facts.schemas import Fact, FactColumn
from ressenti.language import Text
from ressenti.library.import_rows import RAW, Rows
from ressenti.library.stored_tables import query_over, stored
from ressenti.sources.rejects import shortened
from ressenti.sources.value_rejects import NO_DATE, NOT_A_NUMBER, TOO_LOW, why_invalid
from ressenti.tallies.counting import Reading
from ressenti.tallies.numbers import spells_no_number

EMPTY = Text(en="required and empty", fr="obligatoire et vide")
NEITHER = Text(en="neither yes nor no", fr="ni oui ni non")
ONE_OF = Text(en="not one of: {values}", fr="ne figure pas parmi : {values}")
EARLIER = Text(en="earlier than {other}", fr="antérieur à {other}")
SAME_AGAIN = Text(
    en="same source and identifier as another row", fr="même source et identifiant qu'une autre"
)
OFF_SCALE = "off_scale_"
IS_READ = "is_read_"

ReadingOf = Callable[[str | None, str | None], Reading | None]
"""From the measure or question of an answer, and its scale, to how it is read; None: unsaid."""


@dataclass(frozen=True, slots=True)
class RowReject:
    """A value that keeps a row out: of which record, counted from 1, with the record it repeats."""

    record: int
    column: str
    value: str
    reason: Text
    repeats: int | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A condition under which a column keeps its row out; ``shown`` is the value to report."""

    column: str
    condition: exp.Expr
    reason: Text
    shown: exp.Expr


def with_levels(rows: Rows, reading_of: ReadingOf) -> tuple[Rows, tuple[Text, ...]]:
    """Return answers with their levels as numbers, and the reasons of those off their scale.

    Each different raw value is read once, as a score would read it. A blank answer stays a row
    without a value, so that it is still counted as left out.
    """
    distinct = rows.warehouse.fetch(query_over(DIFFERENT_VALUES, made=rows.table)).to_pylist()
    reasons: list[Text] = []
    read = []
    for value in distinct:
        reading = reading_of(value["key_"], value["scale"])
        if reading is not None:
            read.append(value | _level(reading, value["raw_value"], reasons))
    levels = rows.warehouse.registered(pa.Table.from_pylist(read, schema=LEVELS))
    joined = query_over(WITH_LEVELS, made=rows.table, levels=levels.name)
    return replace(rows, table=stored(rows.warehouse, joined)), tuple(reasons)


DIFFERENT_VALUES = """
SELECT DISTINCT coalesce(measure, question) AS key_, scale, raw_value FROM made
"""
WITH_LEVELS = """
SELECT
    made.* REPLACE (
        CASE WHEN levels.is_read_ THEN levels.level ELSE made.value END AS value
    ),
    levels.off_scale_,
    coalesce(levels.is_read_, false) AS is_read_
FROM made LEFT JOIN levels
    ON levels.key_ IS NOT DISTINCT FROM coalesce(made.measure, made.question)
    AND levels.scale IS NOT DISTINCT FROM made.scale
    AND levels.raw_value IS NOT DISTINCT FROM made.raw_value
"""
LEVELS = pa.schema(
    [
        ("key_", pa.string()),
        ("scale", pa.string()),
        ("raw_value", pa.string()),
        ("level", pa.float64()),
        (OFF_SCALE, pa.int64()),
        (IS_READ, pa.bool_()),
    ]
)


def _level(reading: Reading, raw: str | None, reasons: list[Text]) -> dict[str, Any]:
    level = reading.level(raw)
    if level is Absence.INVALID and number_in(raw) is not None:
        # An engine's own number, whose label says more than its digits.
        level = reading.level(number_in(raw))
    if level is Absence.INVALID:
        reason = why_invalid(str(raw), reading.scale)
        if reason not in reasons:
            reasons.append(reason)
        return {"level": None, OFF_SCALE: reasons.index(reason), IS_READ: True}
    return {"level": level if isinstance(level, float) else None, IS_READ: True}


def checks_of(fact: Fact, rows: Rows, off_scale: Iterable[Text] = ()) -> list[Check]:
    """Return what is asked of every row of a fact."""
    return [
        *(check for column in fact.columns for check in _column_checks(column, rows, fact)),
        *(
            Check("value", exp.column(OFF_SCALE).eq(number), reason, _raw("value"))
            for number, reason in enumerate(off_scale)
        ),
    ]


def _column_checks(column: FactColumn, rows: Rows, fact: Fact) -> Iterator[Check]:
    key, kind = column.key, column.kind.value
    own = exp.column(key, quoted=True)
    is_null = own.is_(exp.null())
    if key not in rows.raw:
        if column.required:
            yield Check(key, is_null, EMPTY, exp.Literal.string(""))
        return
    is_blank = _is_blank(key)
    spelt = spells_no_number(_raw(key)) if kind == "number" else is_null
    unreadable = exp.and_(spelt, exp.not_(is_blank))
    words = {"instant": NO_DATE, "number": NOT_A_NUMBER, "boolean": NEITHER}
    if (fact.key, key) == ("answers", "value"):
        unreadable = exp.and_(unreadable, exp.not_(exp.column(IS_READ)))
    if kind in words:
        yield Check(key, unreadable, words[kind], _raw(key))
    if column.required:
        yield Check(key, exp.and_(is_null.copy(), is_blank.copy()), EMPTY, _raw(key))
    if column.unit == "s" or key in ("weight", "importance"):
        yield Check(key, own < 0, TOO_LOW.format(minimum="0"), _raw(key))
    if column.values:
        listed = Text(en=", ".join(column.values), fr=", ".join(column.values))
        unknown = exp.and_(exp.not_(is_blank.copy()), exp.not_(own.isin(*column.values)))
        yield Check(key, unknown, ONE_OF.format(values=listed), _raw(key))
    if kind == "instant" and key != fact.dated_by and fact.dated_by in rows.raw:
        is_earlier = own < exp.column(fact.dated_by, quoted=True)
        yield Check(key, is_earlier, EARLIER.format(other=fact.dated_by), _raw(key))


def _raw(key: str) -> exp.Expr:
    return exp.column(RAW + key, quoted=True)


def _is_blank(key: str) -> exp.Expr:
    trimmed = exp.Lower(this=exp.Trim(this=_raw(key)))
    return exp.or_(_raw(key).is_(exp.null()), trimmed.isin(*sorted(MISSING_WORDS)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """The rows that can be facts, and how many were kept out for which reason."""

    accepted: str
    rejected: str
    rows: int
    reasons: Mapping[Text, int]
    checks: tuple[Check, ...]


def sorted_rows(rows: Rows, checks: Iterable[Check], columns: Iterable[str]) -> Sorted:
    """Return the rows that pass every check, the first of those with one identity, and the rest."""
    told = tuple(checks)
    parts = [
        query_over("SELECT row_, record_ FROM made", made=rows.table)
        .select(
            exp.convert(number).as_("check_"),
            exp.cast(check.shown.copy(), "TEXT").as_("value"),
            exp.cast(exp.null(), "BIGINT").as_("repeats"),
        )
        .where(check.condition.copy())
        for number, check in enumerate(told)
    ]
    parts.append(query_over(REPEATED, made=rows.table))
    union: exp.Query = parts[0]
    for part in parts[1:]:
        union = exp.union(union, part, distinct=False)
    rejected = stored(rows.warehouse, union)
    kept = query_over(
        "SELECT * FROM made ANTI JOIN out_ USING (row_)", made=rows.table, out_=rejected
    )
    names = [exp.column(name, quoted=True) for name in columns]
    accepted = stored(rows.warehouse, exp.select(*names).from_(kept.subquery("kept")))
    return Sorted(
        accepted=accepted,
        rejected=rejected,
        rows=_count(rows, accepted),
        reasons=_reasons(rows, rejected, told),
        checks=told,
    )


REPEATED = """
SELECT row_, record_, -1 AS check_, source_id AS value, first_ AS repeats FROM (
    SELECT row_, record_, source_id,
        first_value(record_) OVER same AS first_, row_number() OVER same AS number_
    FROM made WHERE source_id IS NOT NULL
    WINDOW same AS (PARTITION BY source, source_id ORDER BY row_)
) AS numbered WHERE number_ > 1
"""


def row_rejects(rows: Rows, found: Sorted) -> Iterator[RowReject]:
    """Yield what kept rows out, in the order of the records."""
    listed = query_over("SELECT * FROM out_ ORDER BY record_, row_, check_", out_=found.rejected)
    for row in rows.warehouse.fetch(listed).to_pylist():
        is_repeated = row["check_"] < 0
        check = None if is_repeated else found.checks[row["check_"]]
        yield RowReject(
            record=row["record_"],
            column="source_id" if check is None else check.column,
            value=shortened(row["value"] or ""),
            reason=SAME_AGAIN if check is None else check.reason,
            repeats=row["repeats"],
        )


def _reasons(rows: Rows, rejected: str, checks: tuple[Check, ...]) -> dict[Text, int]:
    counted = query_over(
        "SELECT check_, count(*) AS n FROM out_ GROUP BY check_ ORDER BY n DESC", out_=rejected
    )
    reasons: dict[Text, int] = {}
    for row in rows.warehouse.fetch(counted).to_pylist():
        check = checks[row["check_"]] if row["check_"] >= 0 else None
        reason = (
            SAME_AGAIN
            if check is None
            else Text(
                en=f"{check.column}: {check.reason.en}", fr=f"{check.column} : {check.reason.fr}"
            )
        )
        reasons[reason] = reasons.get(reason, 0) + row["n"]
    return reasons


def _count(rows: Rows, table: str) -> int:
    count: int = rows.warehouse.fetch(query_over("SELECT count(*) AS n FROM t", t=table))["n"][
        0
    ].as_py()
    return count
