"""``ressenti emotions``: what customers feel in their own words, and the Net Emotion Score."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

import click

from ressenti.cli.language import chosen_language, tr
from ressenti.cli.options import (
    confidence_option,
    format_option,
    language_option,
    reading_options,
)
from ressenti.language import Language, Text, number_text

if TYPE_CHECKING:
    from ressenti.emotions.reading import Reading
    from ressenti.library.emotions import EmotionReport
    from ressenti.library.verbatims import VerbatimBatch

READ = Text(en="{count} texts read", fr="{count} textes lus")


@click.command(
    "emotions",
    help=tr(
        Text(
            en="Read the comments of SOURCE, in French and English, offline: the emotions of each, "
            "the words that carry them, and the Net Emotion Score (NES) with its interval.\n\n"
            "Example:  ressenti emotions survey.csv --text comment --respondent customer",
            fr="Lire les verbatims de SOURCE, en français et en anglais, hors ligne : les émotions "
            "de chacun, les mots qui les portent, et le score net d'émotion (NES) avec son "
            "intervalle.\n\n"
            "Exemple :  ressenti emotions enquete.csv --text verbatim --respondent client",
        )
    ),
)
@click.argument("source")
@click.option(
    "--text",
    required=True,
    metavar="COL",
    help=tr(Text(en="Column of the texts.", fr="Colonne des textes.")),
)
@click.option(
    "--language",
    type=click.Choice(["auto", "fr", "en"]),
    default="auto",
    show_default=True,
    help=tr(
        Text(
            en="Language of the texts; auto finds it text by text.",
            fr="Langue des textes ; auto la trouve texte par texte.",
        )
    ),
)
@click.option(
    "--engine",
    default="embedded",
    show_default=True,
    metavar="NAME",
    help=tr(
        Text(
            en="What reads: an installed engine (embedded, precise, …), onnx:FOLDER for a model of "
            "your own, or hosted for one elsewhere.",
            fr="Ce qui lit : un moteur installé (embedded, precise, …), onnx:DOSSIER pour un "
            "modèle à vous, ou hosted pour un modèle hébergé ailleurs.",
        )
    ),
)
@click.option(
    "--label",
    metavar="COL",
    help=tr(
        Text(
            en="Column of a person's marks: engines are compared with them.",
            fr="Colonne des annotations d'une personne, auxquelles comparer des moteurs.",
        )
    ),
)
@click.option(
    "--compare",
    metavar="NAMES",
    help=tr(
        Text(
            en="Engines to compare, between commas; needs --label.",
            fr="Moteurs à comparer, entre virgules ; demande --label.",
        )
    ),
)
@click.option(
    "--respondent",
    metavar="COL",
    help=tr(
        Text(
            en="Column that tells who wrote: each person then counts once.",
            fr="Colonne qui dit qui a écrit : chaque personne compte alors une fois.",
        )
    ),
)
@click.option(
    "--id",
    metavar="COL",
    help=tr(
        Text(
            en="Column that identifies a text; its number from 1 otherwise.",
            fr="Colonne qui identifie un texte ; à défaut son numéro, à partir de 1.",
        )
    ),
)
@click.option(
    "--audit",
    metavar="FILE",
    help=tr(
        Text(
            en="Texts marked by a person (columns id and mark): the NES is then corrected.",
            fr="Textes annotés par une personne (colonnes id et mark) : le NES est alors corrigé.",
        )
    ),
)
@click.option(
    "--output",
    metavar="FILE",
    help=tr(
        Text(
            en="Write one row a text to this CSV file; a reading that was stopped goes on.",
            fr="Écrire une ligne par texte dans ce CSV ; une lecture interrompue reprend.",
        )
    ),
)
@click.option(
    "--facts",
    metavar="FOLDER",
    help=tr(
        Text(
            en="Write the emotions as facts, which can be scored; needs --at.",
            fr="Écrire les émotions comme des faits, à mesurer ensuite ; demande --at.",
        )
    ),
)
@click.option(
    "--themes",
    metavar="PLAN",
    help=tr(
        Text(
            en="What the facts are about: a plan of themes, such as delivery, or a YAML file.",
            fr="Ce dont parlent les faits : un plan de thèmes, comme delivery, ou un fichier YAML.",
        )
    ),
)
@click.option(
    "--at",
    metavar="COL",
    help=tr(Text(en="Column that dates a text.", fr="Colonne qui date un texte.")),
)
@click.option(
    "--time-zone",
    metavar="ZONE",
    default="UTC",
    show_default=True,
    help=tr(
        Text(
            en="Zone of times that do not say theirs.",
            fr="Fuseau des heures qui n'indiquent pas le leur.",
        )
    ),
)
@reading_options
@confidence_option
@format_option("table", "json", "csv")
@language_option
def command(output_format: str, label: str | None, compare: str | None, **options: Any) -> None:
    """Read the texts of a source and write what they say, or how well engines read them."""
    spoken = chosen_language()
    if label is None and compare is None:
        show_reading(spoken, output_format, **options)
        return
    from ressenti.cli.emotion_comparisons import compared_engines, echo_comparison

    asked = {**options, "label": label, "compare": compare}
    with shown_progress(spoken) as on_progress:
        compared = compared_engines(asked, on_progress=on_progress)
    echo_comparison(compared, spoken, output_format=output_format, echo_csv=echo_csv)


def show_reading(
    spoken: Language,
    output_format: str,
    *,
    source: str,
    text: str,
    output: str | None,
    **options: Any,
) -> None:
    from ressenti.library.emotions import read_emotions

    # What goes to a file is not repeated on standard output.
    shown = SHOWN[output_format](shows_texts=output is None and output_format != "table")

    def on_batch(batch: VerbatimBatch, readings: Sequence[Reading]) -> None:
        shown.add(batch.texts, readings)

    with shown_progress(spoken) as on_progress:
        report = read_emotions(
            source,
            text=text,
            output=output,
            processes=os.cpu_count() or 1,
            on_batch=on_batch if shown.shows_texts else None,
            on_progress=on_progress,
            **options,
        )
    shown.end(report, spoken)


class Shown(Protocol):
    """What is shown of a reading: something of each batch of texts, then of the whole."""

    shows_texts: bool

    def __init__(self, *, shows_texts: bool) -> None: ...

    def add(self, texts: Sequence[str | None], readings: Sequence[Reading]) -> None: ...

    def end(self, report: EmotionReport, language: Language) -> None: ...


class TableShown:
    """The NES for a person; texts are only counted."""

    def __init__(self, *, shows_texts: bool) -> None:
        self.shows_texts = shows_texts

    def add(self, texts: Sequence[str | None], readings: Sequence[Reading]) -> None:
        """Show nothing of single texts."""

    def end(self, report: EmotionReport, language: Language) -> None:
        click.echo(report.text(language))
        tell_notes(report, language)


class CsvShown:
    """One row a text, and nothing of the whole."""

    def __init__(self, *, shows_texts: bool) -> None:
        self.shows_texts = shows_texts
        self.is_begun = False

    def add(self, texts: Sequence[str | None], readings: Sequence[Reading]) -> None:
        from ressenti.library.emotion_rows import csv_cells

        self._begin()
        echo_csv(map(csv_cells, texts, readings))

    def end(self, report: EmotionReport, language: Language) -> None:
        if self.shows_texts:
            self._begin()
        tell_notes(report, language)

    def _begin(self) -> None:
        from ressenti.library.emotion_rows import COLUMNS

        if not self.is_begun:
            echo_csv([COLUMNS])
            self.is_begun = True


class JsonShown:
    """One document: every text, then the NES."""

    def __init__(self, *, shows_texts: bool) -> None:
        self.shows_texts = shows_texts
        self.is_begun = False

    def add(self, texts: Sequence[str | None], readings: Sequence[Reading]) -> None:
        from ressenti.library.emotion_rows import text_document

        documents = map(text_document, texts, readings)
        told = (json.dumps(each, ensure_ascii=False, allow_nan=False) for each in documents)
        click.echo((", " if self.is_begun else '{"texts": [') + ",\n ".join(told), nl=False)
        self.is_begun = True

    def end(self, report: EmotionReport, language: Language) -> None:
        whole = report.to_json(language)
        if self.shows_texts:
            click.echo(("" if self.is_begun else '{"texts": [') + "], " + whole.removeprefix("{"))
        else:
            click.echo(whole)


SHOWN: Mapping[str, type[Shown]] = {"table": TableShown, "json": JsonShown, "csv": CsvShown}


def echo_csv(rows: Iterable[Sequence[str]]) -> None:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    click.echo(stream.getvalue(), nl=False)


def tell_notes(report: EmotionReport, language: Language) -> None:
    for note in (*report.notes, *report.net.remarks):
        click.echo(note.to(language), err=True)


@contextmanager
def shown_progress(language: Language) -> Iterator[Callable[[int], None]]:
    """Yield what tells a person at a terminal how many texts are read; on standard error only."""
    if not sys.stderr.isatty():
        yield lambda _count: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=None)

        def on_progress(count: int) -> None:
            told = READ.format(count=number_text(count, language, decimals=0))
            progress.update(task, description=told.to(language))

        yield on_progress
