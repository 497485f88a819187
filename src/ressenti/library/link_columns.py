"""Link columns: the words of an outcome or an indicator, resolved against a source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from ressenti.errors import InvalidArgument, UnknownName
from ressenti.facts.raw_values import Absence, number_in
from ressenti.facts.scales import NUMBER, SCALES, YES_NO, Quantity, Scale
from ressenti.indicators import variant_called
from ressenti.language import Text
from ressenti.library.missing_codes import codes_for
from ressenti.library.requests import read_measure, resolved_measure
from ressenti.studies.linked_columns import LinkedColumn
from ressenti.studies.questions import Measure
from ressenti.studies.scoring import require_fit
from ressenti.tallies.counting import Reading
from ressenti.tallies.joint_columns import FoundColumn, WantedColumn, distinct_values
from ressenti.tallies.numbers import number_expression, with_numbers_read
from ressenti.warehouse.expressions import column_expression
from ressenti.warehouse.relations import Kind, Relation

MET = replace(
    YES_NO,
    key="met-missed",
    name=Text(en="met or missed", fr="obtenu ou manqué"),
    labels={0.0: Text(en="missed", fr="manqué"), 1.0: Text(en="met", fr="obtenu")},
    spellings={
        **YES_NO.spellings,
        **dict.fromkeys(("yes", "oui", "atteint", "tenu", "tenue", "kept", "on time"), 1.0),
        **dict.fromkeys(("no", "non", "non atteint", "non tenu", "not met", "late"), 0.0),
    },
)
# A text that has more distinct values is read as a number.
MOST_WORDS = 12
MEASURE_MARK = "="
SCALE_MARK = ":"


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """An outcome or an indicator before it is read.

    Parameters
    ----------
    key : str
    wanted : WantedColumn
    scale : Scale or None
        None for a quantity.
    measure : Measure or None
    names : set of str
        Columns that define it.
    """

    key: str
    wanted: WantedColumn
    scale: Scale | None
    measure: Measure | None
    names: frozenset[str]

    def linked(self, found: FoundColumn, source: str) -> LinkedColumn:
        """Return the column as the links see it, once it is read.

        Raises
        ------
        ScaleMismatch
            R202, when too many answers are off the scale.
        """
        if self.scale is not None and found.off_scale is not None:
            require_fit(self.key, self.scale, found.off_scale, source)
        return LinkedColumn(key=self.key, found=found, measure=self.measure, names=self.names)


def side_of(
    text: str,
    relation: Relation,
    *,
    missing: Sequence[object] = (),
    scales: Mapping[str, Scale | Quantity] = SCALES,
) -> Side:
    """Return the side that a text names.

    ``INDICATOR[/VARIANT]=COLUMN[:SCALE]`` is an indicator; ``COLUMN:SCALE`` answers on a scale; any
    other text a column or a condition: met or missed where it says so, a number otherwise.

    Raises
    ------
    UnknownColumn, InvalidExpression, InvalidArgument
        When a text means nothing here.
    """
    if _names_an_indicator(text):
        measure = resolved_measure(
            read_measure(text, scales), relation, missing_codes=missing, scales=scales
        )
        return _side_of_measure(text, measure)
    name, _, told = text.rpartition(SCALE_MARK)
    scale = scales.get(told.strip()) if name.strip() else None
    tree = column_expression(name if scale is not None else text, relation)
    names = frozenset(column.name for column in tree.find_all(exp.Column))
    own = tree.name if isinstance(tree, exp.Column) else ""
    codes = (*codes_for(own, missing), *relation.missing_codes.get(own, ()))
    value = tree if own else with_numbers_read(tree, relation)
    if isinstance(scale, Scale):
        reading = Reading(scale, codes, relation.labels.get(own))
        wanted = WantedColumn(value=value, reading=reading)
        return Side(key=name, wanted=wanted, scale=scale, measure=None, names=names)
    kind = relation.warehouse.kinds(relation.select(value.copy().as_("value")))["value"]
    reading = Reading(MET, codes, relation.labels.get(own))
    if kind is Kind.BOOLEAN or _says_met(text, value, kind, relation, reading):
        wanted = WantedColumn(value=value, reading=reading)
        return Side(key=text, wanted=wanted, scale=MET, measure=None, names=names)
    number = _without_codes(number_expression(value, kind), codes)
    wanted = WantedColumn(value=number)
    return Side(key=text, wanted=wanted, scale=None, measure=None, names=names)


def _names_an_indicator(text: str) -> bool:
    name, mark, _ = text.partition(MEASURE_MARK)
    if not mark:
        return False
    try:
        variant_called(name.strip())
    except UnknownName:
        return False
    return True


def _side_of_measure(text: str, measure: Measure) -> Side:
    names = frozenset(column.name for column in measure.value.find_all(exp.Column))
    if isinstance(measure.scale, Scale):
        reading = Reading(measure.scale, measure.missing_codes, measure.labels)
        wanted = WantedColumn(value=measure.value, reading=reading)
        return Side(key=text, wanted=wanted, scale=measure.scale, measure=measure, names=names)
    number = number_expression(measure.value, measure.kind)
    wanted = WantedColumn(value=_without_codes(number, measure.missing_codes))
    return Side(key=text, wanted=wanted, scale=None, measure=measure, names=names)


def _says_met(text: str, value: exp.Expr, kind: Kind, relation: Relation, reading: Reading) -> bool:
    """Tell whether the values of a column say met or missed and nothing else.

    Raises
    ------
    InvalidArgument
        R102, when they are words that say neither.
    """
    found = distinct_values(relation, value, most=MOST_WORDS)
    levels = [reading.level(raw) for raw in found]
    if len(found) <= MOST_WORDS and Absence.INVALID not in levels:
        return True
    words = [
        raw
        for raw, level in zip(found, levels, strict=True)
        if level is Absence.INVALID and number_in(raw) is None
    ]
    if kind is Kind.TEXT and words:
        raise InvalidArgument(
            Text(
                en=f"'{text}' holds '{words[0]}': neither met or missed, nor a number.",
                fr=f"« {text} » contient « {words[0]} » : ni obtenu ou manqué, ni un nombre.",
            ),
            hint=Text(
                en=f"Give a condition ({text} = '{words[0]}') or a scale ({text}:1-5).",
                fr=f"Donnez une condition ({text} = '{words[0]}') ou une échelle ({text}:1-5).",
            ),
        )
    return False


def _without_codes(number: exp.Expr, codes: Sequence[object]) -> exp.Expr:
    left_out = [code for code in map(NUMBER.read, codes) if isinstance(code, float)]
    if not left_out:
        return number
    return exp.Case().when(exp.not_(number.copy().isin(*left_out)), number)
