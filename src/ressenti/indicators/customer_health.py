"""Customer health score: a weighted mean of signs, to be calibrated against real churn."""

from __future__ import annotations

import math
from collections.abc import Mapping

from ressenti.facts.raw_values import number_in
from ressenti.language import Text
from ressenti.scores.definitions import Family, Indicator, Outcome, Variant, Worked
from ressenti.scores.inputs import Inputs
from ressenti.scores.score import Band, Direction, Reason, Unit
from ressenti.scores.worked import CONTRADICTION, NO_DATA

FOUR_WEIGHTS = {"nps": 0.25, "usage": 0.35, "support": 0.2, "engagement": 0.2}
FIVE_WEIGHTS = {"logins": 20, "features": 25, "tickets": 15, "nps": 25, "payment": 15}
POINTS_PER_TICKET = 10
POINTS_PER_DAY = 2
ROUNDING = 9

SAAS_NUMBERS = "https://saastainednumbers.com/es/churn-retention/customer-health-score-calculator/"
OPAI = "https://health-score.opai.one/"
# The source starts each band above its bound or at it: 80 is still healthy.
ABOVE_80 = math.nextafter(80.0, 100.0)
BANDS: Mapping[str, Band] = {
    "champion": Band(
        label=Text(en="champion", fr="champion"),
        source=SAAS_NUMBERS,
        low=ABOVE_80,
        variants=("weighted_composite",),
    ),
    "healthy": Band(
        label=Text(en="healthy", fr="en bonne santé"),
        source=SAAS_NUMBERS,
        low=60,
        high=ABOVE_80,
        variants=("weighted_composite",),
    ),
    "attention": Band(
        label=Text(en="needs attention", fr="à surveiller"),
        source=SAAS_NUMBERS,
        low=40,
        high=60,
        variants=("weighted_composite",),
    ),
    "at_risk": Band(
        label=Text(en="at risk", fr="à risque"),
        source=SAAS_NUMBERS,
        high=40,
        variants=("weighted_composite",),
    ),
}


def weighted_composite(inputs: Inputs) -> Outcome:
    nps, usage = number_in(inputs.get("nps")), number_in(inputs.get("usage"))
    tickets = number_in(inputs.get("tickets"))
    days = number_in(inputs.get("days_since_login"))
    components = {
        "nps": None if nps is None else (nps + 100) / 2,
        "usage": usage,
        "support": None if tickets is None else _lowered(tickets, POINTS_PER_TICKET),
        "engagement": None if days is None else _lowered(days, POINTS_PER_DAY),
    }
    mean = weighted_mean_of(components, _weights(inputs, FOUR_WEIGHTS))
    if mean.value is None:
        return mean
    band = next(name for name, band in BANDS.items() if band.holds(mean.value))
    parts = {
        "components": dict(components),
        "score": mean.value,
        "band": band,
        "missing": mean.parts["missing"],
    }
    return Outcome(value=mean.value, n=mean.n, n_missing=mean.n_missing, parts=parts)


def _lowered(times: float, points: float) -> float:
    return max(0.0, 100 - points * times)


def ten_points(inputs: Inputs) -> Outcome:
    axes = inputs.object("axes")
    marks = {name: number_in(axes[name]) for name in axes}
    components = {name: None if mark is None else 10 * mark for name, mark in marks.items()}
    return weighted_mean_of(components, _weights(inputs, FIVE_WEIGHTS))


def _weights(inputs: Inputs, published: Mapping[str, float]) -> Inputs:
    return inputs.object("weights") if inputs.has("weights") else Inputs(published)


