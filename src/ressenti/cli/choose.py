"""``ressenti choose``: which indicators serve an objective, with what one has."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import click

from ressenti.cli.language import chosen_language, tr
from ressenti.cli.options import format_option, language_option, listed
from ressenti.language import Language, Text, colon, number_text
from ressenti.studies.objectives import OBJECTIVES, STEPS, SURVEY_CHANNELS

NOTHING = Text(en="none", fr="aucun")


@click.command(
    "choose",
    help=tr(
        Text(
            en="Recommend indicators, question wording, cadence, sample size and pitfalls for an "
            "objective; what is not given is asked.\n\n"
            "Example:  ressenti choose --objective friction --step support --channel email",
            fr="Recommander des indicateurs, le libellé de la question, la cadence, la taille de "
            "l'échantillon et les pièges pour un objectif ; ce qui n'est pas donné est demandé.\n\n"
            "Exemple :  ressenti choose --objective friction --step support --channel email",
        )
    ),
)
@click.option(
    "--objective",
    type=click.Choice(list(OBJECTIVES)),
    help=tr(Text(en="What you want to know or improve.", fr="Ce que vous voulez savoir.")),
)
@click.option(
    "--step",
    type=click.Choice(list(STEPS)),
    help=tr(Text(en="Step of the journey.", fr="Étape du parcours.")),
)
@click.option(
    "--channel",
    type=click.Choice([*SURVEY_CHANNELS, "none"]),
    help=tr(Text(en="How customers can be asked.", fr="Comment interroger les clients.")),
)
@click.option(
    "--data",
    metavar="FACT[.COLUMN],…",
    help=tr(
        Text(
            en="What you have: contacts, orders, contacts.offered_at, …",
            fr="Ce que vous avez : contacts, orders, contacts.offered_at, …",
        )
    ),
)
@format_option("table", "json")
@language_option
def command(
    objective: str | None,
    step: str | None,
    channel: str | None,
    data: str | None,
    output_format: str,
) -> None:
    """Recommend indicators."""
    from ressenti.studies.choosing import choice

    language = chosen_language()
    if objective is None:
        names = {key: goal.name for key, goal in OBJECTIVES.items()}
        objective = _asked(Text(en="Objective", fr="Objectif"), names, language)
        step = step or _asked(Text(en="Step", fr="Étape"), STEPS, language)
        ways = {**SURVEY_CHANNELS, "none": NOTHING}
        channel = channel or _asked(Text(en="Channel", fr="Canal"), ways, language)
        data = data or click.prompt(
            tr(Text(en="Data you have (facts)", fr="Données disponibles (faits)")), default=""
        )
    found = choice(
        objective, step=step, channel=None if channel == "none" else channel, data=listed(data)
    )
    if output_format == "json":
        click.echo(json.dumps(_document(found, language), ensure_ascii=False))
        return
    for line in _lines(found, language):
        click.echo(line)


def _asked(title: Text, choices: Mapping[str, Text], language: Language) -> str:
    """Ask for one of the choices, by its number or its key."""
    keys = list(choices)
    click.echo(f"{title.to(language)}{colon(language)}")
    for place, (key, text) in enumerate(choices.items(), start=1):
        click.echo(f"  {place:>2}  {key:<24} {text.to(language)}")
    numbers = [str(place) for place in range(1, len(keys) + 1)]
    picked = click.prompt(
        title.to(language), type=click.Choice([*numbers, *keys]), show_choices=False
    )
    return keys[int(picked) - 1] if picked.isdigit() else str(picked)


def _lines(found: Any, language: Language) -> list[str]:
    step = "" if found.step is None else f" · {found.step.to(language)}"
    lines = [found.objective.name.to(language) + step]
    for one in found.recommended:
        lines += ["", *_recommended(one, language)]
    if found.avoid_alone:
        names = ", ".join(one.abbreviation.to(language) for one in found.avoid_alone)
        alone = Text(en="Not alone for this: {names}.", fr="Pas seul pour cela : {names}.")
        lines += ["", alone.format(names=names).to(language)]
    if found.refused:
        lines += ["", tr(Text(en="Would serve, but:", fr="Utiles, mais :"))]
        lines += [
            f"  {one.indicator.name.to(language)}{colon(language)} {one.reason.to(language)}"
            for one in found.refused
        ]
    return lines


def _recommended(one: Any, language: Language) -> list[str]:
    roles = {
        "first": Text(en="first choice", fr="premier choix"),
        "companion": Text(en="beside it", fr="en complément"),
        "guard_rail": Text(en="guard rail", fr="garde-fou"),
    }
    name = one.indicator.name.to(language)
    lines = [f"{name} ({one.indicator.key}/{one.variant.key}) — {roles[one.role].to(language)}"]
    if one.indicator.question is not None and one.n is not None:
        lines.append(f"  {one.indicator.question.to(language)}")
    lines.append(f"  {one.cadence.to(language)}")
    if one.n is not None:
        size = Text(
            en="{n} answers for ± 5 points at worst",
            fr="{n} réponses pour ± 5 points au pire",
        ).format(n=number_text(one.n, language, decimals=0))
        lines.append(f"  {size.to(language)}")
    lines += [f"  ⚠ {pitfall.to(language)}" for pitfall in one.indicator.pitfalls[:2]]
    return lines


def _document(found: Any, language: Language) -> dict[str, Any]:
    return {
        "objective": found.objective.name.to(language),
        "step": None if found.step is None else found.step.to(language),
        "recommended": [
            {
                "indicator": one.indicator.key,
                "variant": one.variant.key,
                "role": str(one.role),
                "question": None
                if one.indicator.question is None
                else one.indicator.question.to(language),
                "cadence": one.cadence.to(language),
                "n": one.n,
                "pitfalls": [text.to(language) for text in one.indicator.pitfalls],
            }
            for one in found.recommended
        ],
        "refused": [
            {"indicator": one.indicator.key, "reason": one.reason.to(language)}
            for one in found.refused
        ],
        "avoid_alone": [one.key for one in found.avoid_alone],
    }
