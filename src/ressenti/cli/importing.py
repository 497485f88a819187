"""``ressenti import``: facts read into a folder of Parquet, and what was kept out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import click

from ressenti.cli.language import chosen_language, tr
from ressenti.cli.options import format_option, language_option, pairs_of, reading_options
from ressenti.language import Language, Text, number_text

if TYPE_CHECKING:
    from ressenti.library.importing import ImportReport, OnStep


@click.command(
    "import",
    help=tr(
        Text(
            en="Read SOURCE (a file, ENGINE-URL::TABLE, or a source of the plan) as facts into a "
            "folder of Parquet. Reading it again adds nothing.\n\n"
            "Example:  ressenti import tickets.csv --facts contacts --map contact_id=id "
            "--map offered_at=created --into lake",
            fr="Lire SOURCE (un fichier, URL-DU-MOTEUR::TABLE, ou une source du plan) comme des "
            "faits vers un dossier Parquet. Relire n'ajoute rien.\n\n"
            "Exemple :  ressenti import tickets.csv --facts contacts --map contact_id=id "
            "--map offered_at=creation --into lac",
        )
    ),
)
@click.argument("source")
@click.option(
    "--facts",
    "fact",
    required=True,
    metavar="FACT",
    help=tr(
        Text(
            en="What the rows are: answers, contacts, subscriptions, orders, …",
            fr="Ce que sont les lignes : answers, contacts, subscriptions, orders, …",
        )
    ),
)
@click.option(
    "--into",
    required=True,
    metavar="FOLDER",
    help=tr(Text(en="Folder of facts to add to.", fr="Dossier de faits à compléter.")),
)
@click.option(
    "--map",
    "mapping",
    multiple=True,
    metavar="FIELD=SQL",
    help=tr(
        Text(
            en="Map a fact's column to a column or expression; repeatable.",
            fr="Associer une colonne du fait à une colonne ou expression ; répétable.",
        )
    ),
)
@click.option(
    "--config",
    metavar="FILE",
    help=tr(
        Text(
            en="Measurement plan: mappings, measures of a survey, dimensions, time zone.",
            fr="Plan de mesure : correspondances, mesures d'une enquête, dimensions, fuseau.",
        )
    ),
)
@click.option(
    "--time-zone",
    metavar="ZONE",
    help=tr(
        Text(
            en="Zone of times that do not say theirs; the plan's, or UTC.",
            fr="Fuseau des heures qui n'indiquent pas le leur ; celui du plan, ou UTC.",
        )
    ),
)
@click.option(
    "--rejects",
    metavar="FILE",
    help=tr(
        Text(
            en="Write what was kept out: line, column, value, reason.",
            fr="Écrire ce qui a été écarté : ligne, colonne, valeur, motif.",
        )
    ),
)
@click.option(
    "--dry-run",
    is_flag=True,
    help=tr(Text(en="Count everything, write no fact.", fr="Tout compter, n'écrire aucun fait.")),
)
@reading_options
@format_option("table", "json")
@language_option
def command(
    source: str,
    fact: str,
    into: str,
    mapping: tuple[str, ...],
    output_format: str,
    rejects: str | None,
    **options: Any,
) -> None:
    """Import a source and say what became of it."""
    from ressenti.library.importing import import_facts
    from ressenti.sources.options import SourceOptions

    language = chosen_language()
    told = [field.name for field in fields(SourceOptions) if field.name in options]
    reading = SourceOptions(**{name: options.pop(name) for name in told})
    with shown_steps(language) as on_step:
        report = import_facts(
            source,
            fact,
            into,
            mapping=pairs_of(mapping),
            rejects_to=rejects,
            options=reading,
            language=language,
            on_step=on_step,
            **options,
        )
    for note in report.notes:
        click.echo(note.to(language), err=True)
    if output_format == "json":
        click.echo(json.dumps(report.to_dict(language), ensure_ascii=False))
    else:
        click.echo(report_text(report, language))


@contextmanager
def shown_steps(language: Language) -> Iterator[OnStep]:
    """Yield what tells a person at a terminal what is being done; on standard error only."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as progress:
        task = progress.add_task("", total=None)

        def on_step(step: Text) -> None:
            progress.update(task, description=step.to(language))

        yield on_step


def report_text(report: ImportReport, language: Language) -> str:
    """Return what an import did, in lines."""

    def count(number: int) -> str:
        return number_text(number, language, decimals=0)

    lines = [
        Text(
            en="{records} records read, {rows} rows of {fact} kept, {rejected} rejected",
            fr="{records} enregistrements lus, {rows} lignes « {fact} » retenues, {rejected} "
            "rejets",
        ).format(
            records=count(report.records),
            rows=count(report.rows),
            fact=report.fact,
            rejected=count(report.rejected),
        ),
        *(
            Text(en=f"  {count(number)}  {reason.en}", fr=f"  {count(number)}  {reason.fr}")
            for reason, number in report.reasons.items()
        ),
        Text(
            en="added {added}, changed {changed}, already there {unchanged}",
            fr="ajoutées : {added}, modifiées : {changed}, déjà là : {unchanged}",
        ).format(
            added=count(report.added),
            changed=count(report.changed),
            unchanged=count(report.unchanged),
        ),
        Text(
            en="source '{source}'; rows are told apart by {identity}",
            fr="source « {source} » ; ce qui distingue les lignes : {identity}",
        ).format(source=report.source, identity=report.identified_by),
    ]
    if report.is_dry_run:
        lines.append(Text(en="dry run: nothing was written", fr="essai : rien n'a été écrit"))
    return "\n".join(line.to(language) for line in lines)
