"""Resolution rate: the share of requests resolved, whatever the number of contacts."""

from __future__ import annotations

from ressenti.language import Text
from ressenti.scores.contrast import Contrast, share
from ressenti.scores.definitions import Events, Family, Indicator, Outcome, Variant
from ressenti.scores.forms import always
from ressenti.scores.inputs import Inputs
from ressenti.scores.rates import Rate
from ressenti.scores.rows import how_many
from ressenti.scores.score import Direction, Flag, Unit
from ressenti.scores.tickets import tally_of_tickets
from ressenti.scores.worked import CONTRADICTION, outcome_of, part_of_whole, tally_of_levels
from ressenti.tallies.tally import Tally

RESOLVED = ("one_touch", "several_touches")
UNRESOLVED = ("reopened", "closed_unanswered", "open")

RESOLUTION = Contrast(
    coefficients=share(of=RESOLVED, among=(*RESOLVED, *UNRESOLVED)),
    classes={"resolved": RESOLVED, "unresolved": UNRESOLVED},
)
FLOW = Rate(events=("resolved",), exposure=("created",))


def still_resolved(inputs: Inputs) -> Tally | Outcome:
    if inputs.has("tickets"):
        return tally_of_tickets(inputs, needs_replies=False)
    resolved = inputs.count("resolved")
    reopened = inputs.count("reopened_and_open_at_cutoff", 0)
    created = inputs.count("created")
    if resolved > created:
        return CONTRADICTION
    return tally_of_levels(
        {
            "several_touches": resolved - reopened,
            "reopened": reopened,
            "open": created - resolved,
        }
    )


def resolved_share(inputs: Inputs) -> Tally | Outcome:
    if inputs.has("tickets"):
        return tally_of_tickets(inputs, needs_replies=False)
    return part_of_whole(
        inputs.count("resolved"), inputs.count("total"), inside="several_touches", outside="open"
    )


def flow_ratio(inputs: Inputs) -> Outcome:
    resolved = how_many(inputs, "resolved_in_period")
    created = how_many(inputs, "created_in_period")
    flags = (Flag.ABOVE_100,) if resolved > created else ()
    return outcome_of(
        Tally.of_counts({"resolved": resolved, "created": created}), FLOW, inputs, flags=flags
    )


KLARK = "https://www.klark.ai/post/taux-resolution"

INDICATOR = Indicator(
    key="global_resolution",
    name=Text(en="Resolution rate", fr="Taux de résolution globale"),
    abbreviation=Text(en="resolution", fr="résolution"),
    family=Family.OPERATIONS,
    definition=Text(
        en="The share of requests that were resolved, however many contacts it took.",
        fr="La part des demandes résolues, quel que soit le nombre de contacts.",
    ),
    dated_by=Text(en="creation of the request", fr="création de la demande"),
    variants=(
        Variant(
            key="cohort_still_resolved",
            name=Text(en="Of those created, still resolved", fr="Créées, et toujours résolues"),
            formula=Text(
                en="100 · requests created in the period, solved at the cut-off and not reopened "
                "since / requests created",
                fr="100 · demandes créées dans la période, résolues à la date d'arrêt et non "
                "rouvertes depuis / demandes créées",
            ),
            unit=Unit.PERCENT,
            direction=Direction.HIGH,
            low=0,
            high=100,
            reads=Events(
                fact="contacts",
                derivation="tickets",
                needs=("offered_at", "resolved_at"),
            ),
            form=always(RESOLUTION),
            example=still_resolved,
        ),
        Variant(
            key="tickets_resolved_share",
            name=Text(en="Resolved among received", fr="Résolues parmi les reçues"),
            formula=Text(
                en="100 · resolved / received, on the same requests",
                fr="100 · résolues / reçues, sur les mêmes demandes",
            ),
            unit=Unit.PERCENT,
            direction=Direction.HIGH,
            low=0,
            high=100,
            reads=Events(
                fact="contacts",
                derivation="tickets",
                needs=("offered_at", "resolved_at"),
            ),
            form=always(RESOLUTION),
            example=resolved_share,
        ),
        Variant(
            key="flow_ratio",
            name=Text(en="Flow of the period", fr="Flux de la période"),
            formula=Text(
                en="100 · resolved in the period / created in the period",
                fr="100 · résolues dans la période / créées dans la période",
            ),
            unit=Unit.PERCENT,
            direction=Direction.HIGH,
            low=0,
            reads=Events(fact="contacts", derivation="flows", needs=("offered_at", "resolved_at")),
            form=always(FLOW),
            example=flow_ratio,
            note=Text(
                en="Above 100 the backlog is being cleared.",
                fr="Au-delà de 100, le stock se résorbe.",
            ),
        ),
    ),
    use_when=Text(
        en="The objective is the effectiveness of support and after-sales service.",
        fr="L'objectif est l'efficacité du support et du service après-vente.",
    ),
    pitfalls=(
        Text(
            en="Agents close requests to reach the rate: read it with the repeat-contact rate and "
            "satisfaction.",
            fr="On clôt des demandes pour tenir le taux : lisez-le avec le taux de réitération et "
            "la satisfaction.",
        ),
        Text(
            en="A request closed without an answer, or reopened and open, is not resolved; one "
            "that waits for the customer stays in the base.",
            fr="Une demande close sans réponse, ou rouverte et ouverte, n'est pas résolue ; celle "
            "qui attend le client reste dans la base.",
        ),
        Text(
            en="Published averages depend on the trade: 75–85 in business technology, 85–90 in "
            "online retail, 80–88 in software (klark.ai).",
            fr="Les moyennes publiées dépendent du métier : 75–85 en technologie "
            "interentreprises, 85–90 en commerce en ligne, 80–88 en logiciel (klark.ai).",
        ),
    ),
    sources=(KLARK,),
    objectives=("contact_centre_quality",),
    steps=("support",),
)
