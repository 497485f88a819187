"""``ressenti demo``: a simulated company, its scorecard, and what was planted in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from ressenti.cli.language import chosen_language, tr
from ressenti.cli.options import format_option, language_option
from ressenti.language import Language, Text, number_text


@click.command(
    "demo",
    help=tr(
        Text(
            en="Simulate two years of a company with forty shops and show its scorecard, with the "
            "effects that were planted in it and what the figures find of them.",
            fr="Simuler deux ans d'une entreprise de quarante boutiques et afficher son tableau de "
            "bord, avec les effets introduits et ce que les chiffres en retrouvent.",
        )
    ),
)
@click.option(
    "--answers",
    type=click.IntRange(min=5_000),
    metavar="N",
    default=200_000,
    show_default=True,
    help=tr(Text(en="Answers to simulate.", fr="Réponses à simuler.")),
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    metavar="N",
    default=7,
    show_default=True,
    help=tr(Text(en="The same seed gives the same company.", fr="Une graine, une entreprise.")),
)
@click.option(
    "--data",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help=tr(
        Text(
            en="Write the company's facts there, to score them yourself.",
            fr="Y écrire les faits de l'entreprise, pour calculer vous-même.",
        )
    ),
)
@format_option("table", "json")
@language_option
def command(answers: int, seed: int, data: Path | None, output_format: str) -> None:
    """Show the demonstration."""
    from rich.console import Console

    from ressenti.library.demonstration import demonstration

    language = chosen_language()
    waiting = tr(Text(en="Simulating a company…", fr="Simulation d'une entreprise…"))
    with Console(stderr=True).status(waiting):
        shown = demonstration(seed=seed, n_answers=answers, folder=data)
    if output_format == "json":
        click.echo(json.dumps(_document(shown, language), ensure_ascii=False, allow_nan=False))
        return
    _print(shown, language, data)


def _print(shown: Any, language: Language, data: Path | None) -> None:
    from ressenti.reports.scorecards import scorecard_table
    from ressenti.reports.terminal import console

    title = Text(
        en="{company} (simulated) · {month} · {n} answers in two years",
        fr="{company} (simulée) · {month} · {n} réponses en deux ans",
    ).format(
        company=shown.company,
        month=shown.month,
        n=number_text(shown.n_answers, language, decimals=0),
    )
    page = console()
    page.print(scorecard_table(shown.cards, language, title=title.to(language)))
    for story in shown.stories:
        page.print(f"[bold]{story.title.to(language)}[/bold]  ({story.truth.to(language)})")
        page.print(story.found.text(language), highlight=False, markup=False)
        page.print()
    page.print(_next_step(data, language), markup=False, highlight=False)


def _next_step(data: Path | None, language: Language) -> str:
    if data is None:
        return Text(
            en="To score it yourself: ressenti demo --data company",
            fr="Pour calculer vous-même : ressenti demo --data entreprise",
        ).to(language)
    return (
        Text(
            en="Now try: ressenti score {data} -m nps -m fcr --per month --by country",
            fr="Essayez : ressenti score {data} -m nps -m fcr --per month --by country",
        )
        .format(data=data)
        .to(language)
    )


def _document(shown: Any, language: Language) -> dict[str, Any]:
    return {
        "company": shown.company,
        "month": shown.month,
        "n_answers": shown.n_answers,
        "scorecard": [
            {
                **card.latest.to_dict(language),
                "change": None if card.change is None else card.change.difference,
                "change_is_established": None
                if card.change is None
                else card.change.is_established,
                "trend": [score.value for score in card.trend],
            }
            for card in shown.cards
        ],
        "stories": [
            {
                "title": story.title.to(language),
                "truth": story.truth.to(language),
                "comparisons": story.found.to_dicts(language),
            }
            for story in shown.stories
        ],
    }
