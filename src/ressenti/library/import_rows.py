"""Import rows: the records of a source as rows of a fact, each value beside the raw text of it.

A record gives one row, or one answer a measure when its columns are the questions of a survey.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from ressenti.errors import InvalidArgument, unknown_name
from ressenti.facts.schemas import Fact, FactColumn
from ressenti.facts.spreadsheet_cells import GUARDED_CELL
from ressenti.language import Text
from ressenti.library.stored_tables import RECORD, stored
from ressenti.library.times import instant
from ressenti.studies.questions import Measure
from ressenti.tallies.numbers import number_expression, with_numbers_read
from ressenti.warehouse.duckdb_engine import DuckDB
from ressenti.warehouse.expressions import column_expression, predicate
from ressenti.warehouse.relations import Kind, Relation

ROW, RAW = "row_", "raw_"
"""The number of a row, from 1; what stands before the name of a raw text."""

OWN_KEYS: Mapping[str, tuple[str, ...]] = {
    "answers": ("response_id", "question"),
    "contacts": ("contact_id",),
    "orders": ("order_id",),
    "invitations": ("invitation_id",),
    "subscriptions": ("customer_id", "started_at"),
}
TRUE_WORDS = ("true", "t", "yes", "y", "1", "1.0", "oui", "o", "vrai")
FALSE_WORDS = ("false", "f", "no", "n", "0", "0.0", "non", "faux")
TYPES: Mapping[str, str] = {
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "instant": "TIMESTAMPTZ",
}

BY_CONTENT = Text(
    en="their content, as no identifier is mapped: a changed record is then a new one",
    fr="leur contenu, aucun identifiant n'étant associé : un enregistrement modifié en devient un "
    "nouveau",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A column of a survey that becomes answers.

    ``where`` and ``weight`` are expressions over the source, None for all rows and no weight.
    """

    name: str
    column: str
    measure: Measure
    where: str | None = None
    weight: str | None = None
    at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How the records of a source become rows of a fact.

    Parameters
    ----------
    mapping : mapping of standard column to expression
    segments : mapping of dimension to expression
    questions : sequence of Question
        The columns of a survey with one row a respondent; none where a record is a row.
    source : str
        What the rows say they come from, unless a column is mapped to that.
    is_spreadsheet : bool
        A spreadsheet may have written it: texts guarded against formulas are read as they were.
    """

    fact: Fact
    mapping: Mapping[str, str]
    source: str
    segments: Mapping[str, str] = field(default_factory=dict)
    questions: Sequence[Question] = ()
    where: str | None = None
    dates: str | None = None
    zone: str = "UTC"
    is_spreadsheet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The rows made of a source, in the tables of one engine.

    Parameters
    ----------
    warehouse : DuckDB
    table : str
        Holds the number of the row and of its record, all columns of the fact, and raw texts.
    columns : tuple of str
        Those that something is mapped to, in the fact's order, then the segments: a folder of
        facts holds no others, so that what is missing is told rather than empty.
    raw : frozenset of str
        The columns whose raw text is kept.
    identified_by : Text
        What makes two rows the same one.
    """

    warehouse: DuckDB
    table: str
    columns: tuple[str, ...]
    records: int
    raw: frozenset[str]
    identified_by: Text


