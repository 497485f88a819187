"""``ressenti outcomes ask``: the two tests of an outcome, their answers kept in the plan."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from ressenti.cli.language import chosen_language, tr
from ressenti.cli.options import language_option
from ressenti.cli.questions import Questions
from ressenti.language import Text

YES = "yes"
WHO = Text(en="Who answers", fr="Qui répond")
ANSWER = click.Choice([YES, "no"])


@click.command(
    "ask",
    help=tr(
        Text(
            en="Ask the two tests of the outcome NAME: would customers call it important, and is "
            "it measured in increments they value? Answers are kept in the plan with who gave "
            "them and when; earlier ones stay there.\n\n"
            "Example:  ressenti outcomes ask in_time --important yes --increments yes --by Ana",
            fr="Poser les deux tests du résultat NAME : les clients le diraient-ils important, et "
            "est-il mesuré dans des incréments qui comptent pour eux ? Les réponses sont gardées "
            "dans le plan avec leur auteur et leur date ; les précédentes y restent.\n\n"
            "Exemple :  ressenti outcomes ask a_temps --important yes --increments yes --by Ana",
        )
    ),
)
@click.argument("name")
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    default="ressenti.toml",
    show_default=True,
    help=tr(Text(en="Measurement plan.", fr="Plan de mesure.")),
)
@click.option(
    "--important",
    type=ANSWER,
    help=tr(Text(en="Customers call it important.", fr="Les clients le disent important.")),
)
@click.option(
    "--increments",
    type=ANSWER,
    help=tr(
        Text(en="Its increments are those they value.", fr="Ses incréments comptent pour eux.")
    ),
)
@click.option("--by", metavar="WHO", help=tr(Text(en="Who answers.", fr="Qui répond.")))
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DAY",
    help=tr(Text(en="When; today.", fr="Quand ; aujourd'hui.")),
)
@click.option(
    "--evidence",
    metavar="TEXT",
    help=tr(
        Text(
            en="What it rests on: interviews, comments, observation.",
            fr="Ce qui l'appuie : entretiens, commentaires, observation.",
        )
    ),
)
@language_option
def command(
    name: str,
    config: Path,
    by: str | None,
    on: datetime | None,
    evidence: str | None,
    **given: Any,
) -> None:
    """Ask the two tests and keep the answers."""
    from ressenti.facts.plan_outcomes import CpiAnswer, CpiTest
    from ressenti.library.outcome_declarations import answer_tests
    from ressenti.reports.outcomes import ADMISSIONS, TESTS

    language = chosen_language()
    questions = Questions(language, is_piped=not sys.stdin.isatty())
    asked = [test for test in CpiTest if given[test] is not None] or list(CpiTest)
    passed = {
        test: questions.is_yes(TESTS[test]) if given[test] is None else given[test] == YES
        for test in asked
    }
    who = by or questions.text(WHO)
    day = date.today() if on is None else on.date()  # noqa: DTZ011 - the day on this person's clock
    answers = [
        CpiAnswer(test=test, passed=is_passed, by=who, on=day, evidence=evidence)
        for test, is_passed in passed.items()
    ]
    outcome = answer_tests(config, name, answers)
    click.echo(f"{name}: {ADMISSIONS[outcome.admission].to(language)}")
