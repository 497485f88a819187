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
    **survey: Any,
) -> None:
    """Plan a survey."""
    from ressenti.indicators import variant_called
    from ressenti.studies.planning import (
        Survey,
        expected_shares,
        plan_for_change,
        plan_for_margin,
        plan_of_size,
    )

    definition, variant = variant_called(indicator)
    known = Survey(
        shares=None if expected is None else expected_shares(definition, variant, expected),
        response_rate=None if response_rate is None else response_rate / 100,
        **survey,
    )
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
    if output_format == "json":
        click.echo(json.dumps(dataclasses.asdict(plan)))
        return
    language = chosen_language()
    for line in _lines(plan, language):
        click.echo(line)


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
