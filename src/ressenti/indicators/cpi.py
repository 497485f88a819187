"""Customer Performance Indicators: how often customers get the outcome they wanted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ressenti.facts.scales import NUMBER
from ressenti.language import Text
from ressenti.scores.attainments import LOWER
from ressenti.scores.contrast import Contrast, share
from ressenti.scores.customer_outcomes import (
    ATTAINMENT,
    DISTANCES,
    all_met,
    availability,
    common_expectation,
    defect_free,
    distances,
    gaps,
    importance_weighted,
    median_gap,
    option_offered,
    own_expectation,
    penetration,
    value_delivered,
)
from ressenti.scores.definitions import Events, Family, Indicator, Variant, Worked
from ressenti.scores.forms import always
from ressenti.scores.quantities import Quantile, QuantityMean
from ressenti.scores.score import Direction, Unit

DEFECT_FREE = Contrast(
    coefficients=share(of=["intact"], among=["intact", "defective"]),
    classes={"defective": ("defective",)},
)
OFFERED = Contrast(
    coefficients=share(of=["offered"], among=["offered", "not_offered"]),
    classes={"offered": ("offered",)},
)
FAR_MISSES = Contrast(
    coefficients=share(of=DISTANCES[-2:], among=DISTANCES),
    classes={distance: (distance,) for distance in DISTANCES},
)
FULLY_SERVED = Contrast(coefficients=share(of=["all"], among=["all", "some"]))
# Whether more or less is better belongs to each outcome, and is told with it.
JUDGED: Mapping[str, Any] = {"direction": LOWER, "outcome": None, "higher": ()}
IN_INCREMENTS: Mapping[str, Any] = {**JUDGED, "increments": {}}
BY_CUSTOMER: Mapping[str, Any] = {**JUDGED, "grain": None, "week_starts_on": "monday"}
PAIRS = ("actual", "expected", "occurred_at")
OF_CUSTOMERS = ("outcome", "customer_id", *PAIRS)

HBR = "https://www.slideshare.net/mussadaqr/the-most-important-metrics-youre-not-tracking-yetpdf"

INDICATOR = Indicator(
    key="cpi",
    name=Text(en="Customer Performance Indicator", fr="Indicateur de performance client"),
    abbreviation=Text(en="CPI", fr="CPI"),
    family=Family.OUTCOME,
    definition=Text(
        en="How often customers get the outcome they themselves call important, measured in units "
        "they value: how the company performs for the customer.",
        fr="À quelle fréquence les clients obtiennent le résultat qu'eux-mêmes jugent important, "
        "mesuré dans des unités qui comptent pour eux : la performance de l'entreprise pour le "
        "client.",
    ),
    question=Text(
        en="How long is it acceptable to wait for {outcome}?",
        fr="Quel délai vous paraît acceptable pour {résultat} ?",
    ),
    follow_up=Text(
        en="What would make {step} a success for you?",
        fr="Pour vous, à quoi reconnaît-on une étape réussie : {étape} ?",
    ),
    dated_by=Text(en="date of the outcome", fr="date du résultat"),
    variants=(
        Variant(
            key="attainment_vs_own_expectation",
            name=Text(en="Against each one's expectation", fr="Selon l'attente de chacun"),
            formula=Text(
                en="100 · outcomes that meet the customer's own expectation / outcomes with one",
                fr="100 · résultats conformes à l'attente du client / résultats avec une attente",
            ),
            unit=Unit.PERCENT,
            direction=Direction.HIGH,
            low=0,
            high=100,
            reads=Events(
                fact="outcomes",
                derivation="attainments",
                needs=PAIRS,
                options=JUDGED,
            ),
            form=always(ATTAINMENT),
            example=own_expectation,
            compound=True,
            note=Text(
                en="Equality is met; without an actual or an expected value an outcome is missing.",
                fr="L'égalité est conforme ; sans valeur réelle ou attendue, le résultat manque.",
            ),
        ),
        Variant(
            key="attainment_vs_expectation",
            name=Text(en="Against one expectation", fr="Selon une attente commune"),
            formula=Text(
                en="100 · outcomes that meet the expectation / outcomes, and the median overrun of "
                "the others",
                fr="100 · résultats conformes à l'attente / résultats, et le dépassement médian "
                "des autres",
            ),
            unit=Unit.PERCENT,
            direction=Direction.HIGH,
            low=0,
            high=100,
            reads=Worked(needs=("expected", "actual", "direction")),
            form=always(ATTAINMENT),
            example=common_expectation,
            compound=True,
        ),
        Variant(
            key="gap_mean",
            name=Text(en="Average gap", fr="Écart moyen"),
            formula=Text(
                en="mean of (actual − expected), in the increments that customers value; above 0 "
                "when customers get less than they expect",
                fr="moyenne de (réel − attendu), dans les incréments qui comptent pour les "
                "clients ; au-dessus de 0 quand ils ont moins que ce qu'ils attendent",
            ),
            unit=Unit.INCREMENTS,
            direction=Direction.LOW,
            reads=Events(
                fact="outcomes",
                derivation="overruns",
                needs=PAIRS,
                options=IN_INCREMENTS,
                amount=NUMBER,
            ),
            form=always(QuantityMean()),
            example=gaps,
        ),
        Variant(
            key="gap_median",
            name=Text(en="Median gap", fr="Écart médian"),
            formula=Text(
                en="median of (actual − expected), in the increments that customers value",
                fr="médiane de (réel − attendu), dans les incréments qui comptent pour les clients",
            ),
            unit=Unit.INCREMENTS,
            direction=Direction.LOW,
            reads=Events(
                fact="outcomes",
                derivation="overruns",
                needs=PAIRS,
                options=IN_INCREMENTS,
                amount=NUMBER,
            ),
            form=always(Quantile()),
            example=median_gap,
        ),
        Variant(
            key="far_misses_share",
            name=Text(en="Missed by more than one", fr="Manqué de plus d'un"),
            formula=Text(
                en="100 · outcomes that miss their expectation by more than one increment / "
                "outcomes, and how many are how far from it",
                fr="100 · résultats à plus d'un incrément au-delà de l'attente / résultats, et "
                "combien en sont à quelle distance",
            ),
            unit=Unit.PERCENT,
            direction=Direction.LOW,
            low=0,
            high=100,
            reads=Events(
                fact="outcomes", derivation="distances", needs=PAIRS, options=IN_INCREMENTS
            ),
            form=always(FAR_MISSES),
            example=distances,
        ),
        Variant(
            key="defect_free_share",
            name=Text(en="Nothing broken", fr="Rien de cassé"),
            formula=Text(
                en="100 · (orders − orders with a defect) / orders",
                fr="100 · (commandes − commandes avec un défaut) / commandes",
            ),
            unit=Unit.PERCENT,
            direction=Direction.HIGH,
            low=0,
            high=100,
            reads=Worked(needs=("orders", "orders_with_defect")),
            form=always(DEFECT_FREE),
            example=defect_free,
        ),
        Variant(
            key="availability",
            name=Text(en="Availability", fr="Disponibilité"),
            formula=Text(
                en="100 · minutes available / minutes promised",
                fr="100 · minutes disponibles / minutes promises",
            ),
            unit=Unit.PERCENT,
            direction=Direction.HIGH,
            low=0,
            reads=Worked(needs=("available_minutes", "promised_minutes")),
            example=availability,
            note=Text(
                en="Minutes are not drawn one by one: there is no interval.",
                fr="Les minutes ne sont pas tirées une à une : pas d'intervalle.",
            ),
        ),
        Variant(
            key="option_offered_share",
            name=Text(en="Choice and personalisation", fr="Choix et personnalisation"),
            formula=Text(
                en="100 · contacts where the wanted option was offered, or the customer "
                "recognised / contacts",
                fr="100 · contacts où l'option voulue était proposée, ou le client reconnu / "
                "contacts",
            ),
            unit=Unit.PERCENT,
            direction=Direction.HIGH,
            low=0,
            high=100,
            reads=Worked(needs=("offered", "contacts")),
            form=always(OFFERED),
            example=option_offered,
        ),
        Variant(
            key="value_delivered",
            name=Text(en="Value delivered", fr="Valeur apportée"),
            formula=Text(
                en="mean, per customer, of the money or time without the service − with it",
                fr="moyenne, par client, de l'argent ou du temps sans le service − avec lui",
            ),
            unit=Unit.MONEY,
            direction=Direction.HIGH,
            reads=Worked(needs=("customers",)),
            example=value_delivered,
        ),
        Variant(
            key="importance_weighted_index",
            name=Text(en="Index of a step or journey", fr="Indice d'une étape ou d'un parcours"),
            formula=Text(
                en="Σ attainment · importance / Σ importance",
                fr="Σ atteinte · importance / Σ importance",
            ),
            unit=Unit.PERCENT,
            direction=Direction.HIGH,
            low=0,
            high=100,
            reads=Worked(needs=("cpis",)),
            example=importance_weighted,
        ),
        Variant(
            key="penetration",
            name=Text(en="Penetration", fr="Pénétration"),
            formula=Text(
                en="mean number of indicators met per customer; share of customers with all met",
                fr="nombre moyen d'indicateurs tenus par client ; part des clients avec tous tenus",
            ),
            unit=Unit.SEVERAL,
            direction=Direction.HIGH,
            low=0,
            reads=Events(
                fact="outcomes",
                derivation="outcomes_met",
                needs=OF_CUSTOMERS,
                options=BY_CUSTOMER,
                amount=NUMBER,
            ),
            form=always(QuantityMean()),
            example=penetration,
            compound=True,
            note=Text(
                en="An outcome is met for a customer who got it every time in the period.",
                fr="Un résultat est tenu pour un client qui l'a obtenu chaque fois sur la période.",
            ),
        ),
        Variant(
            key="all_met_share",
            name=Text(en="Everything met", fr="Tout est tenu"),
            formula=Text(
                en="100 · customers who got all they wanted, every time / customers who wanted "
                "something",
                fr="100 · clients qui ont eu tout ce qu'ils voulaient, chaque fois / clients qui "
                "voulaient quelque chose",
            ),
            unit=Unit.PERCENT,
            direction=Direction.HIGH,
            low=0,
            high=100,
            reads=Events(
                fact="outcomes",
                derivation="fully_served",
                needs=OF_CUSTOMERS,
                options=BY_CUSTOMER,
            ),
            form=always(FULLY_SERVED),
            example=all_met,
        ),
    ),
    use_when=Text(
        en="The objective is to perform for the customer: an outcome customers named, compared "
        "with what each expects, was promised, or their segment accepts. Resolved at once is first "
        "contact resolution as judged by the customer.",
        fr="L'objectif est d'être performant pour le client : un résultat que les clients ont "
        "nommé, comparé à ce que chacun attend, à la promesse faite, ou à ce que son segment "
        "accepte. Résolu du premier coup : c'est la résolution au premier contact jugée par le "
        "client.",
    ),
    pitfalls=(
        Text(
            en="A result of the company, such as NPS or revenue, is no CPI: customers do not want "
            "it. Keep the evidence that customers said the outcome matters, and in which unit.",
            fr="Un résultat de l'entreprise, comme le NPS ou le chiffre d'affaires, n'est pas un "
            "CPI : les clients ne le souhaitent pas. Gardez la preuve que les clients tiennent à "
            "ce résultat, et dans quelle unité.",
        ),
        Text(
            en="Customers who still wait count as missed once their expectation has passed.",
            fr="Un client qui attend encore compte comme un échec dès que son attente est "
            "dépassée.",
        ),
        Text(
            en="Expectations change: keep each with its source and its date.",
            fr="Les attentes changent : gardez chacune avec sa source et sa date.",
        ),
        Text(
            en="The letters also mean cost per install and consumer price index: write the name in "
            "full.",
            fr="Le sigle désigne aussi le coût par installation et l'indice des prix : écrivez le "
            "nom en entier.",
        ),
    ),
    sources=(
        "Cornfield, G. (2020). The Most Important Metrics You're Not Tracking (Yet). HBR.",
        HBR,
        "https://gongos.com/thinking-post/metrics-that-matter-building-more-customer-centric-cultures-through-cpis/",
        "https://vex.gongos.com/vex-curve/",
    ),
    objectives=("customer_outcomes", "service_diagnosis"),
    steps=("quote", "buy", "deliver", "start", "use", "support", "renew", "whole"),
)
