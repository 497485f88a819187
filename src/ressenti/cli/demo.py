"""``ressenti demo``: the live cockpit of a simulated company, or its scorecard in a terminal."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from ressenti.cli.browser import has_opened
from ressenti.cli.language import chosen_language, tr
from ressenti.cli.options import format_option, language_option
from ressenti.language import Language, Text, number_text

LOADED = 40_000
OLDER = Text(
    en="  An older version made this company: pages made since may be empty. To make it anew,\n"
    "  stop, remove {folder}, and start again.\n",
    fr="  Cette entreprise vient d'une version antérieure : des pages faites depuis peuvent être\n"
    "  vides. Pour la refaire, arrêtez, supprimez {folder} et relancez.\n",
)


@click.command(
    "demo",
    help=tr(
        Text(
            en="Simulate two years of a company with forty shops and open its live cockpit, where "
            "answers go on arriving. With --terminal, print its scorecard instead, with the "
            "effects that were planted in it and what the figures find of them.",
            fr="Simuler deux ans d'une entreprise de quarante boutiques et ouvrir son cockpit en "
            "direct, où les réponses continuent d'arriver. Avec --terminal, afficher plutôt son "
            "tableau de bord, avec les effets introduits et ce que les chiffres en retrouvent.",
        )
    ),
)
@click.option(
    "--port",
    type=click.IntRange(1, 65_535),
    metavar="P",
    default=8000,
    show_default=True,
    help=tr(Text(en="Port of the cockpit, on loopback.", fr="Port du cockpit, en local.")),
)
@click.option(
    "--no-browser",
    is_flag=True,
    help=tr(Text(en="Do not open a browser.", fr="Ne pas ouvrir de navigateur.")),
)
@click.option(
    "--data",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help=tr(
        Text(
            en="Data folder of the demonstration; one that exists is opened again.",
            fr="Dossier de données de la démonstration ; s'il existe, il est rouvert.",
        )
    ),
)
@click.option(
    "--terminal",
    is_flag=True,
    help=tr(
        Text(
            en="Print the scorecard here instead of serving it.",
            fr="Afficher le tableau de bord ici au lieu de le servir.",
        )
    ),
)
@click.option(
    "--facts",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help=tr(
        Text(
            en="Write the company's facts there, to score them yourself, and print the scorecard.",
            fr="Y écrire les faits de l'entreprise, pour calculer vous-même, et afficher le "
            "tableau de bord.",
        )
    ),
)
@click.option(
    "--answers",
    type=click.IntRange(min=5_000),
    metavar="N",
    help=tr(
        Text(
            en="Answers to simulate (40,000, or 200,000 in the terminal).",
            fr="Réponses à simuler (40 000, ou 200 000 dans le terminal).",
        )
    ),
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    metavar="N",
    default=7,
    show_default=True,
    help=tr(Text(en="The same seed gives the same company.", fr="Une graine, une entreprise.")),
)
@format_option("table", "json")
@language_option
def command(
    port: int,
    no_browser: bool,
    data: Path | None,
    terminal: bool,
    facts: Path | None,
    answers: int | None,
    seed: int,
    output_format: str,
) -> None:
    """Show the demonstration."""
    if terminal or facts is not None or output_format == "json":
        _show_in_terminal(facts, answers or 200_000, seed, output_format)
    else:
        _serve(port, data, answers or LOADED, opens_browser=not no_browser)


def _serve(port: int, data: Path | None, answers: int, *, opens_browser: bool) -> None:
    from ressenti.server.running.demonstrating import serve_demonstration

    def announce(opened: Mapping[str, str]) -> None:
        told = Text(
            en="\n  The cockpit:  {url}\n  Account:  {address}\n  Password:  {password}\n"
            "  Answers arrive by themselves; the page can stop them. Ctrl-C stops everything.\n",
            fr="\n  Le cockpit :  {url}\n  Compte :  {address}\n"
            "  Mot de passe :  {password}\n"
            "  Les réponses arrivent d'elles-mêmes ; la page peut les arrêter. "
            "Ctrl-C arrête tout.\n",
        ).format(**opened)
        click.echo(told.to(chosen_language()))
        if opened["older"]:
            click.echo(OLDER.format(folder=opened["older"]).to(chosen_language()))
        if opens_browser and not has_opened(opened["url"]):
            unopened = Text(
                en="  No browser opens here: open the address yourself.\n",
                fr="  Aucun navigateur ne s'ouvre ici : ouvrez l'adresse vous-même.\n",
            )
            click.echo(tr(unopened))

    waiting = Text(
        en="Simulating two years of a company; about half a minute the first time…",
        fr="Simulation de deux ans d'une entreprise ; environ une demi-minute la première fois…",
    )
    click.echo(tr(waiting), err=True)
    serve_demonstration(data, port=port, n_answers=answers, announce=announce)


def _show_in_terminal(facts: Path | None, answers: int, seed: int, output_format: str) -> None:
    from rich.console import Console

    from ressenti.library.demonstration import demonstration

    language = chosen_language()
    waiting = tr(Text(en="Simulating a company…", fr="Simulation d'une entreprise…"))
    with Console(stderr=True).status(waiting):
        shown = demonstration(seed=seed, n_answers=answers, folder=facts)
    if output_format == "json":
        click.echo(json.dumps(_document(shown, language), ensure_ascii=False, allow_nan=False))
        return
    _print(shown, language, facts)


def _print(shown: Any, language: Language, facts: Path | None) -> None:
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
    page.print(_next_step(facts, language), markup=False, highlight=False)


def _next_step(facts: Path | None, language: Language) -> str:
    if facts is None:
        return Text(
            en="To score it yourself: ressenti demo --facts company",
            fr="Pour calculer vous-même : ressenti demo --facts entreprise",
        ).to(language)
    return (
        Text(
            en="Now try: ressenti score {data} -m nps -m fcr --per month --by country",
            fr="Essayez : ressenti score {data} -m nps -m fcr --per month --by country",
        )
        .format(data=facts)
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