def rows_made(records: Relation, recipe: Recipe) -> Rows:
    """Return the rows of numbered records.

    Raises
    ------
    UnknownName, UnknownColumn, InvalidExpression
        When the mapping means nothing here.
    InvalidArgument
        R102, when a required column is neither mapped nor there.
    AmbiguousDates
        R203, when text dates could be read in two orders.
    """
    warehouse = records.warehouse
    assert isinstance(warehouse, DuckDB)  # noqa: S101 - numbered_records made them
    own = _expressions(records, recipe)
    identity, identified_by = _identity(own, records, recipe)
    own |= identity
    _require(own, recipe)
    parts = [_answered(own, one, records) for one in recipe.questions] or [own]
    given = frozenset(name for part in parts for name in part)
    conditions = [question.where for question in recipe.questions] or [None]
    selects = [
        _select(part, where, records, recipe) for part, where in zip(parts, conditions, strict=True)
    ]
    union: exp.Query = selects[0]
    for select in selects[1:]:
        union = exp.union(union, select, distinct=False)
        union.set("by_name", True)
    numbered = exp.select(
        exp.Window(this=exp.RowNumber(), order=exp.Order(expressions=[exp.column(RECORD)])).as_(
            ROW
        ),
        exp.Star(),
    ).from_(union.subquery("made"))
    table = stored(warehouse, numbered)
    count = warehouse.fetch(exp.select("count(*) AS n").from_(records.source.copy()))
    return Rows(
        warehouse=warehouse,
        table=table,
        columns=(
            *(column.key for column in recipe.fact.columns if column.key in given),
            *recipe.segments,
        ),
        records=count["n"][0].as_py(),
        raw=frozenset(
            column.key for column in recipe.fact.columns if column.key in given & _with_raw(recipe)
        ),
        identified_by=identified_by,
    )


def _expressions(records: Relation, recipe: Recipe) -> dict[str, exp.Expr]:
    """Return the tree of each mapped column, or of the source's column of the same name."""
    known = [column.key for column in recipe.fact.columns]
    for name in recipe.mapping:
        if name not in known:
            key = recipe.fact.key
            kind = Text(en=f"column of {key}", fr=f"colonne de {key}")
            raise unknown_name(kind, name, known)
    named = {name: name for name in known if name in records.columns} | dict(recipe.mapping)
    own = {name: _tree(text, records) for name, text in named.items()}
    own.setdefault("source", exp.Literal.string(recipe.source))
    return own


def _identity(
    own: Mapping[str, exp.Expr], records: Relation, recipe: Recipe
) -> tuple[dict[str, exp.Expr], Text]:
    """Return what identifies each row, and how a person would say it."""
    keys = ("response_id",) if recipe.questions else OWN_KEYS.get(recipe.fact.key, ())
    if "source_id" in own:
        identity, said = own["source_id"], Text(en="source_id", fr="source_id")
    elif keys and all(key in own for key in keys):
        listed = ", ".join(keys)
        identity, said = _joined([own[key] for key in keys]), Text(en=listed, fr=listed)
    else:
        identity, said = _content_hash(records), BY_CONTENT
    found = {"source_id": identity}
    if recipe.fact.key == "answers" and "response_id" not in own:
        found["response_id"] = identity.copy()
    return found, said


def _content_hash(records: Relation) -> exp.Expr:
    """Return the hash of all that a record holds, with a number where records are equal."""
    fields = [
        exp.func("coalesce", exp.cast(records.column(name), "TEXT"), exp.Literal.string("\x1e"))
        for name in records.columns
        if name != RECORD
    ]
    content = exp.func("md5", _joined(fields, mark="\x1f"))
    again = exp.Window(
        this=exp.RowNumber(),
        partition_by=[content.copy()],
        order=exp.Order(expressions=[exp.column(RECORD)]),
    )
    return _joined([content, again], mark="-")


def _joined(parts: Sequence[exp.Expr], mark: str = "/") -> exp.Expr:
    if len(parts) == 1:
        return parts[0].copy()
    texts = [exp.cast(part.copy(), "TEXT") for part in parts]
    return exp.Anonymous(this="concat_ws", expressions=[exp.Literal.string(mark), *texts])


def _require(own: Mapping[str, exp.Expr], recipe: Recipe) -> None:
    given = set(own)
    if recipe.questions:
        given.add("question")
        if all(question.at for question in recipe.questions):
            given.add("answered_at")
    lacking = [name for name in recipe.fact.required_columns if name not in given]
    if lacking:
        listed = ", ".join(lacking)
        raise InvalidArgument(
            Text(
                en=f"the {recipe.fact.key} need what nothing is mapped to: {listed}.",
                fr=f"il manque aux faits « {recipe.fact.key} » ce à quoi rien n'est associé : "
                f"{listed}.",
            ),
            hint=Text(
                en=f"Map each one: --map {lacking[0]}=COLUMN.",
                fr=f"Associez chaque champ : --map {lacking[0]}=COLONNE.",
            ),
        )


