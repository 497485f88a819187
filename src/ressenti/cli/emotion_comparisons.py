"""``ressenti emotions --label``: emotion engines side by side on texts that a person marked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import click

from ressenti.errors import InvalidArgument
from ressenti.language import Language, Text

if TYPE_CHECKING:
    from ressenti.library.emotion_comparisons import EngineComparison
    from ressenti.library.verbatims import VerbatimBatch
    from ressenti.studies.engine_comparisons import EngineFigures

OF_ONE_READING: Final = ("output", "audit", "facts", "themes", "id", "at", "dates")
"""Options that say what becomes of one reading; a comparison has several and keeps none."""
NOT_HERE = Text(
    en="--{name} does not go with --label, which compares engines and writes nothing.",
    fr="--{name} ne va pas avec --label, qui compare des moteurs et n'écrit rien.",
)
NO_LABEL = Text(
    en="--compare needs marks to compare with.",
    fr="--compare demande des annotations auxquelles comparer.",
)
LABEL_HINT = Text(
    en="Name the column of a person's marks: --label COL.",
    fr="Nommez la colonne des annotations d'une personne : --label COL.",
)


def compared_engines(
    options: Mapping[str, Any], *, on_progress: Callable[[int], None]
) -> EngineComparison:
    """Return the comparison that options ask for.

    Raises
    ------
    InvalidArgument
        R102, without marks, or for an option of a single reading.
    """
    from ressenti.library.emotion_comparisons import compare_emotion_engines

    asked = dict(options)
    names = asked.pop("compare") or asked["engine"]
    del asked["engine"], asked["time_zone"]
    if asked["label"] is None:
        raise InvalidArgument(NO_LABEL, hint=LABEL_HINT)
    for name in OF_ONE_READING:
        if asked.pop(name) is not None:
            raise InvalidArgument(NOT_HERE.format(name=name))

    def on_batch(batch: VerbatimBatch) -> None:
        on_progress(batch.end)

    engines = [name.strip() for name in names.split(",")]
    return compare_emotion_engines(engines=engines, on_batch=on_batch, **asked)


def echo_comparison(
    compared: EngineComparison,
    language: Language,
    *,
    output_format: str,
    echo_csv: Callable[[Sequence[Sequence[str]]], None],
) -> None:
    """Write a comparison on standard output, and its notes beside it."""
    if output_format == "json":
        click.echo(compared.to_json(language))
        return
    if output_format == "csv":
        rows = [flat(figures) for figures in compared.engines]
        echo_csv([list(rows[0]), *(list(row.values()) for row in rows)])
    else:
        click.echo(compared.text(language))
    for note in compared.notes:
        click.echo(note.to(language), err=True)


def flat(figures: EngineFigures) -> dict[str, str]:
    """Return the figures of an engine as one row of cells."""
    told = figures.to_dict()
    cells: dict[str, Any] = {name: told[name] for name in ("engine", "n_marked", "n_unread")}
    nets = {"nes": told["nes"], "corrected_nes": told["nes"]["corrected"] or {}}
    intervals = {name: told[name] for name in ("accuracy", "macro_f1", "agreement")} | nets
    for name, found in intervals.items():
        for part in ("value", "low", "high"):
            cells[name if part == "value" else f"{name}_{part}"] = found.get(part)
    cells |= {name: told[name] for name in ("seconds", "texts_per_second")}
    return {name: "" if value is None else str(value) for name, value in cells.items()}
