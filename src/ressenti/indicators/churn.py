"""Churn: the share of customers, or of their revenue, that leaves in a period."""

from __future__ import annotations

import math

from ressenti.language import Text
from ressenti.scores.contrast import Contrast, share
from ressenti.scores.definitions import Events, Family, Indicator, Outcome, Variant, Worked
from ressenti.scores.forms import always
from ressenti.scores.inputs import Inputs
from ressenti.scores.rows import identities, rows_of
from ressenti.scores.score import Direction, Unit
from ressenti.scores.worked import CONTRADICTION, NO_DATA, part_of_whole, ratio_outcome
from ressenti.tallies.tally import Tally

MONTHS = 12
ACCOUNT_COLUMNS = {"start_mrr": ("start",), "end_mrr": ("end",)}

ATTRITION = Contrast(
    coefficients=share(of=["lost"], among=["kept", "lost"]),
    classes={"kept": ("kept",), "lost": ("lost",)},
)


def lost_customers(inputs: Inputs) -> tuple[float, float | None, float | None]:
    """Return the customers lost, at the start and at the end; None where the example is silent."""
    if inputs.has("start_ids"):
        start, end = identities(inputs, "start_ids"), identities(inputs, "end_ids")
        return float(len(start - end)), float(len(start)), float(len(end))
    return (
        inputs.count("lost"),
        inputs.count("start") if inputs.has("start") else None,
        inputs.count("end") if inputs.has("end") else None,
    )


def start_base(inputs: Inputs) -> Tally | Outcome:
    lost, start, _ = lost_customers(inputs)
    whole = inputs.count("start") if start is None else start
    return part_of_whole(lost, whole, inside="lost", outside="kept")


def end_base(inputs: Inputs) -> Outcome:
    lost, start, end = lost_customers(inputs)
    if start is not None and lost > start:
        return CONTRADICTION
    return ratio_outcome(lost, inputs.count("end") if end is None else end)


def average_base(inputs: Inputs) -> Outcome:
    lost, start, end = lost_customers(inputs)
    first = inputs.count("start") if start is None else start
    last = inputs.count("end") if end is None else end
    if lost > first:
        return CONTRADICTION
    return ratio_outcome(lost, (first + last) / 2)


def revenue(inputs: Inputs) -> Outcome:
    start, churned, contraction, expansion = recurring_revenue(inputs)
    if churned + contraction > start:
        return CONTRADICTION
    if start == 0:
        return NO_DATA
    gross = 100 * (churned + contraction) / start
    net = gross - 100 * expansion / start
    parts = {"gross_churn": gross, "net_churn": net, "grr": 100 - gross, "nrr": 100 - net}
    return Outcome(value=gross, n=start, parts=parts)


def recurring_revenue(inputs: Inputs) -> tuple[float, float, float, float]:
    """Return the revenue of the start, and what was churned, contracted and expanded of it.

    From ``accounts``, rows of the revenue at the start and at the end: an account without revenue
    at the start is new and does not count.
    """
    if not inputs.has("accounts"):
        start, churned = inputs.count("start_mrr"), inputs.count("churned")
        return start, churned, inputs.count("contraction", 0), inputs.count("expansion", 0)
    churned = contraction = expansion = start = 0.0
    for row in rows_of(inputs, "accounts", ACCOUNT_COLUMNS):
        account = Inputs({name: amount or 0.0 for name, amount in row.items()})
        before, after = account.count("start_mrr"), account.count("end_mrr")
        if before == 0:
            continue
        start += before
        churned += before if after == 0 else 0.0
        contraction += max(before - after, 0.0) if after > 0 else 0.0
        expansion += max(after - before, 0.0)
    return start, churned, contraction, expansion


def annualise(inputs: Inputs) -> Outcome:
    months = monthly_churns(inputs)
    if not months:
        return NO_DATA
    if any(churn > 100 for churn in months):
        return CONTRADICTION
    kept = math.prod(1 - churn / 100 for churn in months)
    yearly = 100 * (1 - kept ** (MONTHS / len(months)))
    return Outcome(value=yearly, n=len(months))


def monthly_churns(inputs: Inputs) -> list[float]:
    """Return the churn of each month told, in per cent: one figure, a list, or two counts."""
    if not inputs.has("monthly_churn"):
        start = inputs.count("start")
        return [100 * inputs.count("lost") / start] if start else []
    raw = inputs["monthly_churn"]
    months = raw if isinstance(raw, list) else [raw]
    return [
        Inputs({"monthly_churn": one}).count("monthly_churn") for one in months if one is not None
    ]


