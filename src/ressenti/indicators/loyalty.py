"""Loyalty: customers who come back, who choose the brand again, and their share of wallet."""

from __future__ import annotations

import math

from ressenti.facts.raw_values import number_in
from ressenti.language import Text
from ressenti.scores.contrast import Contrast, share
from ressenti.scores.definitions import Events, Family, Indicator, Outcome, Variant, Worked
from ressenti.scores.forms import always
from ressenti.scores.inputs import Inputs
from ressenti.scores.rows import identities, rows_of
from ressenti.scores.score import CONFIDENCE, Direction, Unit
from ressenti.scores.worked import (
    CONTRADICTION,
    NO_DATA,
    UNDEFINED,
    base_flags,
    part_of_whole,
    tally_of_judgements,
)
from ressenti.statistics.weighted_means import weighted_ratio
from ressenti.tallies.tally import Tally

KNOWN_CUSTOMERS = Contrast(
    coefficients=share(of=["known"], among=["known", "new"]),
    classes={"known": ("known",), "new": ("new",)},
)
FAITHFUL_CUSTOMERS = Contrast(
    coefficients=share(of=["again"], among=["again", "gone"]),
    classes={"again": ("again",), "gone": ("gone",)},
)


def known_customers(inputs: Inputs) -> Tally | Outcome:
    if inputs.has("customer_ids"):
        own = identities(inputs, "customer_ids")
        known = len(own & identities(inputs, "earlier_ids"))
        return part_of_whole(known, len(own), inside="known", outside="new")
    return part_of_whole(
        inputs.count("already_known"),
        inputs.count("customers_in_period"),
        inside="known",
        outside="new",
    )


def repeat_customers(inputs: Inputs) -> Tally | Outcome:
    if inputs.has("initial_ids"):
        own = identities(inputs, "initial_ids")
        again = len(own & identities(inputs, "bought_again_ids"))
        return part_of_whole(again, len(own), inside="again", outside="gone")
    return part_of_whole(
        inputs.count("bought_again"), inputs.count("initial"), inside="again", outside="gone"
    )


def brand_choice(inputs: Inputs) -> Tally | Outcome:
    if not inputs.has("buyers"):
        return part_of_whole(
            inputs.count("chose_us_again"),
            inputs.count("category_buyers_previously_ours"),
            inside="again",
            outside="gone",
        )
    return tally_of_judgements(
        inputs, "buyers", {"chose_us_again": ("chose_us",)}, inside="again", outside="gone"
    )


def share_of_wallet(inputs: Inputs) -> Outcome:
    columns = {"spend_with_us": ("spend",), "category_spend": ("category",)}
    names = tuple(columns)
    if inputs.has("customers"):
        rows = rows_of(inputs, "customers", columns)
    else:
        rows = [{name: inputs.count(name) for name in names}]
    complete = [Inputs(row) for row in rows if all(row[name] is not None for name in names)]
    own = [customer.count("spend_with_us") for customer in complete]
    whole = [customer.count("category_spend") for customer in complete]
    if any(part > total for part, total in zip(own, whole, strict=True)):
        return CONTRADICTION
    missing = len(rows) - len(complete)
    if math.fsum(whole) == 0:
        return Outcome(reason=NO_DATA.reason, n_missing=missing)
    if not inputs.has("customers"):
        return Outcome(value=100 * own[0] / whole[0], n=1)
    estimate = weighted_ratio(own, whole, [1.0] * len(own)).interval(
        confidence=inputs.number("confidence", CONFIDENCE)
    )
    return Outcome(
        value=100 * math.fsum(own) / math.fsum(whole),
        n=len(own),
        n_missing=missing,
        low=None if estimate.low is None else 100 * max(estimate.low, 0.0),
        high=None if estimate.high is None else 100 * min(estimate.high, 1.0),
        method="linearised_ratio",
        flags=base_flags(len(own)),
    )


def wallet_allocation(inputs: Inputs) -> Outcome:
    columns = {"rank": (), "brands": ("brands_used",)}
    if inputs.has("customers"):
        rows = rows_of(inputs, "customers", columns)
    else:
        rows = [{"rank": inputs["rank"], "brands": inputs["brands"]}]
    shares = []
    for row in rows:
        rank, brands = number_in(row["rank"]), number_in(row["brands"])
        if rank is None or brands is None:
            continue
        if brands == 0:
            return UNDEFINED
        if not 1 <= rank <= brands:
            return CONTRADICTION
        shares.append(allocated_share(rank, brands))
    missing = len(rows) - len(shares)
    if not shares:
        return Outcome(reason=NO_DATA.reason, n_missing=missing)
    return Outcome(
        value=math.fsum(shares) / len(shares),
        n=len(shares),
        n_missing=missing,
        flags=base_flags(len(shares)) if inputs.has("customers") else (),
    )


def allocated_share(rank: float, brands: float) -> float:
    """Return the share of wallet, in per cent, of the brand of that rank of satisfaction.

    Parameters
    ----------
    rank : float
        1 is the preferred one; tied brands share their mean rank.
    brands : float
        How many brands the customer uses.

    Examples
    --------
    >>> [round(allocated_share(rank, 3), 1) for rank in (1, 2, 3)]
    [50.0, 33.3, 16.7]
    """
    return 100 * (1 - rank / (brands + 1)) * (2 / brands)


