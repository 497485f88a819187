"""Remedies: what to do about a value that an import refuses, by the column it stands in."""

from __future__ import annotations

from collections.abc import Mapping

from ressenti.facts.schemas import FACTS, ColumnKind
from ressenti.language import Text
from ressenti.server.importing.fact_rows import BELONGS_TO
from ressenti.server.importing.fields import SOURCE_ID

AGAIN = Text(
    en="Correct it in the file and import the file again: only what is new is added.",
    fr="Corrigez-la dans le fichier et réimportez-le : seul ce qui est nouveau est ajouté.",
)
UNREADABLE = Text(
    en="Look at the separators and quotation marks of this line, then import the file again.",
    fr="Vérifiez les séparateurs et les guillemets de cette ligne, puis réimportez le fichier.",
)
INSTANT = Text(
    en="Write it as 2026-03-01 10:00, or say whether the day or the month comes first.",
    fr="Écrivez-la sous la forme 2026-03-01 10:00, ou indiquez si le jour ou le mois vient en "
    "premier.",
)
NUMBER = Text(
    en="Write a plain number, without unit or thousands separator.",
    fr="Écrivez un nombre seul, sans unité ni séparateur de milliers.",
)
TRUTH = Text(en="Write yes or no.", fr="Écrivez oui ou non.")
UNIT = Text(
    en="Write the key of a unit, as the page of units shows it.",
    fr="Écrivez la clé d'une unité, telle que la page des unités l'affiche.",
)
OF_COLUMN: Mapping[str, Text] = {
    SOURCE_ID: Text(
        en="Give each record an identifier of its own, or let its content identify it.",
        fr="Donnez à chaque enregistrement un identifiant à lui, ou laissez son contenu "
        "l'identifier.",
    ),
    "customer": Text(
        en="Import this customer first, or leave the column of customers out.",
        fr="Importez d'abord ce client, ou laissez de côté la colonne des clients.",
    ),
    "language": Text(
        en="Write a language in which the survey is asked, or leave the cell blank.",
        fr="Écrivez une langue dans laquelle l'enquête est posée, ou laissez la cellule vide.",
    ),
    "currency": Text(
        en="Write the currency of the amount beside it: EUR.",
        fr="Écrivez à côté la devise du montant : EUR.",
    ),
    "weight": NUMBER,
    "answered_at": INSTANT,
    "started_at": INSTANT,
    "unit": UNIT,
    BELONGS_TO: UNIT,
}
OF_KIND: Mapping[ColumnKind, Text] = {
    ColumnKind.INSTANT: INSTANT,
    ColumnKind.NUMBER: NUMBER,
    ColumnKind.BOOLEAN: TRUTH,
}


def remedy_of(kind: str, field: str | None) -> Text:
    """Return what to do about a refused value.

    Parameters
    ----------
    kind : str
        What the file holds.
    field : str or None
        None for a whole record that could not be read.

    Examples
    --------
    >>> remedy_of("orders", "amount").en
    'Write a plain number, without unit or thousands separator.'
    """
    if field is None:
        return UNREADABLE
    fact = FACTS.get(kind) if kind != "answers" else None
    kinds = {} if fact is None else {column.key: column.kind for column in fact.columns}
    if field in kinds and field not in (SOURCE_ID, "currency", BELONGS_TO):
        return OF_KIND.get(kinds[field], AGAIN)
    return OF_COLUMN.get(field, AGAIN)
