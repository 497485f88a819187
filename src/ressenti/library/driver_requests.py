"""Driver requests: the words a person uses for a target and its drivers, resolved on a source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from ressenti.errors import InvalidArgument, NotComparable
from ressenti.facts.scales import NUMBER, SCALES, Quantity, Scale, scale_called
from ressenti.indicators import catalogue
from ressenti.language import Text
from ressenti.library.items import require_items, row_condition
from ressenti.library.missing_codes import codes_for
from ressenti.library.requests import read_measure, resolved_measure
from ressenti.scores.contrast import Contrast
from ressenti.scores.score import Direction, Unit
from ressenti.studies.driver_findings import Model, Rows
from ressenti.studies.driver_questions import DriverQuestion
from ressenti.tallies.bucketed_moments import finite_expression
from ressenti.tallies.coverage import Reading
from ressenti.tallies.numbers import (
    BLANK_WORDS,
    number_expression,
    weight_expression,
    with_numbers_read,
)
from ressenti.warehouse.expressions import column_expression
from ressenti.warehouse.relations import Kind, Relation

# A query of all their products must stay within what engines accept.
MOST_DRIVERS = 25
MOST_PAIRWISE = 20
ROWS: tuple[Rows, ...] = ("complete", "pairwise")
MODELS: tuple[Model, ...] = ("linear", "ordinal", "logistic")


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverRequest:
    """What a call asks, in a person's words; see :func:`ressenti.drivers`."""

    target: str
    of: tuple[str, ...]
    scale: str | None = None
    rows: Rows = "complete"
    model: Model = "linear"
    lower_is_better: bool = False
    weight: str | None = None
    cluster: str | None = None
    unit: str | None = None
    where: str | None = None
    missing: tuple[object, ...] = ()
    changes: Mapping[str, float] = field(default_factory=dict)
    scales: Mapping[str, Scale | Quantity] = field(default_factory=lambda: SCALES)


@dataclass(frozen=True, slots=True)
class _Target:
    reading: Reading
    column: str
    unit: Unit | None = None
    lower_is_better: bool = False
    answers: exp.Expr | None = None


def driver_question(relation: Relation, asked: DriverRequest) -> DriverQuestion:
    """Return the question of a request on a relation.

    Raises
    ------
    InvalidArgument, UnknownName, UnknownColumn, InvalidExpression
        When a name or a choice means nothing here.
    """
    require_items(asked.of, fewest=1)
    _require_choices(asked)
    requests = [_column_and_scale(text, asked.scale, asked.scales) for text in asked.of]
    drivers = tuple(_reading(relation, column, scale, asked.missing) for column, scale in requests)
    target = _target(relation, asked)
    known = {driver.name for driver in drivers}
    if target.column in known:
        raise InvalidArgument(
            Text(
                en=f"'{target.column}' cannot explain itself: leave it out of the drivers.",
                fr=f"« {target.column} » ne peut pas s'expliquer lui-même : retirez-le des "
                "leviers.",
            )
        )
    for name in asked.changes:
        if name not in known:
            raise InvalidArgument(
                Text(
                    en=f"'{name}' is to change and is no driver of this call.",
                    fr=f"« {name} » doit changer et n'est pas un levier de cet appel.",
                )
            )
    return DriverQuestion(
        relation=relation,
        outcome=target.reading,
        drivers=drivers,
        levels={
            driver.name: _levels(scale)
            for driver, (_, scale) in zip(drivers, requests, strict=True)
            if scale is not None
        },
        unit=target.unit,
        lower_is_better=asked.lower_is_better or target.lower_is_better,
        weight=None if asked.weight is None else _weight(relation, asked.weight),
        where=row_condition(relation, asked.where),
        cluster=None if asked.cluster is None else column_expression(asked.cluster, relation),
        place=None if asked.unit is None else column_expression(asked.unit, relation),
        rows=asked.rows,
        model=asked.model,
        answers=target.answers,
        changes=asked.changes,
    )


def _require_choices(asked: DriverRequest) -> None:
    if asked.rows not in ROWS:
        raise InvalidArgument(
            Text(
                en=f"rows are 'complete' or 'pairwise', not '{asked.rows}'.",
                fr=f"les lignes sont « complete » ou « pairwise », pas « {asked.rows} ».",
            )
        )
    if asked.model not in MODELS or (asked.model != "linear" and asked.rows == "pairwise"):
        raise InvalidArgument(
            Text(
                en=f"'{asked.model}' on {asked.rows} rows: the model is 'linear' or, on complete "
                "rows only, 'ordinal' or 'logistic'.",
                fr=f"« {asked.model} » sur lignes « {asked.rows} » : le modèle est « linear » ou, "
                "sur lignes complètes seulement, « ordinal » ou « logistic ».",
            )
        )
    most = MOST_DRIVERS if asked.rows == "complete" else MOST_PAIRWISE
    if len(asked.of) > most:
        raise InvalidArgument(
            Text(
                en=f"{len(asked.of)} drivers: {most} are the most in one call. Group them by "
                "theme.",
                fr=f"{len(asked.of)} leviers : {most} au plus par appel. Regroupez-les par thème.",
            )
        )
    if asked.changes and asked.unit is None:
        raise InvalidArgument(
            Text(
                en="a change is judged by what units have been seen to do: name them with --unit.",
                fr="un changement se juge à ce que font les unités : nommez-les par --unit.",
            )
        )


def _column_and_scale(
    text: str, scale: str | None, scales: Mapping[str, Scale | Quantity]
) -> tuple[str, Scale | None]:
    """Return the column and the scale of ``COLUMN[:SCALE]``."""
    column, colon, key = text.rpartition(":")
    if colon and key.strip() in scales:
        return column.strip(), _closed(key.strip(), scales)
    return text.strip(), None if scale is None else _closed(scale, scales)


