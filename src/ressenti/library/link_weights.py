"""Link weights: what rows count for where links are sought, and what links take no account of."""

from __future__ import annotations

from sqlglot import exp

from ressenti.errors import InvalidArgument, InvalidWeights
from ressenti.language import Text
from ressenti.library.link_periods import Asking
from ressenti.library.request import Request
from ressenti.tallies.joint_columns import rows_meeting
from ressenti.tallies.numbers import weight_expression
from ressenti.warehouse.expressions import column_expression
from ressenti.warehouse.relations import Kind


def weight_asked(asking: Asking) -> exp.Expr | None:
    """Return the weight of a row as a number, None where no row is weighted.

    Raises
    ------
    InvalidWeights
        R204, when a weight is negative, or none is above 0.
    """
    text = asking.asked.weight
    if text is None:
        return None
    tree = column_expression(text, asking.relation)
    name = tree.name if isinstance(tree, exp.Column) else ""
    weight = weight_expression(tree, asking.relation.columns.get(name, Kind.NUMBER))
    zero = exp.Literal.number(0)
    below = exp.LT(this=weight.copy(), expression=zero.copy())
    negative, _ = rows_meeting(asking.relation, below, where=asking.where)
    if negative:
        raise InvalidWeights(
            Text(
                en=f"{negative} weights are negative: a weight says how many people an answer "
                "stands for.",
                fr=f"{negative} poids sont négatifs : un poids dit combien de personnes une "
                "réponse représente.",
            )
        )
    above = exp.GT(this=weight.copy(), expression=zero)
    heavy, _ = rows_meeting(asking.relation, above, where=asking.where)
    if not heavy:
        raise InvalidWeights(
            Text(en="all weights are zero or missing.", fr="tous les poids sont nuls ou absents.")
        )
    return weight


def refuse_what_links_ignore(asked: Request) -> None:
    """Refuse what a link could only ignore of how its rows were drawn.

    Raises
    ------
    InvalidArgument
        R102, for clusters, margins and populations.
    """
    if not asked.tells_sampling:
        return
    raise InvalidArgument(
        Text(
            en="links take weights, but no clusters, margins or populations.",
            fr="les liens admettent des poids, mais ni grappes, ni marges, ni population.",
        ),
        hint=Text(
            en="For rows that share a shop, say --within SHOP; for margins, weigh the rows first.",
            fr="Pour des lignes d'une même boutique, dites --within BOUTIQUE ; pour des marges, "
            "pondérez d'abord les lignes.",
        ),
    )
