"""Pairings in words: the same respondents, all answers, where they went, and who left."""

from __future__ import annotations

from collections.abc import Mapping

from rich.box import SIMPLE_HEAD
from rich.table import Table

from ressenti.language import Language, Text, number_text
from ressenti.reports.changes import score_line, sentence, test_text
from ressenti.reports.plain_tables import plain_text
from ressenti.reports.terminal import score_name
from ressenti.studies.pairing import Pairing

SAME = Text(en="The same {n} respondents:", fr="Les mêmes {n} répondants :")
WHOLE = Text(
    en="All answers, allowing for those who answered twice: {change}",
    fr="Toutes les réponses, en tenant compte de ceux qui ont répondu deux fois : {change}",
)
ATTRITION = Text(
    en="{left} of {first} did not answer again; {came} are new.",
    fr="{left} sur {first} n'ont pas répondu de nouveau ; {came} sont nouveaux.",
)
LEAVERS = Text(en="those who left, {level}", fr="ceux qui sont partis, {level}")
ANONYMOUS = Text(
    en="{n} answers without an identifier are left out.",
    fr="{n} réponses sans identifiant sont écartées.",
)
CORNER = Text(en="before ↓ after →", fr="avant ↓ après →")


def pairing_text(pairing: Pairing, language: Language) -> str:
    """Return a pairing as lines, with the table of who went from where to where."""
    before, after = pairing.levels
    change = pairing.change
    since = Text(en=before, fr=before)
    first = pairing.n_both + pairing.n_before_only
    lines = [
        f"{score_name(change.before, language)} · {before} → {after}",
        f"  {_filled(SAME, language, n=pairing.n_both)}",
        f"  {score_line(before, change.before, language)}",
        f"  {score_line(after, change.after, language)}",
        f"  {sentence(change, since, language)}",
        f"  {test_text(change, language)}",
    ]
    if pairing.transitions:
        lines.append(plain_text(transition_table(pairing.transitions, language)))
    whole = WHOLE.format(change=test_text(pairing.whole, language)).to(language)
    attrition = _filled(
        ATTRITION, language, left=pairing.n_before_only, first=first, came=pairing.n_after_only
    )
    lines += [f"  {whole}", f"  {attrition}"]
    if pairing.n_before_only:
        leavers = LEAVERS.format(level=before).to(language)
        lines.append(f"  {score_line(leavers, pairing.leavers, language)}")
    if pairing.n_anonymous:
        lines.append(f"  {_filled(ANONYMOUS, language, n=pairing.n_anonymous)}")
    return "\n".join(lines)


def transition_table(transitions: Mapping[str, Mapping[str, int]], language: Language) -> Table:
    """Return how many respondents went from each class to each other."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column(CORNER.to(language))
    for name in transitions:
        table.add_column(name, justify="right")
    for before, row in transitions.items():
        counts = [number_text(n, language, decimals=0) for n in row.values()]
        table.add_row(before, *counts)
    return table


def _filled(text: Text, language: Language, **counts: int) -> str:
    told = {name: number_text(n, language, decimals=0) for name, n in counts.items()}
    return text.format(**told).to(language)