def _closed(key: str, scales: Mapping[str, Scale | Quantity]) -> Scale:
    scale = scales[key] if key in scales else scale_called(key)
    if isinstance(scale, Scale) and not any(isinstance(level, str) for level in scale.levels):
        return scale
    raise InvalidArgument(
        Text(
            en=f"'{key}' has no numbered levels: drivers need a scale that has.",
            fr=f"« {key} » n'a pas de niveaux numérotés : des leviers en demandent.",
        )
    )


def _levels(scale: Scale) -> tuple[float, ...]:
    return tuple(level for level in scale.levels if not isinstance(level, str))


def _target(relation: Relation, asked: DriverRequest) -> _Target:
    """Return the outcome: the number of a column, or what an indicator makes of its answers."""
    if not _names_indicator(asked.target, relation):
        column, scale = _column_and_scale(asked.target, None, asked.scales)
        own = _reading(relation, column, scale, asked.missing)
        return _Target(own, own.name)
    request = read_measure(asked.target, asked.scales)
    measure = resolved_measure(request, relation, scales=asked.scales)
    shape = measure.shape()
    if not isinstance(shape, Contrast):
        raise NotComparable(
            Text(
                en=f"'{request.name}' is no net score, share or mean of a scale: its drivers "
                "cannot be told from single answers.",
                fr=f"« {request.name} » n'est ni un score net, ni une part, ni une moyenne "
                "d'échelle : ses leviers ne se lisent pas sur des réponses isolées.",
            )
        )
    answer = _reading(relation, str(request.column), None, asked.missing)
    scored = _scored(request.key, answer, shape)
    return _Target(
        scored,
        answer.name,
        measure.variant.unit,
        measure.variant.direction is Direction.LOW,
        exp.Case().when(exp.not_(scored.value.copy().is_(exp.null())), answer.value.copy()),
    )


def _names_indicator(target: str, relation: Relation) -> bool:
    """Tell whether a target is an indicator of a column, not a column or a condition on one."""
    measure, equals, answer = target.partition("=")
    name = measure.partition("/")[0].strip()
    if not equals or name not in catalogue() or target in relation.columns:
        return False
    # A column may bear an indicator's name: churn = 'Yes' is then a condition.
    columns = {answer.strip(), answer.rpartition(":")[0].strip()}
    return name not in relation.columns or not columns.isdisjoint(relation.columns)


def _scored(name: str, answer: Reading, shape: Contrast) -> Reading:
    """Return each answer as what it adds to the indicator: 100, 0 or -100 for an NPS."""
    points = exp.Case()
    for level, coefficient in shape.coefficients.items():
        is_level = exp.EQ(this=answer.value.copy(), expression=exp.convert(NUMBER.read(level)))
        own = exp.cast(exp.convert(coefficient * shape.multiplier), "DOUBLE")
        points = points.when(is_level, own)
    return Reading(name=name, value=points, is_blank=answer.is_blank, is_coded=answer.is_coded)


def _reading(
    relation: Relation, text: str, scale: Scale | None, missing: Sequence[object]
) -> Reading:
    tree = column_expression(text, relation)
    name = tree.name if isinstance(tree, exp.Column) else ""
    kind = relation.columns.get(name, _kind_of_expression(tree))
    raw = tree if name else with_numbers_read(tree, relation)
    number = finite_expression(number_expression(raw, kind))
    codes = [*codes_for(name, missing), *relation.missing_codes.get(name, ())]
    is_coded = _is_coded(raw, number, kind, codes)
    conditions: list[exp.Expr] = [exp.not_(is_coded.copy())]
    if scale is not None:
        conditions.append(number.copy().isin(*_levels(scale)))
    has_value = codes or scale is not None
    return Reading(
        name=name or text,
        value=exp.Case().when(exp.and_(*conditions), number) if has_value else number,
        is_blank=_is_blank(raw, kind),
        is_coded=is_coded,
    )


def _kind_of_expression(tree: exp.Expr) -> Kind:
    bare = tree.unnest()
    is_condition = isinstance(bare, exp.Predicate | exp.Connector | exp.Not)
    return Kind.BOOLEAN if is_condition else Kind.NUMBER


def _is_blank(raw: exp.Expr, kind: Kind) -> exp.Expr:
    nothing: exp.Expr = raw.copy().is_(exp.null())
    if kind is not Kind.TEXT:
        return nothing
    return exp.or_(nothing, exp.Lower(this=exp.Trim(this=raw.copy())).isin(*BLANK_WORDS))


def _is_coded(raw: exp.Expr, number: exp.Expr, kind: Kind, codes: Sequence[object]) -> exp.Expr:
    """Return whether a declared code stands there; never unknown, so that its opposite holds."""
    numbers = [code for code in map(NUMBER.read, codes) if isinstance(code, float)]
    conditions: list[exp.Expr] = []
    if numbers:
        conditions.append(exp.func("COALESCE", number.copy().isin(*numbers), exp.false()))
    if kind is Kind.TEXT and codes:
        spelt = exp.Trim(this=raw.copy()).isin(*(str(code) for code in codes))
        conditions.append(exp.func("COALESCE", spelt, exp.false()))
    return exp.or_(*conditions) if conditions else exp.false()


def _weight(relation: Relation, text: str) -> exp.Expr:
    tree = column_expression(text, relation)
    if not isinstance(tree, exp.Column):
        return weight_expression(with_numbers_read(tree, relation), Kind.NUMBER)
    return weight_expression(tree, relation.columns.get(tree.name, Kind.NUMBER))
