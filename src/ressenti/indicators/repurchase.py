"""Repeat-purchase rate: customers who bought on two occasions or more."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from ressenti.facts.raw_values import folded
from ressenti.facts.scales import LIKELIHOOD_FIVE, Level
from ressenti.language import Text
from ressenti.scores.contrast import Contrast, share
from ressenti.scores.definitions import Answers, Events, Family, Indicator, Outcome, Variant
from ressenti.scores.forms import always, positive_share
from ressenti.scores.inputs import Inputs, tally_of_answers
from ressenti.scores.rows import instant, rows_of
from ressenti.scores.score import Direction, Unit
from ressenti.scores.worked import part_of_whole
from ressenti.tallies.tally import Tally

ORDER_COLUMNS = {
    "customer_id": ("customer", "client"),
    "ordered_at": ("at", "date", "order_date"),
    "status": (),
}
NOT_BOUGHT = frozenset(
    {"cancelled", "canceled", "returned", "refunded", "annule", "annulee", "retourne"}
)

REPEAT_PURCHASE = Contrast(
    coefficients=share(of=["again"], among=["again", "once"]),
    classes={"again": ("again",), "once": ("once",), "immature": ("immature",)},
)


def repeat_purchase(inputs: Inputs) -> Tally | Outcome:
    if inputs.has("orders"):
        return tally_of_buyers(inputs)
    return part_of_whole(
        inputs.count("with_two_or_more"), inputs.count("customers"), inside="again", outside="once"
    )


def tally_of_buyers(inputs: Inputs) -> Tally:
    """Return the tally of customers from ``[customer, date, status]`` orders.

    With ``window_days`` the second occasion must fall within that time of the first, and customers
    observed for less are immature. Orders of one day are one occasion unless
    ``same_day_counts_once`` is false.
    """
    occasions, missing = purchase_occasions(inputs)
    until = instant(inputs.get("observed_until"))
    window = inputs.get("window_days")
    counts: Counter[Level] = Counter()
    for own in occasions.values():
        limit = None if window is None else own[0] + timedelta(days=inputs.count("window_days"))
        again = len(own) > 1 and (limit is None or own[1] <= limit)
        if limit is not None and until is not None and limit > until:
            counts["immature"] += 1
        else:
            counts["again" if again else "once"] += 1
    return Tally.of_counts(counts, missing=missing)


def purchase_occasions(inputs: Inputs) -> tuple[dict[str, list[datetime]], int]:
    """Return when each customer bought, in order, and how many orders cannot be attributed."""
    by_day = bool(inputs.get("same_day_counts_once", True))
    occasions: dict[str, list[datetime]] = {}
    missing = 0
    for row in rows_of(inputs, "orders", ORDER_COLUMNS):
        at = instant(row["ordered_at"])
        if row["status"] is not None and folded(str(row["status"])) in NOT_BOUGHT:
            continue
        if at is None or row["customer_id"] is None:
            missing += 1
            continue
        own = occasions.setdefault(str(row["customer_id"]), [])
        if not by_day or all(at.date() != other.date() for other in own):
            own.append(at)
    return {customer: sorted(own) for customer, own in occasions.items()}, missing


def intention(inputs: Inputs) -> Tally | Outcome:
    if inputs.has("positive", "total"):
        return part_of_whole(
            inputs.count("positive"), inputs.count("total"), inside=5.0, outside=3.0
        )
    return tally_of_answers(inputs, LIKELIHOOD_FIVE, {"likely": 5.0, "unlikely": 1.0})


INDICATOR = Indicator(
    key="repurchase",
    name=Text(en="Repeat-purchase rate", fr="Taux de réachat"),
    abbreviation=Text(en="RPR", fr="réachat"),
    family=Family.LOYALTY,
    definition=Text(
        en="The share of buyers who bought on at least two occasions.",
        fr="La part des acheteurs qui ont acheté en au moins deux occasions.",
    ),
    question=Text(
        en="How likely are you to buy again from {brand}?",
        fr="Quelle est la probabilité que vous achetiez à nouveau chez {marque} ?",
    ),
    dated_by=Text(en="first purchase", fr="premier achat"),
    variants=(
        Variant(
            key="repeat_purchase_rate",
            name=Text(en="Observed", fr="Constaté"),
            formula=Text(
                en="100 · customers with two purchase occasions or more / customers with one or "
                "more",
                fr="100 · clients ayant acheté en deux occasions ou plus / clients ayant acheté",
            ),
            unit=Unit.PERCENT,
            direction=Direction.HIGH,
            low=0,
            high=100,
            reads=Events(
                fact="orders",
                derivation="purchases",
                needs=("customer_id", "ordered_at"),
                options={"window_days": None, "same_day_counts_once": True},
            ),
            form=always(REPEAT_PURCHASE),
            example=repeat_purchase,
            note=Text(
                en="Returned and cancelled orders do not count. With a window, customers observed "
                "for less are left out.",
                fr="Les commandes retournées ou annulées ne comptent pas. Avec un délai, les "
                "clients observés moins longtemps n'entrent pas dans le calcul.",
            ),
        ),
        Variant(
            key="intention_top2",
            name=Text(en="Declared intention", fr="Intention déclarée"),
            formula=Text(
                en="100 · likely or extremely likely / answers",
                fr="100 · probable ou très probable / réponses",
            ),
            unit=Unit.PERCENT,
            direction=Direction.HIGH,
            low=0,
            high=100,
            reads=Answers(scales=(LIKELIHOOD_FIVE,), any_scale=True),
            form=positive_share,
            example=intention,
        ),
    ),
    use_when=Text(
        en="The objective is growth without new customers, in trades without a contract.",
        fr="L'objectif est la croissance sans nouveaux clients, dans les métiers sans contrat.",
    ),
    pitfalls=(
        Text(
            en="It depends on the window and on the season: state the window (30, 90, 365 days).",
            fr="Il dépend du délai et de la saison : indiquez le délai (30, 90, 365 jours).",
        ),
        Text(
            en="The latest cohorts have not had the time to buy again.",
            fr="Les dernières cohortes n'ont pas encore eu le temps de racheter.",
        ),
        Text(
            en="Gifts, and sites of one company, look like different customers.",
            fr="Les cadeaux, et les sites d'une même entreprise, passent pour des clients "
            "différents.",
        ),
    ),
    sources=(
        "https://www.fructifi.com/repeat-purchase-rate/",
        "https://help.getklar.com/en/articles/6124171-product-repurchase-rate",
        "https://infinitelexicon.com/repurchaserates",
    ),
    objectives=("growth",),
    steps=("buy", "renew"),
)
