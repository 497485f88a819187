"""The verbs, each in its own file, and the group that loads one only when it is called."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

from ressenti.cli.language import tr
from ressenti.language import Text

VERBS: Mapping[str, tuple[str, Text]] = {
    "score": (
        "score",
        Text(
            en="Compute indicators on a file, a folder or a table.",
            fr="Calculer des indicateurs sur un fichier, un dossier ou une table.",
        ),
    ),
    "compare": (
        "compare",
        Text(
            en="Say whether a change is real, and split it into mix and rate.",
            fr="Dire si un écart est réel, et séparer effet de structure et effet de niveau.",
        ),
    ),
    "explain": (
        "explain",
        Text(
            en="Say why an indicator moved, and how sure each reason is.",
            fr="Dire pourquoi un indicateur a évolué, et ce que vaut chaque raison.",
        ),
    ),
    "series": (
        "series",
        Text(
            en="Follow indicators over time: changes, alarms, forecasts.",
            fr="Suivre des indicateurs dans le temps : changements, alertes, prévisions.",
        ),
    ),
    "link": (
        "link",
        Text(
            en="Say whether indicators move with what customers wanted and got.",
            fr="Dire si des indicateurs évoluent avec ce que les clients voulaient et ont obtenu.",
        ),
    ),
    "effect": (
        "effect",
        Text(
            en="Say what a change did, where it was made against where it was not.",
            fr="Dire ce qu'un changement a fait, là où il a été fait et là où il ne l'a pas été.",
        ),
    ),
    "rank": (
        "rank",
        Text(
            en="Rank shops or agents without ranking luck.",
            fr="Classer boutiques ou conseillers sans classer le hasard.",
        ),
    ),
    "drivers": (
        "drivers",
        Text(
            en="Say what goes with an outcome, and what to improve first.",
            fr="Dire ce qui va avec un résultat, et quoi améliorer d'abord.",
        ),
    ),
    "reliability": (
        "reliability",
        Text(
            en="Say whether several items measure one thing.",
            fr="Dire si plusieurs items mesurent une même chose.",
        ),
    ),
    "emotions": (
        "emotions",
        Text(
            en="Read what customers feel in their words, and the Net Emotion Score.",
            fr="Lire ce que ressentent les clients dans leurs mots, et le score net d'émotion.",
        ),
    ),
    "outcomes": (
        "outcomes",
        Text(
            en="Say whether customers got what they wanted (CPI).",
            fr="Dire si les clients ont eu ce qu'ils voulaient (CPI).",
        ),
    ),
    "calc": (
        "calc",
        Text(
            en="Work out one example, or a batch of them.",
            fr="Calculer un exemple, ou une série d'exemples.",
        ),
    ),
    "indicators": (
        "indicators",
        Text(
            en="Show the catalogue of indicators, or one of them whole.",
            fr="Afficher le catalogue des indicateurs, ou l'un d'eux en entier.",
        ),
    ),
    "choose": (
        "choose",
        Text(
            en="Recommend indicators for an objective and a journey step.",
            fr="Recommander des indicateurs pour un objectif et une étape du parcours.",
        ),
    ),
    "plan": (
        "plan",
        Text(
            en="Say how many answers are needed to see a change.",
            fr="Dire combien de réponses il faut pour voir un écart.",
        ),
    ),
    "init": (
        "init",
        Text(
            en="Write a commented ressenti.toml by looking at a file and asking.",
            fr="Écrire un ressenti.toml commenté en regardant un fichier et en demandant.",
        ),
    ),
    "import": (
        "importing",
        Text(
            en="Read facts into a folder of Parquet, and report what was rejected.",
            fr="Lire des faits vers un dossier Parquet, et signaler les rejets.",
        ),
    ),
    "demo": (
        "demo",
        Text(
            en="Open the live cockpit of a simulated company.",
            fr="Ouvrir le cockpit en direct d'une entreprise simulée.",
        ),
    ),
    "serve": (
        "serve",
        Text(
            en="Serve surveys and the live cockpit.",
            fr="Servir les enquêtes et le cockpit en direct.",
        ),
    ),
    "tallies": (
        "tallies",
        Text(
            en="Say how far the tallies are, verify or rebuild them.",
            fr="Dire où en sont les décomptes, les vérifier ou les refaire.",
        ),
    ),
    "publish": (
        "publish",
        Text(
            en="Write the server's facts as a lake of Parquet files.",
            fr="Écrire les faits du serveur en un lac de fichiers Parquet.",
        ),
    ),
    "backup": (
        "backup",
        Text(
            en="Write the server's database to one checked file.",
            fr="Écrire la base du serveur dans un fichier vérifié.",
        ),
    ),
    "restore": (
        "restore",
        Text(
            en="Fill a database from such a file, then forget again whoever asked to be.",
            fr="Remplir une base depuis un tel fichier, puis oublier à nouveau qui l'a demandé.",
        ),
    ),
    "password": (
        "password",
        Text(
            en="Print a link by which somebody chooses a new password.",
            fr="Afficher un lien par lequel quelqu'un choisit un nouveau mot de passe.",
        ),
    ),
    "doctor": (
        "doctor",
        Text(en="Check the installation.", fr="Vérifier l'installation."),
    ),
    "completion": (
        "completion",
        Text(
            en="Print the shell's completion script.",
            fr="Afficher le script de complétion du shell.",
        ),
    ),
}


class LazyGroup(click.Group):
    """A group whose commands are imported when called, so that ``--help`` stays quick."""

    def __init__(self, *args: Any, verbs: Mapping[str, tuple[str, Text]], **options: Any):
        super().__init__(*args, **options)
        self.verbs = verbs

    def list_commands(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's own signature
    ) -> list[str]:
        return list(self.verbs)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's own signature
        cmd_name: str,
    ) -> click.Command | None:
        if cmd_name not in self.verbs:
            return None
        module = import_module(f"ressenti.cli.{self.verbs[cmd_name][0]}")
        command: click.Command = module.command
        return command

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's own signature
        formatter: click.HelpFormatter,
    ) -> None:
        with formatter.section(tr(Text(en="Commands", fr="Commandes"))):
            formatter.write_dl([(name, tr(text)) for name, (_, text) in self.verbs.items()])