def _with_raw(recipe: Recipe) -> frozenset[str]:
    """Return the columns whose raw text is kept: those that may not read as what they should."""
    return frozenset(
        column.key for column in recipe.fact.columns if column.kind.value in TYPES or column.values
    )


def _select(
    trees: Mapping[str, exp.Expr], condition: str | None, records: Relation, recipe: Recipe
) -> exp.Select:
    """Return the rows of the records, or of one question of them."""
    query = records.select(exp.column(RECORD))
    for column in recipe.fact.columns:
        tree = trees.get(column.key)
        query = query.select(_typed(tree, column, records, recipe).as_(column.key, quoted=True))
        if tree is not None and column.key in _with_raw(recipe):
            query = query.select(_written(tree, recipe).as_(RAW + column.key, quoted=True))
    for name, text in recipe.segments.items():
        query = query.select(_written(_tree(text, records), recipe).as_(name, quoted=True))
    for one in (recipe.where, condition):
        if one is not None:
            query = query.where(with_numbers_read(predicate(one, records), records))
    return query


def _answered(
    own: Mapping[str, exp.Expr], question: Question, records: Relation
) -> dict[str, exp.Expr]:
    trees = dict(own)
    trees["measure"] = exp.Literal.string(question.name)
    trees["question"] = exp.Literal.string(question.column)
    trees["scale"] = exp.Literal.string(question.measure.scale.key)
    trees["value"] = question.measure.value.copy()
    trees["source_id"] = _joined([own["source_id"], exp.Literal.string(question.name)])
    for name, text in (("weight", question.weight), ("answered_at", question.at)):
        if text is not None:
            trees[name] = _tree(text, records)
    return trees


def _typed(
    tree: exp.Expr | None, column: FactColumn, records: Relation, recipe: Recipe
) -> exp.Expr:
    kind = column.kind.value
    if tree is None:
        return exp.cast(exp.null(), TYPES.get(kind, "TEXT"))
    found = _kind(tree, records)
    if kind == "instant":
        return instant(tree, found, records, dates=recipe.dates, zone=recipe.zone)
    if kind == "number":
        number = number_expression(tree, found)
        # Where weights are told, an answer without one counts for nothing; NULL means untold.
        return exp.func("coalesce", number, exp.convert(0)) if column.key == "weight" else number
    text = exp.Trim(this=_written(tree, recipe))
    if kind == "boolean":
        word = exp.Lower(this=text)
        known = exp.Case().when(word.isin(*TRUE_WORDS), exp.true())
        return known.when(word.copy().isin(*FALSE_WORDS), exp.false())
    return exp.Nullif(this=text, expression=exp.Literal.string(""))


def _written(tree: exp.Expr, recipe: Recipe) -> exp.Expr:
    """Return a value as the text that was written, without what guards it against formulas."""
    text = exp.cast(tree.copy(), "TEXT")
    if not recipe.is_spreadsheet:
        return text
    is_guarded = exp.RegexpLike(this=text.copy(), expression=exp.Literal.string(GUARDED_CELL))
    after_guard = exp.Substring(this=text.copy(), start=exp.convert(2))
    return exp.Case().when(is_guarded, after_guard).else_(text)


def _tree(text: str, records: Relation) -> exp.Expr:
    return with_numbers_read(column_expression(text, records), records)


def _kind(tree: exp.Expr, records: Relation) -> Kind:
    if isinstance(tree, exp.Column):
        return records.columns[tree.name]
    return records.warehouse.kinds(records.select(tree.copy().as_("value")))["value"]
