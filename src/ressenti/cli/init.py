"""``ressenti init``: a plan written by looking at a file and asking, nothing being assumed."""

from __future__ import annotations

import sys
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

import click

from ressenti.cli.language import chosen_language, tr
from ressenti.cli.options import language_option
from ressenti.cli.questions import Questions
from ressenti.language import Text

if TYPE_CHECKING:
    from ressenti.library.initiation import Chosen

COLUMN = Text(en="COLUMN", fr="COLONNE")


@click.command(
    "init",
    help=tr(
        Text(
            en="Look at FILE, ask what its columns are, and write a commented plan.\n\n"
            "Example:  ressenti init survey.csv",
            fr="Regarder FICHIER, demander ce que sont ses colonnes, écrire un plan commenté.\n\n"
            "Exemple :  ressenti init enquete.csv",
        )
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("ressenti.toml"),
    show_default=True,
    help=tr(Text(en="Plan to write.", fr="Plan à écrire.")),
)
@click.option(
    "--organisation",
    metavar="NAME",
    help=tr(Text(en="Whose plan it is; asked for.", fr="À qui est le plan ; demandé sinon.")),
)
@click.option(
    "--time-zone",
    metavar="ZONE",
    help=tr(
        Text(
            en="Where its days begin, such as Europe/Paris; asked for.",
            fr="Où commencent ses journées, comme Europe/Paris ; demandé sinon.",
        )
    ),
)
@click.option(
    "--yes-to",
    type=click.Choice(["none"]),
    help=tr(
        Text(
            en="Take no suggestion and ask about none.",
            fr="Ne retenir aucune suggestion, ne rien demander à leur sujet.",
        )
    ),
)
@click.option(
    "--encoding",
    metavar="NAME",
    help=tr(Text(en="Encoding of a text file.", fr="Encodage d'un fichier texte.")),
)
@click.option(
    "--separator",
    metavar="CHAR",
    help=tr(Text(en="Separator of a text file.", fr="Séparateur d'un fichier texte.")),
)
@click.option(
    "--sheet",
    metavar="NAME",
    help=tr(Text(en="Sheet of a workbook.", fr="Feuille d'un classeur.")),
)
@language_option
@click.pass_context
def command(
    ctx: click.Context,
    file: Path,
    output: Path,
    organisation: str | None,
    time_zone: str | None,
    yes_to: str | None,
    encoding: str | None,
    separator: str | None,
    sheet: str | None,
) -> None:
    """Ask about a file and write its plan."""
    from ressenti.cli.interview import asked_columns, asked_organisation
    from ressenti.facts.plan_writing import write_plan
    from ressenti.library.initiation import Chosen, plan_of
    from ressenti.library.output_paths import writing
    from ressenti.library.portraits import portraits
    from ressenti.sources import open_source
    from ressenti.sources.options import SourceOptions

    language = chosen_language()
    questions = Questions(language, is_piped=not sys.stdin.isatty())
    options = SourceOptions(encoding=encoding, separator=separator, sheet=sheet)
    columns = portraits(open_source(file, options=options))
    if output.exists() and not questions.is_yes(
        Text(en=f"'{output}' exists. Overwrite it?", fr=f"« {output} » existe. L'écraser ?")
    ):
        questions.say(Text(en="Nothing was written.", fr="Rien n'a été écrit."))
        ctx.exit(1)
    for column in columns:
        shown = column.text()
        questions.say(Text(en=f"  {column.name}: {shown.en}", fr=f"  {column.name} : {shown.fr}"))
    takes_none = yes_to == "none"
    whose = asked_organisation(questions, organisation, time_zone, takes_none=takes_none)
    chosen = Chosen(organisation=whose) if takes_none else asked_columns(questions, columns, whose)
    plan = plan_of(chosen, file, folder=output.parent, options=options)
    with writing(output) as path:
        path.write_text(write_plan(plan, language=language), encoding="utf-8")
    click.echo(tr(Text(en=f"Written: {output}", fr=f"Écrit : {output}")))
    click.echo(next_command(chosen, output))


def next_command(chosen: Chosen, output: Path) -> str:
    """Return the command to run now."""
    if chosen.measures:
        return f"ressenti score --config {quote(str(output))}"
    return f"ressenti score --config {quote(str(output))} --measure nps={tr(COLUMN)}"
