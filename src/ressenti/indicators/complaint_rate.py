"""Complaint rate: complaints per order, in per cent, per thousand or per ten thousand."""

from __future__ import annotations

from ressenti.language import Text
from ressenti.scores.definitions import Events, Family, Indicator, Variant
from ressenti.scores.forms import always
from ressenti.scores.inputs import Inputs
from ressenti.scores.rates import Rate
from ressenti.scores.rows import how_many, identities
from ressenti.scores.score import Direction, Unit
from ressenti.tallies.tally import Tally

BASES = ("orders", "customers", "contracts")


def complaints_per_base(inputs: Inputs) -> Tally:
    """Return complaints, one per case, over the base the example counts."""
    base = next((name for name in BASES if inputs.has(name)), "orders")
    if isinstance(inputs["complaints"], list):
        complaints = float(len(identities(inputs, "complaints")))
    else:
        complaints = inputs.count("complaints")
    return Tally.of_counts({"event": complaints, "exposure": how_many(inputs, base)})


def rate_variant(key: str, name: Text, unit: Unit, multiplier: int) -> Variant:
    """Return the variant that counts complaints per so many orders."""
    return Variant(
        key=key,
        name=name,
        formula=Text(
            en=f"{multiplier:,} · complaints / orders (or customers, contracts)",
            fr=f"{multiplier:,} · réclamations / commandes (ou clients, contrats)".replace(
                ",000", "\N{NARROW NO-BREAK SPACE}000"
            ),
        ),
        unit=unit,
        direction=Direction.LOW,
        low=0,
        reads=Events(
            fact="contacts",
            derivation="complaints_per_order",
            needs=("offered_at", "complaint"),
        ),
        form=always(Rate(multiplier=multiplier)),
        example=complaints_per_base,
    )


LAUNCHHUB = "https://www.launchhub.cloud/?p=971"

INDICATOR = Indicator(
    key="complaint_rate",
    name=Text(en="Complaint rate", fr="Taux de réclamation"),
    abbreviation=Text(en="complaints", fr="réclamations"),
    family=Family.OPERATIONS,
    definition=Text(
        en="How often customers express a dissatisfaction that expects an answer, on any channel.",
        fr="À quelle fréquence les clients expriment une insatisfaction qui attend une réponse, "
        "quel que soit le canal.",
    ),
    dated_by=Text(en="reception of the complaint", fr="réception de la réclamation"),
    variants=(
        rate_variant("percent", Text(en="Per cent", fr="Pour cent"), Unit.PERCENT, 100),
        rate_variant("per_1000", Text(en="Per 1,000", fr="Pour 1 000"), Unit.PER_1000, 1000),
        rate_variant("per_10000", Text(en="Per 10,000", fr="Pour 10 000"), Unit.PER_10000, 10_000),
    ),
    use_when=Text(
        en="The objective is to prevent incidents, or reputation. Count one complaint per case, "
        "with its reason, its severity and whether it was answered as promised.",
        fr="L'objectif est la prévention des incidents, ou la réputation. Comptez une réclamation "
        "par dossier, avec son motif, sa gravité et le respect du délai de réponse promis.",
    ),
    pitfalls=(
        Text(
            en="Most unhappy customers never complain: pair it with satisfaction, emotions and "
            "review sites.",
            fr="La plupart des clients mécontents ne réclament jamais : associez-lui la "
            "satisfaction, les émotions et les sites d'avis.",
        ),
        Text(
            en="A rising rate may mean that complaining became easier.",
            fr="Un taux qui monte peut signifier qu'il est devenu plus facile de réclamer.",
        ),
        Text(
            en="A count of complaints without its base says nothing; published norms, 1–3% a month "
            "in online retail, come from one vendor's page.",
            fr="Un nombre de réclamations sans sa base ne dit rien ; les repères publiés, 1–3 % "
            "par mois en commerce en ligne, viennent de la page d'un seul éditeur.",
        ),
    ),
    sources=(LAUNCHHUB,),
    objectives=("incident_prevention", "reputation"),
    steps=("deliver",),
)
