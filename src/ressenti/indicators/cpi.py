"""Customer Performance Indicators: how often customers get the outcome they wanted."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from ressenti.facts.raw_values import number_in
from ressenti.facts.scales import NUMBER
from ressenti.language import Text
from ressenti.scores.attainments import (
    LOWER,
    direction_of,
    met_among_counts,
    overrun,
    tally_of_overruns,
)
from ressenti.scores.contrast import Contrast, share
from ressenti.scores.definitions import Events, Family, Indicator, Outcome, Variant, Worked
from ressenti.scores.forms import always
from ressenti.scores.inputs import Inputs
from ressenti.scores.quantities import QuantityMean
from ressenti.scores.rows import rows_of
from ressenti.scores.score import Direction, Reason, Unit
from ressenti.scores.worked import (
    CONTRADICTION,
    NO_DATA,
    PublishedContrast,
    outcome_of,
    part_of_whole,
    ratio_outcome,
    tally_of_judgements,
)
from ressenti.tallies.tally import Tally

ATTAINMENT = PublishedContrast(
    coefficients=share(of=["met"], among=["met", "missed"]), n="n", n_missing="n_missing"
)
DEFECT_FREE = Contrast(
    coefficients=share(of=["intact"], among=["intact", "defective"]),
    classes={"defective": ("defective",)},
)
OFFERED = Contrast(
    coefficients=share(of=["offered"], among=["offered", "not_offered"]),
    classes={"offered": ("offered",)},
)


def own_expectation(inputs: Inputs) -> Outcome:
    if not inputs.has("pairs"):
        return outcome_of(met_among_counts(inputs), ATTAINMENT, inputs)
    direction = direction_of(inputs)
    rows = rows_of(inputs, "pairs", {"expected": (), "actual": ()})
    pairs = [(number_in(row["expected"]), number_in(row["actual"])) for row in rows]
    overruns = [
        overrun(actual, expected, direction)
        for expected, actual in pairs
        if expected is not None and actual is not None
    ]
    tally = tally_of_overruns(overruns, missing=len(pairs) - len(overruns))
    return outcome_of(tally, ATTAINMENT, inputs)


def common_expectation(inputs: Inputs) -> Outcome:
    """Return the attainment of one expectation, with the median overrun of the misses.

    ``still_waiting`` lists the waits that have not ended: they are missed once longer than the
    expectation, and say nothing before.
    """
    if not inputs.has("actual"):
        found = outcome_of(met_among_counts(inputs), ATTAINMENT, inputs)
        return _with_overrun(found, ())
    direction = direction_of(inputs)
    expected = number_in(inputs["expected"])
    actual = inputs.numbers("actual")
    if expected is None:
        return Outcome(reason=NO_DATA.reason, n_missing=len(actual))
    known = [value for value in actual if value is not None]
    overruns = [overrun(value, expected, direction) for value in known]
    waits = inputs.numbers("still_waiting") if inputs.has("still_waiting") else []
    late = sum(wait is not None and wait > expected for wait in waits)
    missing = len(actual) - len(known) + len(waits) - late
    tally = tally_of_overruns(overruns, missing=missing) + Tally.of_counts({"missed": late})
    return _with_overrun(outcome_of(tally, ATTAINMENT, inputs), overruns)


def _with_overrun(found: Outcome, overruns: Sequence[float]) -> Outcome:
    if found.value is None:
        return found
    misses = [by for by in overruns if by > 0]
    parts = {
        "value": found.value,
        "n": found.parts["n"],
        "median_overrun_of_misses": median(misses) if misses else None,
    }
    return replace(found, parts=parts)


def defect_free(inputs: Inputs) -> Tally | Outcome:
    if isinstance(inputs["orders"], list):
        return tally_of_judgements(
            inputs, "orders", {"defects": ()}, inside="defective", outside="intact"
        )
    return part_of_whole(
        inputs.count("orders_with_defect"),
        inputs.count("orders"),
        inside="defective",
        outside="intact",
    )


def availability(inputs: Inputs) -> Outcome:
    if not inputs.has("stretches"):
        return ratio_outcome(inputs.count("available_minutes"), inputs.count("promised_minutes"))
    columns = {"available_minutes": ("available",), "promised_minutes": ("promised",)}
    rows = [Inputs(row) for row in rows_of(inputs, "stretches", columns)]
    complete = [row for row in rows if None not in row.values()]
    available = math.fsum(row.count("available_minutes") for row in complete)
    promised = math.fsum(row.count("promised_minutes") for row in complete)
    found = ratio_outcome(available, promised)
    return replace(found, n_missing=len(rows) - len(complete))


def option_offered(inputs: Inputs) -> Tally | Outcome:
    if isinstance(inputs["contacts"], list):
        return tally_of_judgements(
            inputs,
            "contacts",
            {"offered": ("recognised",)},
            inside="offered",
            outside="not_offered",
        )
    return part_of_whole(
        inputs.count("offered"), inputs.count("contacts"), inside="offered", outside="not_offered"
    )


def value_delivered(inputs: Inputs) -> Outcome:
    """Return what each customer gained over doing without the service, on average."""
    rows = rows_of(inputs, "customers", {"without_service": ("baseline",), "with_service": ()})
    pairs = [(number_in(row["without_service"]), number_in(row["with_service"])) for row in rows]
    saved = [without - own for without, own in pairs if without is not None and own is not None]
    tally = Tally.of_values(saved, NUMBER)
    return outcome_of(Tally(tally.levels, missing=len(rows) - len(saved)), QuantityMean(), inputs)


def importance_weighted(inputs: Inputs) -> Outcome:
    rows = rows_of(inputs, "cpis", {"attainment": ("value",), "importance": ("weight",)})
    complete = [Inputs(row) for row in rows if None not in row.values()]
    if not complete:
        return Outcome(reason=NO_DATA.reason, n_missing=len(rows))
    importances = [row.count("importance") for row in complete]
    attainments = [row.count("attainment") for row in complete]
    if any(attainment > 100 for attainment in attainments):
        return CONTRADICTION
    total = math.fsum(importances)
    if total == 0:
        return Outcome(reason=Reason.INVALID_WEIGHTS)
    weighted = math.fsum(a * w for a, w in zip(attainments, importances, strict=True))
    return Outcome(value=weighted / total, n=len(complete), n_missing=len(rows) - len(complete))


def penetration(inputs: Inputs) -> Outcome:
    wanted = inputs.count("cpi_count")
    met = met_per_customer(inputs)
    known = [number for number in met if number is not None]
    if any(not 0 <= number <= wanted for number in known):
        return CONTRADICTION
    missing = len(met) - len(known)
    if not known or wanted == 0:
        return Outcome(reason=NO_DATA.reason, n_missing=missing)
    mean = math.fsum(known) / len(known)
    all_met = sum(number == wanted for number in known)
    parts = {"mean_met": mean, "share_all_met": 100 * all_met / len(known)}
    return Outcome(value=mean, n=len(known), n_missing=missing, parts=parts)


def met_per_customer(inputs: Inputs) -> list[float | None]:
    """Return how many indicators each customer saw met, from rows or from counts by number."""
    if not inputs.has("counts"):
        rows = rows_of(inputs, "customers", {"met": ()})
        return [number_in(row["met"]) for row in rows]
    counts = inputs.object("counts")
    return [number_in(name) for name in counts for _ in range(int(counts.count(name)))]


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
                needs=("actual", "expected", "occurred_at"),
                options={"direction": LOWER, "outcome": None},
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
            example=common_expectation,
            compound=True,
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
            reads=Worked(needs=("customers", "cpi_count")),
            example=penetration,
            compound=True,
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
