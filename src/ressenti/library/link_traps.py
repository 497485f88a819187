"""Link traps: what would make a link of nothing, and is refused or left out."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from ressenti.errors import NotComparable
from ressenti.language import Text, percent_text
from ressenti.library.link_columns import Side
from ressenti.library.link_periods import Asking
from ressenti.studies.paired_counts import Pair
from ressenti.tallies.joint_columns import rows_meeting

# Above this share of outcomes measured after the indicator, the data are not what they seem.
LATE_LIMIT = 0.10

OWN_DEFINITION = Text(
    en="'{name}' defines both sides: a link of a column with itself proves nothing.",
    fr="« {name} » définit les deux côtés : le lien d'une colonne avec elle-même ne prouve rien.",
)
UNDATED = Text(
    en="nothing says that the outcome was measured before the indicator: give both dates "
    "(--outcome-at, --at).",
    fr="rien ne dit que le résultat a été mesuré avant l'indicateur : donnez les deux dates "
    "(--outcome-at, --at).",
)


def own_definitions(outcomes: Sequence[Side], indicators: Sequence[Side]) -> dict[Pair, Text]:
    """Return the pairs of which one column defines both sides.

    Raises
    ------
    NotComparable
        R205, when there is no other pair.
    """
    refused = {
        (i, j): OWN_DEFINITION.format(name=min(shared))
        for i, outcome in enumerate(outcomes)
        for j, indicator in enumerate(indicators)
        if (shared := outcome.names & indicator.names)
    }
    if len(refused) == len(outcomes) * len(indicators):
        raise NotComparable(next(iter(refused.values())))
    return refused


def measured_before(asking: Asking) -> tuple[exp.Expr | None, tuple[Text, ...]]:
    """Return the condition that keeps what was measured before the indicator.

    Raises
    ------
    NotComparable
        R205, when too many outcomes were measured after it.
    """
    where, at = asking.where, asking.asked.at
    if asking.outcome_at is None or at is None:
        return where, (UNDATED,)
    outcome, indicator = asking.date(asking.outcome_at), asking.date(at)
    is_late = exp.GT(this=outcome, expression=indicator)
    late, told = rows_meeting(asking.relation, is_late, where=where)
    if late == 0:
        return where, ()
    if late > LATE_LIMIT * told:
        share = 100 * late / told
        raise NotComparable(
            Text(
                en=f"the outcome was measured after the indicator in {late} rows of {told} "
                f"({percent_text(share, 'en')}): what comes after cannot explain what came before.",
                fr=f"le résultat a été mesuré après l'indicateur dans {late} lignes sur {told} "
                f"({percent_text(share, 'fr')}) : ce qui vient après ne peut expliquer ce qui "
                "précède.",
            ),
            hint=Text(
                en="Link each answer with the last outcome before it, or swap the two dates.",
                fr="Liez chaque réponse au dernier résultat qui la précède, ou échangez les deux "
                "dates.",
            ),
        )
    note = Text(
        en="{n} rows are left out: their outcome was measured after the indicator.",
        fr="{n} lignes sont écartées : leur résultat a été mesuré après l'indicateur.",
    ).format(n=late)
    kept = exp.not_(exp.Coalesce(this=is_late.copy(), expressions=[exp.false()]))
    return kept if where is None else exp.and_(where, kept), (note,)