INDICATOR = Indicator(
    key="churn",
    name=Text(en="Churn rate", fr="Taux d'attrition"),
    abbreviation=Text(en="churn", fr="attrition"),
    family=Family.LOYALTY,
    definition=Text(
        en="The share of customers, or of their recurring revenue, lost during a period.",
        fr="La part des clients, ou de leur revenu récurrent, perdue au cours d'une période.",
    ),
    dated_by=Text(en="bounds of the period", fr="bornes de la période"),
    variants=(
        Variant(
            key="start_base",
            name=Text(en="Of the customers of the start", fr="Des clients du début"),
            formula=Text(
                en="100 · customers of the start absent at the end / customers of the start",
                fr="100 · clients du début absents à la fin / clients du début",
            ),
            unit=Unit.PERCENT,
            direction=Direction.LOW,
            low=0,
            high=100,
            reads=Events(
                fact="subscriptions",
                derivation="spells",
                needs=("customer_id", "started_at", "ended_at"),
            ),
            form=always(ATTRITION),
            example=start_base,
            note=Text(
                en="With the retention of the same cohort it makes 100.",
                fr="Avec la rétention de la même cohorte, elle fait 100.",
            ),
        ),
        Variant(
            key="of_buyers",
            name=Text(en="Of the buyers of the start", fr="Des acheteurs du début"),
            formula=Text(
                en="100 · customers active at the start and no longer at the end / customers "
                "active at the start; active: an order in the window before",
                fr="100 · clients actifs au début qui ne le sont plus à la fin / clients actifs au "
                "début ; actif : une commande dans la fenêtre qui précède",
            ),
            unit=Unit.PERCENT,
            direction=Direction.LOW,
            low=0,
            high=100,
            reads=Events(
                fact="orders",
                derivation="buyers",
                needs=("customer_id", "ordered_at"),
            ),
            form=always(ATTRITION),
            example=start_base,
            note=Text(
                en="For trades without a contract, where customers leave without saying so: with "
                "the retention of the same buyers it makes 100. The window is a year unless "
                "window_days says otherwise; periods that start less than a window after the first "
                "order have no value, and one that ends after the last order is not complete.",
                fr="Pour les métiers sans contrat, où l'on part sans le dire : avec la rétention "
                "des mêmes acheteurs, elle fait 100. La fenêtre est d'un an, sauf réglage "
                "window_days contraire ; les périodes qui commencent moins d'une fenêtre après la "
                "première commande n'ont pas de valeur, et celle qui finit après la dernière "
                "commande est incomplète.",
            ),
        ),
        Variant(
            key="end_base",
            name=Text(en="Over the customers of the end", fr="Sur les clients de la fin"),
            formula=Text(
                en="100 · lost / customers at the end", fr="100 · perdus / clients à la fin"
            ),
            unit=Unit.PERCENT,
            direction=Direction.LOW,
            low=0,
            reads=Worked(needs=("lost", "end")),
            example=end_base,
        ),
        Variant(
            key="average_base",
            name=Text(en="Over the average", fr="Sur la moyenne"),
            formula=Text(
                en="100 · lost / ((customers at the start + at the end) / 2)",
                fr="100 · perdus / ((clients au début + à la fin) / 2)",
            ),
            unit=Unit.PERCENT,
            direction=Direction.LOW,
            low=0,
            reads=Worked(needs=("lost", "start", "end")),
            example=average_base,
        ),
        Variant(
            key="revenue",
            name=Text(en="Of recurring revenue", fr="Du revenu récurrent"),
            formula=Text(
                en="gross = (churned + contraction) / start; net = gross − expansion / start; GRR "
                "= 100 − gross; NRR = 100 − net",
                fr="brute = (perdu + réduit) / début ; nette = brute − accru / début ; GRR = "
                "100 − brute ; NRR = 100 − nette",
            ),
            unit=Unit.SEVERAL,
            direction=Direction.LOW,
            reads=Worked(needs=("start_mrr", "churned", "contraction", "expansion")),
            example=revenue,
            compound=True,
            note=Text(
                en="Net churn is negative when the customers kept grow by more than was lost.",
                fr="L'attrition nette est négative quand les clients gardés croissent de plus que "
                "ce qui est perdu.",
            ),
        ),
        Variant(
            key="annualise",
            name=Text(en="Per year, from months", fr="Par an, à partir de mois"),
            formula=Text(
                en="100 · (1 − (1 − monthly churn)¹²)",
                fr="100 · (1 − (1 − attrition mensuelle)¹²)",
            ),
            unit=Unit.PERCENT,
            direction=Direction.LOW,
            low=0,
            high=100,
            reads=Worked(needs=("monthly_churn",)),
            example=annualise,
            note=Text(
                en="Twelve times the monthly rate overstates it.",
                fr="Multiplier par douze le taux mensuel le surestime.",
            ),
        ),
    ),
    use_when=Text(
        en="The objective is to keep customers, with a threshold of alert per segment.",
        fr="L'objectif est de garder ses clients, avec un seuil d'alerte par segment.",
    ),
    pitfalls=(
        Text(
            en="Customers who join and leave within the period are invisible on the start base: "
            "report them apart.",
            fr="Les clients venus puis repartis dans la période sont invisibles sur la base du "
            "début : présentez-les à part.",
        ),
        Text(
            en="The formula (start − end) / start mixes churn with growth and is refused.",
            fr="La formule (début − fin) / début mêle attrition et croissance : elle est refusée.",
        ),
        Text(
            en="Separate the customers who chose to leave from failed payments, and those gone to "
            "a competitor from those who changed offer.",
            fr="Séparez les départs voulus des échecs de paiement, et les clients partis à la "
            "concurrence de ceux qui ont changé d'offre.",
        ),
    ),
    sources=(
        "https://spartaselite.de/lenze6326hepe/formula-for-client-retention-rate-5430.php",
        "https://www.frenchweb.fr/quest-ce-que-le-taux-dattrition/438134",
        "https://business-pour-tous.com/?p=1494",
    ),
    objectives=("retention",),
    steps=("leave", "renew"),
)
