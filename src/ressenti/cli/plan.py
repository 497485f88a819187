"""``ressenti plan``: how many answers are needed, or what a number of answers can see."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import click

from ressenti.cli.language import chosen_language, tr
from ressenti.cli.options import confidence_option, format_option, language_option
from ressenti.errors import InvalidArgument
from ressenti.language import Language, Text, number_text, percent_text


@click.command(
    "plan",
    help=tr(
        Text(
            en="Say how many answers INDICATOR[/VARIANT] needs for an interval of ± MARGIN, to see "
            "a CHANGE between two waves, or what N answers can see.\n\n"
            "Example:  ressenti plan nps --change 5 --expected 60,25,15",
            fr="Dire combien de réponses il faut à INDICATEUR[/VARIANTE] pour un intervalle de "
            "± MARGE, pour voir un ÉCART entre deux vagues, ou ce que N réponses peuvent voir.\n\n"
            "Exemple :  ressenti plan nps --change 5 --expected 60,25,15",
        )
    ),
)
@click.argument("indicator")
@click.option(
    "--margin",
    type=click.FloatRange(min=0, min_open=True),
    metavar="N",
    help=tr(Text(en="Half-width of the interval wanted.", fr="Demi-largeur de l'intervalle.")),
)
@click.option(
    "--change",
    type=click.FloatRange(min=0, min_open=True),
    metavar="N",
    help=tr(Text(en="Smallest change to see.", fr="Plus petit écart à voir.")),
)
@click.option(
    "--n",
    "size",
    type=click.IntRange(min=1),
    metavar="N",
    help=tr(Text(en="Number of answers at hand.", fr="Nombre de réponses disponibles.")),
)
@click.option(
    "--expected",
    metavar="%,%,…",
    help=tr(
        Text(
            en="Shares expected by class, in per cent; the worst case without them.",
            fr="Parts attendues par classe, en pour cent ; le pire cas sans elles.",
        )
    ),
)
@click.option(
    "--population",
    type=click.FloatRange(min=1),
    metavar="N",
    help=tr(Text(en="Size of the closed list described.", fr="Taille de la liste fermée décrite.")),
)
@click.option(
    "--design-effect",
    type=click.FloatRange(min=0, min_open=True),
    metavar="N",
    default=1.0,
    show_default=True,
    help=tr(
        Text(
            en="Variance inflation of weights and clusters.",
            fr="Inflation de variance due aux poids et aux grappes.",
        )
    ),
)
@click.option(
    "--response-rate",
    type=click.FloatRange(0, 100, min_open=True),
    metavar="N",
    help=tr(Text(en="Expected, in per cent.", fr="Attendu, en pour cent.")),
)
@click.option(
    "--power",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    metavar="N",
    default=0.8,
    show_default=True,
    help=tr(Text(en="Chance of seeing the change.", fr="Chance de voir l'écart.")),
)
@click.option(
    "--per-unit",
    type=click.FloatRange(min=1),
    metavar="N",
    help=tr(
        Text(
            en="Plan a roll-out instead: answers of each shop before, and again after; --n counts "
            "the shops of each group.",
            fr="Planifier plutôt un déploiement : réponses de chaque boutique avant, et de nouveau "
            "après ; --n compte les boutiques de chaque groupe.",
        )
    ),
)
@click.option(
    "--unit-deviation",
    type=click.FloatRange(min=0),
    metavar="N",
    help=tr(
        Text(
            en="Standard deviation of the shops' true levels (ressenti rank).",
            fr="Écart-type des niveaux réels des boutiques (ressenti rank).",
        )
    ),
)
@click.option(
    "--stability",
    type=click.FloatRange(-1, 1),
    metavar="N",
    default=0.8,
    show_default=True,
    help=tr(
        Text(
            en="Correlation of a shop's level before and after.",
            fr="Corrélation du niveau d'une boutique avant et après.",
        )
    ),
)
@confidence_option
@format_option("table", "json")
@language_option
def command(
    indicator: str,
    margin: float | None,
    change: float | None,
    size: int | None,
    expected: str | None,
    output_format: str,
    response_rate: float | None,
    per_unit: float | None,
    unit_deviation: float | None,
    stability: float,
    **survey: Any,
) -> None:
    """Plan a survey, or the roll-out of a change."""
    from ressenti.indicators import variant_called
    from ressenti.studies.planning import (
        Survey,
        expected_shares,
        plan_for_change,
        plan_for_margin,
        plan_of_size,
    )
    from ressenti.studies.rollout_planning import Units, plan_of_rollout

    definition, variant = variant_called(indicator)
    known = Survey(
        shares=None if expected is None else expected_shares(definition, variant, expected),
        response_rate=None if response_rate is None else response_rate / 100,
        **survey,
    )
    if per_unit is not None:
        units = Units(answers=per_unit, deviation=unit_deviation, stability=stability)
        _show(plan_of_rollout(variant, units, known, change=change, n=size), output_format)
        return
    if sum(wish is not None for wish in (margin, change, size)) != 1:
        raise InvalidArgument(
            Text(
                en="say one of --margin, --change and --n.",
                fr="dites l'un de --margin, --change et --n.",
            )
        )
    if margin is not None:
        plan = plan_for_margin(variant, margin, known)
    elif change is not None:
        plan = plan_for_change(variant, change, known)
    else:
        plan = plan_of_size(variant, size or 1, known)
    _show(plan, output_format)


def _show(plan: Any, output_format: str) -> None:
    if output_format == "json":
        click.echo(json.dumps(dataclasses.asdict(plan)))
        return
    from ressenti.studies.rollout_planning import RolloutPlan

    language = chosen_language()
    lines = _rollout_lines if isinstance(plan, RolloutPlan) else _lines
    for line in lines(plan, language):
        click.echo(line)


def _rollout_lines(plan: Any, language: Language) -> list[str]:
    power = percent_text(100 * plan.power, language, decimals=0)
    texts = [
        Text(
            en="drawn at random: {units} shops in each group, effect of {effect} seen {power} of "
            "the time",
            fr="tirage au sort : {units} boutiques dans chaque groupe, effet de {effect} vu "
            "{power} du temps",
        ).format(
            units=number_text(plan.units_randomised, language, decimals=0),
            effect=number_text(plan.effect_randomised, language),
            power=power,
        ),
        Text(
            en="before and after, with a comparison group: {units} shops in each, effect of "
            "{effect} seen {power} of the time",
            fr="avant et après, avec groupe de comparaison : {units} boutiques dans chacun, effet "
            "de {effect} vu {power} du temps",
        ).format(
            units=number_text(plan.units_before_and_after, language, decimals=0),
            effect=number_text(plan.effect_before_and_after, language),
            power=power,
        ),
    ]
    return [text.to(language) for text in texts]


def _lines(plan: Any, language: Language) -> list[str]:
    confidence = percent_text(100 * plan.confidence, language, decimals=0)
    power = percent_text(100 * plan.power, language, decimals=0)
    texts = [
        Text(en="{n} answers (per wave)", fr="{n} réponses (par vague)"),
        Text(
            en="  interval at {confidence}: ± {margin}",
            fr="  intervalle à {confidence} : ± {margin}",
        ),
        Text(
            en="  change seen {power} of the time between two such waves: {change}",
            fr="  écart vu {power} du temps entre deux vagues de cette taille : {change}",
        ),
    ]
    if plan.to_ask is not None:
        texts.append(Text(en="  people to ask: {to_ask}", fr="  personnes à solliciter : {to_ask}"))
    if plan.is_worst_case:
        texts.append(
            Text(
                en="  worst case: half the answers at each end; say --expected for a finer plan",
                fr="  pire cas : la moitié des réponses à chaque extrême ; précisez --expected "
                "pour un plan plus fin",
            )
        )
    return [
        text.format(
            n=number_text(plan.n, language, decimals=0),
            confidence=confidence,
            power=power,
            margin=number_text(plan.margin, language),
            change=number_text(plan.change, language),
            to_ask=number_text(plan.to_ask, language, decimals=0),
        ).to(language)
        for text in texts
    ]