INDICATOR = Indicator(
    key="loyalty",
    name=Text(en="Loyalty rate and share of wallet", fr="Taux de fidélité et part de client"),
    abbreviation=Text(en="SOW", fr="taux de nourriture"),
    family=Family.LOYALTY,
    definition=Text(
        en="The share of customers who keep choosing the brand over its competitors, and the share "
        "of their spending it gets.",
        fr="La part des clients qui continuent de choisir la marque plutôt que ses concurrents, et "
        "la part de leurs dépenses qu'elle obtient.",
    ),
    question=Text(
        en="Over the last {period}, from which companies did you buy {category}? Which do you "
        "prefer?",
        fr="Au cours des {période}, auprès de quelles enseignes avez-vous acheté {catégorie} ? "
        "Laquelle préférez-vous ?",
    ),
    follow_up=Text(
        en="Of your last ten purchases of {category}, how many did you make with each?",
        fr="Sur vos dix derniers achats de {catégorie}, combien avez-vous faits chez chacune ?",
    ),
    dated_by=Text(en="bounds of the period", fr="bornes de la période"),
    variants=(
        Variant(
            key="known_customers_share",
            name=Text(en="Known customers of the period", fr="Clients connus de la période"),
            formula=Text(
                en="100 · customers of the period already known / customers of the period",
                fr="100 · clients de la période déjà connus / clients de la période",
            ),
            unit=Unit.PERCENT,
            direction=Direction.HIGH,
            low=0,
            high=100,
            reads=Events(
                fact="orders",
                derivation="known_customers",
                needs=("customer_id", "ordered_at"),
            ),
            form=always(KNOWN_CUSTOMERS),
            example=known_customers,
        ),
        Variant(
            key="repeat_customers",
            name=Text(en="Initial customers who came back", fr="Clients initiaux revenus"),
            formula=Text(
                en="100 · initial customers who bought again / initial customers",
                fr="100 · clients initiaux ayant racheté / clients initiaux",
            ),
            unit=Unit.PERCENT,
            direction=Direction.HIGH,
            low=0,
            high=100,
            reads=Worked(needs=("initial", "bought_again")),
            form=always(FAITHFUL_CUSTOMERS),
            example=repeat_customers,
        ),
        Variant(
            key="brand_choice_share",
            name=Text(en="Chosen again over competitors", fr="Choisie à nouveau face aux autres"),
            formula=Text(
                en="100 · former customers who bought the category again from us / former "
                "customers who bought the category again",
                fr="100 · anciens clients ayant racheté la catégorie chez nous / anciens clients "
                "ayant racheté la catégorie",
            ),
            unit=Unit.PERCENT,
            direction=Direction.HIGH,
            low=0,
            high=100,
            reads=Worked(needs=("category_buyers_previously_ours", "chose_us_again")),
            form=always(FAITHFUL_CUSTOMERS),
            example=brand_choice,
            note=Text(
                en="Who left the category is not disloyal, and is out of the base.",
                fr="Qui a quitté la catégorie n'est pas infidèle et sort de la base.",
            ),
        ),
        Variant(
            key="share_of_wallet",
            name=Text(en="Share of wallet", fr="Taux de nourriture"),
            formula=Text(
                en="100 · Σ spending with us / Σ spending in the category",
                fr="100 · Σ dépenses chez nous / Σ dépenses dans la catégorie",
            ),
            unit=Unit.PERCENT,
            direction=Direction.HIGH,
            low=0,
            high=100,
            reads=Worked(needs=("spend_with_us", "category_spend")),
            example=share_of_wallet,
        ),
        Variant(
            key="wallet_allocation_rule",
            name=Text(en="Wallet Allocation Rule", fr="Règle d'allocation du portefeuille"),
            formula=Text(
                en="mean of 100 · (1 − rank / (brands + 1)) · 2 / brands, over the customers",
                fr="moyenne de 100 · (1 − rang / (marques + 1)) · 2 / marques, sur les clients",
            ),
            unit=Unit.PERCENT,
            direction=Direction.HIGH,
            low=0,
            high=100,
            reads=Worked(needs=("rank", "brands")),
            example=wallet_allocation,
            note=Text(
                en="For markets where at least 40% of buyers use several brands; tied brands share "
                "their mean rank.",
                fr="Pour les marchés où au moins 40 % des acheteurs fréquentent plusieurs "
                "marques ; à égalité, les marques partagent leur rang moyen.",
            ),
        ),
    ),
    use_when=Text(
        en="The objective is to grow the value of customers and resist competitors, with a panel "
        "or a declared question on the whole category.",
        fr="L'objectif est d'accroître la valeur des clients et de résister à la concurrence, avec "
        "un panel ou une question déclarative sur toute la catégorie.",
    ),
    pitfalls=(
        Text(
            en="Two rates bear the name: on the customers of the start, or on those of the period. "
            "Their bases differ and they do not compare.",
            fr="Deux taux portent ce nom : sur les clients du début, ou sur ceux de la période. "
            "Leurs bases diffèrent et ils ne se comparent pas.",
        ),
        Text(
            en="Habit and captivity look like loyalty.",
            fr="L'habitude et la captivité ressemblent à de la fidélité.",
        ),
        Text(
            en="Retention without the share of wallet misses where most of the value goes.",
            fr="La rétention sans le taux de nourriture ne voit pas où part l'essentiel de la "
            "valeur.",
        ),
    ),
    sources=(
        "https://wizville.com/ressources/lexique/taux-fidelite-client",
        "https://wizishop.fr/lexique-ecommerce/taux-fidelite",
        "https://www.oreilly.com/library/view/the-wallet-allocation/9781119037316/bapp01.xhtml",
        "https://www.oreilly.com/library/view/the-wallet-allocation/9781119037316/bapp02.xhtml",
    ),
    objectives=("growth",),
    steps=("renew", "whole"),
    mark=Text(
        en="Wallet Allocation Rule is a registered mark.",
        fr="Wallet Allocation Rule est une marque déposée.",
    ),
)
