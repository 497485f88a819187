"""Missing codes: which values a person declares to mean "no answer", and on which columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ressenti.facts.raw_values import Absence
from ressenti.language import Text
from ressenti.studies.questions import Measure

MARK = "="


def codes_of_texts(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the codes of ``--missing`` options: ``11,99`` for all columns, ``Q7=6,0`` for one.

    Examples
    --------
    >>> codes_of_texts(["11, 99", "Q7=6,0"])
    ('11', '99', 'Q7=6', 'Q7=0')
    """
    codes: list[str] = []
    for text in texts:
        column, mark, listed = text.rpartition(MARK)
        parts = [part.strip() for part in listed.split(",") if part.strip()]
        codes += [f"{column.strip()}{mark}{part}" for part in parts]
    return tuple(codes)


def codes_for(column: str, missing: Sequence[object]) -> tuple[object, ...]:
    """Return the codes that hold for a column: those of all columns and its own.

    Examples
    --------
    >>> codes_for("Q7 ", ["11", "Q7=6", "NETPRO=99", 0])
    ('11', '6', 0)
    """
    found: list[object] = []
    for code in missing:
        name, mark, own = code.rpartition(MARK) if isinstance(code, str) else ("", "", code)
        if not mark:
            found.append(code)
        elif name.strip().casefold() == column.strip().casefold():
            found.append(own)
    return tuple(found)


def codes_that_are_answers(
    measures: Sequence[Measure], missing: Sequence[object]
) -> tuple[Text, ...]:
    """Return a warning for each code of all columns that is a level of one measure's own scale.

    With a single measure nobody can mean another one, and nothing is said.
    """
    if len(measures) < 2:
        return ()
    plain = [code for code in missing if not (isinstance(code, str) and MARK in code)]
    warnings = []
    for measure in measures:
        levels = [c for c in plain if not isinstance(measure.scale.read(c), Absence)]
        if levels:
            listed = ", ".join(map(str, levels))
            warnings.append(
                Text(
                    en="{codes}: an answer on {measure}, left out there because of --missing. To "
                    "mean one column only: --missing COLUMN={first}.",
                    fr="{codes} : une réponse pour {measure}, écartée là aussi à cause de "
                    "--missing. Pour une seule colonne : --missing COLONNE={first}.",
                ).format(codes=listed, measure=measure.key, first=levels[0])
            )
    return tuple(warnings)