def weighted_mean_of(components: Mapping[str, float | None], weights: Inputs) -> Outcome:
    """Return Σ weight · component / Σ weight over the components known, the others listed.

    Parameters
    ----------
    components : mapping of name to a value in 0..100, None when missing
    weights : Inputs
        One per component; only their proportions matter.

    Examples
    --------
    >>> found = weighted_mean_of({"usage": 80, "nps": None}, Inputs({"usage": 3, "nps": 1}))
    >>> found.value, found.parts
    (80.0, {'missing': ['nps']})
    """
    known = {name: value for name, value in components.items() if value is not None}
    missing = [name for name in components if name not in known]
    if any(not 0 <= value <= 100 for value in known.values()):
        return CONTRADICTION
    if not known:
        return Outcome(reason=NO_DATA.reason, n_missing=len(missing))
    total = math.fsum(weights.count(name) for name in known)
    if total == 0:
        return Outcome(reason=Reason.INVALID_WEIGHTS)
    mean = math.fsum(weights.count(name) * value for name, value in known.items()) / total
    # Weights such as 0.35 are not exact in binary: 80 must not become more than 80.
    value = round(mean, ROUNDING)
    return Outcome(value=value, n=len(known), n_missing=len(missing), parts={"missing": missing})


INDICATOR = Indicator(
    key="customer_health",
    name=Text(en="Customer health score", fr="Score de santé client"),
    abbreviation=Text(en="health score", fr="score de santé"),
    family=Family.LOYALTY,
    definition=Text(
        en="A weighted mean of signs of life of an account (recommendation, usage, support, "
        "engagement), from 0 to 100, to see a departure coming.",
        fr="Une moyenne pondérée des signes de vie d'un compte (recommandation, usage, support, "
        "engagement), de 0 à 100, pour voir venir un départ.",
    ),
    dated_by=Text(en="computation", fr="date du calcul"),
    variants=(
        Variant(
            key="weighted_composite",
            name=Text(en="Four components", fr="Quatre composantes"),
            formula=Text(
                en="Σ weight · component / Σ weight, of (NPS + 100) / 2, usage, 100 − 10 · tickets "
                "and 100 − 2 · days since login, the last two at least 0",
                fr="Σ poids · composante / Σ poids, de (NPS + 100) / 2, usage, 100 − 10 · tickets "
                "et 100 − 2 · jours depuis la connexion, ces deux dernières au moins 0",
            ),
            unit=Unit.SEVERAL,
            direction=Direction.HIGH,
            low=0,
            high=100,
            reads=Worked(needs=("nps", "usage", "tickets", "days_since_login", "weights")),
            example=weighted_composite,
            compound=True,
            note=Text(
                en="A missing component is listed and the weights of the others make the whole.",
                fr="Une composante manquante est signalée et les poids des autres font le tout.",
            ),
        ),
        Variant(
            key="weighted_composite_10pt",
            name=Text(en="Five axes out of ten", fr="Cinq axes sur dix"),
            formula=Text(en="10 · Σ weight · axis / Σ weight", fr="10 · Σ poids · axe / Σ poids"),
            unit=Unit.SCALE,
            direction=Direction.HIGH,
            low=0,
            high=100,
            reads=Worked(needs=("axes", "weights")),
            example=ten_points,
        ),
    ),
    bands=tuple(BANDS.values()),
    use_when=Text(
        en="Subscriptions and business customers, account by account, as an early warning.",
        fr="Abonnements et clients professionnels, compte par compte, comme alerte précoce.",
    ),
    pitfalls=(
        Text(
            en="The weights are arbitrary: check against real churn, band by band, before trusting "
            "it.",
            fr="Les poids sont arbitraires : confrontez le score à l'attrition réelle, niveau par "
            "niveau, avant de vous y fier.",
        ),
        Text(
            en="One opaque number: show what each component contributes, and how old it is.",
            fr="Un chiffre opaque : montrez l'apport de chaque composante, et son ancienneté.",
        ),
        Text(
            en="A new customer has no history: say it is too early rather than give a score.",
            fr="Un nouveau client n'a pas d'historique : dites qu'il est trop tôt plutôt que de "
            "donner un score.",
        ),
    ),
    sources=(
        SAAS_NUMBERS,
        OPAI,
        "https://www.vitally.io/post/how-to-create-a-customer-health-score-with-four-metrics",
        "https://success4.helpscoutdocs.com/article/9-health-score-calculation",
    ),
    objectives=("retention",),
    steps=("use", "renew"),
)
