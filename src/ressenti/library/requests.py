"""Requests: the words a person uses (``nps=NETPRO:0-10``) resolved against a relation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ressenti.errors import InvalidArgument, NotComparable, unknown_name
from ressenti.facts.scales import SCALES, Quantity, Scale, scale_called
from ressenti.indicators import variant_called
from ressenti.language import Text
from ressenti.library.missing_codes import codes_for
from ressenti.scores.definitions import Amounts, Answers, Events, Indicator, Variant
from ressenti.studies.questions import Measure
from ressenti.tallies.numbers import with_numbers_read
from ressenti.warehouse.expressions import column_expression
from ressenti.warehouse.relations import Kind, Relation


@dataclass(frozen=True, slots=True)
class MeasureRequest:
    """What ``INDICATOR[/VARIANT][=COLUMN[:SCALE]]`` asks for.

    Parameters
    ----------
    called : str or None
        What a plan calls the measure; None for its own words.
    missing : tuple
        Codes for "no answer" of this measure alone.

    Examples
    --------
    >>> read_measure("nps=NETPRO:0-10").scale
    '0-10'
    >>> read_measure("csat/mean=Q7: overall").column
    'Q7: overall'
    """

    name: str
    column: str | None = None
    scale: str | None = None
    called: str | None = None
    missing: tuple[object, ...] = ()

    @property
    def key(self) -> str:
        if self.called is not None:
            return self.called
        return self.name if self.column is None else f"{self.name}={self.column}"


def read_measure(text: str, scales: Iterable[str] = SCALES) -> MeasureRequest:
    """Return the request a person wrote; what stands after the last colon is a scale if it is one.

    Raises
    ------
    InvalidArgument
        R102, when the text is empty or names no column after ``=``.
    """
    name, equals, rest = text.partition("=")
    column, colon, scale = rest.rpartition(":")
    if not name.strip() or (equals and not rest.strip()):
        raise InvalidArgument(
            Text(
                en=f"'{text}' is no measure: write INDICATOR[/VARIANT]=COLUMN[:SCALE].",
                fr=f"« {text} » n'est pas une mesure : écrivez "
                "INDICATEUR[/VARIANTE]=COLONNE[:ÉCHELLE].",
            ),
            hint=Text(en="Example: nps=NETPRO:0-10", fr="Exemple : nps=NETPRO:0-10"),
        )
    if not equals:
        return MeasureRequest(name.strip(), None, None)
    if colon and scale.strip() in set(scales):
        return MeasureRequest(name.strip(), column, scale.strip())
    return MeasureRequest(name.strip(), rest, None)


def resolved_measure(
    request: MeasureRequest,
    relation: Relation,
    *,
    missing_codes: Sequence[object] = (),
    scales: Mapping[str, Scale | Quantity] = SCALES,
) -> Measure:
    """Return the measure of a request on a relation: its column, its variant and its scale.

    ``missing_codes`` mean "no answer" everywhere, or on one column as ``"COLUMN=CODE"``.

    Raises
    ------
    UnknownName, UnknownColumn, InvalidExpression
        When a name or an expression means nothing here.
    NotComparable
        R205, when the variant is not defined on that scale: two scales are never pooled.
    """
    indicator, variant = variant_called(request.name)
    scale = _scale_of(request, indicator, variant, scales)
    _refuse_unknown_scale(str(request.column), relation, scales)
    value = column_expression(str(request.column), relation)
    name = value.name if value.name in relation.columns else ""
    kind = relation.columns.get(name, Kind.NUMBER)
    return Measure(
        key=request.key,
        indicator=indicator,
        variant=variant,
        value=value if name else with_numbers_read(value, relation),
        kind=kind,
        scale=scale,
        missing_codes=(
            *codes_for(name, missing_codes),
            *request.missing,
            *relation.missing_codes.get(name, ()),
        ),
        labels=relation.labels.get(name),
    )


def _refuse_unknown_scale(
    column: str, relation: Relation, scales: Mapping[str, Scale | Quantity]
) -> None:
    """Refuse ``COLUMN:SCALE`` when the column is there and the scale is not.

    Raises
    ------
    UnknownName
        R100, with the known scales.
    """
    name, colon, scale = column.rpartition(":")
    names = {known.strip().casefold() for known in relation.columns}
    if colon and column.strip().casefold() not in names and name.strip().casefold() in names:
        raise unknown_name(Text(en="scale", fr="échelle"), scale.strip(), scales)


def _scale_of(
    request: MeasureRequest,
    indicator: Indicator,
    variant: Variant,
    scales: Mapping[str, Scale | Quantity],
) -> Scale | Quantity:
    reads = variant.reads
    if isinstance(reads, Amounts):
        return reads.quantity
    if isinstance(reads, Events) and reads.amount is not None:
        return reads.amount
    if not isinstance(reads, Answers) or variant.form is None:
        raise _not_from_a_column(indicator, variant)
    if request.scale is None:
        return reads.scales[0]
    scale = scales[request.scale] if request.scale in scales else scale_called(request.scale)
    if reads.accepts(scale):
        return scale
    own = ", ".join(accepted.key for accepted in reads.scales)
    raise NotComparable(
        Text(
            en=f"{indicator.key}/{variant.key} is defined on {own}, not on '{scale.key}': "
            "answers on two scales are two indicators and are never pooled.",
            fr=f"{indicator.key}/{variant.key} se définit sur {own}, pas sur « {scale.key} » : "
            "des réponses sur deux échelles sont deux indicateurs et ne se mélangent jamais.",
        ),
        hint=_variants_on(indicator, scale),
    )


def _variants_on(indicator: Indicator, scale: Scale | Quantity) -> Text | None:
    fitting = [
        f"{indicator.key}/{variant.key}"
        for variant in indicator.variants
        if isinstance(variant.reads, Answers) and variant.form and variant.reads.accepts(scale)
    ]
    if not fitting:
        return None
    listed = ", ".join(fitting)
    return Text(
        en=f"On '{scale.key}' there is: {listed}.",
        fr=f"Sur « {scale.key} », il y a : {listed}.",
    )


def _not_from_a_column(indicator: Indicator, variant: Variant) -> InvalidArgument:
    name = f"{indicator.key}/{variant.key}"
    reads = variant.reads
    if isinstance(reads, Events):
        needs = ", ".join(reads.needs)
        return InvalidArgument(
            Text(
                en=f"{name} is computed from {reads.fact}, not from one column.",
                fr=f"{name} se calcule sur des faits « {reads.fact} », pas sur une colonne.",
            ),
            hint=Text(
                en=f"Use --facts {reads.fact} and map its columns ({needs}) with --map.",
                fr=f"Utilisez --facts {reads.fact} et associez ses colonnes ({needs}) par --map.",
            ),
        )
    return InvalidArgument(
        Text(
            en=f"{name} is worked out from named inputs, not from a column.",
            fr=f"{name} se calcule à partir de données nommées, pas d'une colonne.",
        ),
        hint=Text(en=f"Use: ressenti calc {name}", fr=f"Utilisez : ressenti calc {name}"),
    )
