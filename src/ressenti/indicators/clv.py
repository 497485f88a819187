"""Customer lifetime value: the margin a customer brings, observed or expected."""

from __future__ import annotations

import math

from ressenti.facts.raw_values import number_in
from ressenti.language import Text
from ressenti.scores.definitions import Family, Indicator, Outcome, Variant, Worked
from ressenti.scores.inputs import Inputs
from ressenti.scores.rows import rows_of
from ressenti.scores.score import Direction, Unit
from ressenti.scores.worked import CONTRADICTION, NO_DATA, UNDEFINED

ORDER_COLUMNS = {"customer_id": ("customer",), "amount": ()}


def historic_margin(inputs: Inputs) -> Outcome:
    margin = inputs.number("gross_margin")
    if margin > 1:
        return CONTRADICTION
    if inputs.has("orders"):
        return _mean_margin_of_customers(inputs, margin)
    spent = inputs.count("orders_per_year") * inputs.number("average_order") * inputs.count("years")
    return Outcome(value=spent * margin)


def _mean_margin_of_customers(inputs: Inputs, margin: float) -> Outcome:
    spent: dict[str, float] = {}
    missing = 0
    for row in rows_of(inputs, "orders", ORDER_COLUMNS):
        amount = number_in(row["amount"])
        if amount is None or row["customer_id"] is None:
            missing += 1
            continue
        customer = str(row["customer_id"])
        spent[customer] = spent.get(customer, 0.0) + amount
    if not spent:
        return Outcome(reason=NO_DATA.reason, n_missing=missing)
    value = margin * math.fsum(spent.values()) / len(spent)
    return Outcome(value=value, n=len(spent), n_missing=missing)


def after_first_period(inputs: Inputs) -> Outcome:
    return _perpetuity(inputs, first_factor=inputs.number("retention"))


def from_now(inputs: Inputs) -> Outcome:
    return _perpetuity(inputs, first_factor=1 + inputs.number("discount"))


def _perpetuity(inputs: Inputs, *, first_factor: float) -> Outcome:
    """Return margin · factor / (1 + discount − retention), a series that must converge."""
    retention, discount = inputs.number("retention"), inputs.number("discount")
    if retention < 0 or discount <= -1:
        return CONTRADICTION
    if retention >= 1 + discount:
        return UNDEFINED
    if retention > 1:
        return CONTRADICTION
    return Outcome(value=inputs.number("margin") * first_factor / (1 + discount - retention))


def subscription_simple(inputs: Inputs) -> Outcome:
    churn, margin = inputs.count("monthly_churn"), inputs.number("gross_margin")
    if churn > 1 or margin > 1:
        return CONTRADICTION
    if churn == 0:
        return UNDEFINED
    return Outcome(value=inputs.number("arpu_month") * margin / churn)


INDICATOR = Indicator(
    key="clv",
    name=Text(en="Customer Lifetime Value", fr="Valeur vie client"),
    abbreviation=Text(en="CLV", fr="VVC"),
    family=Family.LOYALTY,
    definition=Text(
        en="The margin that a customer brings over the whole relationship.",
        fr="La marge qu'un client apporte sur toute la durée de la relation.",
    ),
    dated_by=Text(en="cohort of the customer", fr="cohorte du client"),
    variants=(
        Variant(
            key="historic_margin",
            name=Text(en="Historic margin", fr="Marge historique"),
            formula=Text(
                en="orders per year · average order · years · gross margin",
                fr="commandes par an · panier moyen · années · marge brute",
            ),
            unit=Unit.MONEY,
            direction=Direction.HIGH,
            reads=Worked(needs=("orders_per_year", "average_order", "years", "gross_margin")),
            example=historic_margin,
        ),
        Variant(
            key="perpetuity_margin_after_first_period",
            name=Text(
                en="Expected, first margin in a period",
                fr="Espérée, première marge dans une période",
            ),
            formula=Text(
                en="margin · retention / (1 + discount − retention)",
                fr="marge · rétention / (1 + actualisation − rétention)",
            ),
            unit=Unit.MONEY,
            direction=Direction.HIGH,
            reads=Worked(needs=("margin", "retention", "discount")),
            example=after_first_period,
        ),
        Variant(
            key="perpetuity_margin_from_now",
            name=Text(en="Expected, first margin now", fr="Espérée, première marge tout de suite"),
            formula=Text(
                en="margin · (1 + discount) / (1 + discount − retention)",
                fr="marge · (1 + actualisation) / (1 + actualisation − rétention)",
            ),
            unit=Unit.MONEY,
            direction=Direction.HIGH,
            reads=Worked(needs=("margin", "retention", "discount")),
            example=from_now,
            note=Text(
                en="Undefined when retention reaches 1 + discount: the sum has no end.",
                fr="Non définie quand la rétention atteint 1 + actualisation : la somme est sans "
                "fin.",
            ),
        ),
        Variant(
            key="subscription_simple",
            name=Text(en="Subscription", fr="Abonnement"),
            formula=Text(
                en="revenue per month · gross margin / monthly churn",
                fr="revenu par mois · marge brute / attrition mensuelle",
            ),
            unit=Unit.MONEY,
            direction=Direction.HIGH,
            reads=Worked(needs=("arpu_month", "gross_margin", "monthly_churn")),
            example=subscription_simple,
            note=Text(en="Undefined without churn.", fr="Non définie sans attrition."),
        ),
    ),
    use_when=Text(
        en="Choosing which customers to keep first, and putting a value on a better experience. "
        "It is no perception. Its mirror is the value delivered to the customer.",
        fr="Choisir quels clients garder d'abord, et chiffrer une meilleure expérience. Ce n'est "
        "pas une perception. Son miroir : la valeur apportée au client.",
    ),
    pitfalls=(
        Text(
            en="Rates are proportions of one same period: 0.8 a year, not 80 nor 0.8 a month. A "
            "published calculator mixes them up.",
            fr="Les taux sont des proportions d'une même période : 0,8 par an, ni 80 ni 0,8 par "
            "mois. Un calculateur publié les confond.",
        ),
        Text(
            en="A mean hides the segments, and retention is not constant: it grows with age.",
            fr="Une moyenne cache les segments, et la rétention n'est pas constante : elle croît "
            "avec l'ancienneté.",
        ),
        Text(
            en="Say whether the cost of acquisition is deducted.",
            fr="Dites si le coût d'acquisition est déduit.",
        ),
    ),
    sources=(
        "https://www.feverbee.com/roi/calculating-customer-lifetime-value/",
        "http://waycalculator.com/finance/Customers-Lifetime-Value-with-Discount-Rate-Calculator.php",
    ),
    objectives=("growth", "retention"),
    steps=("renew", "whole"),
)
