"""First Contact Resolution: the share of requests settled by the first contact."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from ressenti.facts.scales import YES_NO, Level
from ressenti.language import Text
from ressenti.scores.contact_chains import WINDOW_DAYS, contact_log, issues
from ressenti.scores.contrast import Contrast, share
from ressenti.scores.definitions import (
    Answers,
    Events,
    Family,
    Indicator,
    Outcome,
    Variant,
    Worked,
)
from ressenti.scores.forms import always, positive_share
from ressenti.scores.inputs import Inputs, tally_of_answers
from ressenti.scores.rows import instant, rows_of
from ressenti.scores.score import Band, Direction, Flag, Unit
from ressenti.scores.tickets import tally_of_tickets
from ressenti.scores.worked import (
    CONTRADICTION,
    PublishedContrast,
    outcome_of,
    part_of_whole,
)
from ressenti.tallies.tally import Tally

MATURE = ("resolved_first", "repeated")
SOLVED = ("one_touch", "several_touches", "reopened", "closed_unanswered")

FIRST_CONTACT = Contrast(
    coefficients=share(of=["resolved_first"], among=MATURE),
    classes={"resolved_first": ("resolved_first",)},
)
FIRST_CONTACT_OF_ISSUES = PublishedContrast(
    coefficients=share(of=["resolved_first"], among=MATURE),
    classes={
        "issues_mature": MATURE,
        "resolved_first": ("resolved_first",),
        "immature": ("immature",),
    },
)
ONE_TOUCH = Contrast(
    coefficients=share(of=["one_touch"], among=SOLVED), classes={"one_touch": ("one_touch",)}
)


def repeat_window(inputs: Inputs) -> Outcome:
    observed_until = instant(inputs.get("observed_until"))
    log = contact_log(inputs, until=observed_until)
    window = timedelta(days=inputs.count("window_days", WINDOW_DAYS))
    counts: Counter[Level] = Counter()
    for instants in log.instants.values():
        for issue in issues(instants, window):
            if observed_until is not None and issue[0] + window > observed_until:
                counts["immature"] += 1
            else:
                counts["resolved_first" if len(issue) == 1 else "repeated"] += 1
    tally = Tally.of_counts(counts, missing=log.missing)
    flags = (Flag.CUSTOMER_ONLY,) if log.without_reason else ()
    return outcome_of(tally, FIRST_CONTACT_OF_ISSUES, inputs, flags=flags)


def gross(inputs: Inputs) -> Tally | Outcome:
    return _resolved_among_contacts(inputs, without_unresolvable=False)


def net(inputs: Inputs) -> Tally | Outcome:
    return _resolved_among_contacts(inputs, without_unresolvable=True)


def _resolved_among_contacts(inputs: Inputs, *, without_unresolvable: bool) -> Tally | Outcome:
    if isinstance(inputs["contacts"], list):
        return _tally_of_judged_contacts(inputs, without_unresolvable=without_unresolvable)
    contacts = inputs.count("contacts")
    if without_unresolvable:
        beyond = inputs.count("not_resolvable_at_level_one")
        if beyond > contacts:
            return CONTRADICTION
        contacts -= beyond
    return part_of_whole(
        inputs.count("resolved_first"), contacts, inside="resolved_first", outside="repeated"
    )


def _tally_of_judged_contacts(inputs: Inputs, *, without_unresolvable: bool) -> Tally:
    columns = {"resolved_first": ("resolved",), "resolvable_at_level_one": ("resolvable",)}
    counts: Counter[Level] = Counter()
    missing = 0
    for row in rows_of(inputs, "contacts", columns):
        if row["resolved_first"] is None:
            missing += 1
        elif row["resolved_first"]:
            counts["resolved_first"] += 1
        elif not (without_unresolvable and row["resolvable_at_level_one"] is False):
            counts["repeated"] += 1
    return Tally.of_counts(counts, missing=missing)


def survey(inputs: Inputs) -> Tally:
    tally = tally_of_answers(inputs, YES_NO, {"yes": 1.0, "no": 0.0})
    return tally + Tally(missing=int(inputs.count("no_answer", 0)))


def one_touch(inputs: Inputs) -> Tally | Outcome:
    if not inputs.has("tickets"):
        return part_of_whole(
            inputs.count("one_touch"),
            inputs.count("solved"),
            inside="one_touch",
            outside="several_touches",
        )
    return tally_of_tickets(inputs, needs_replies=True)


SQM = "https://sqmgroup.com/resources/library/blog/fcr-customer-satisfaction-comparison-industry-and-call-reason"

INDICATOR = Indicator(
    key="fcr",
    name=Text(en="First Contact Resolution", fr="Résolution au premier contact"),
    abbreviation=Text(en="FCR", fr="RPC"),
    family=Family.OPERATIONS,
    definition=Text(
        en="The share of requests that the first contact settles, so that the customer need not "
        "come back.",
        fr="La part des demandes que le premier contact règle, sans que le client ait à revenir.",
    ),
    question=Text(
        en="Was your request resolved at your first contact?",
        fr="Votre demande a-t-elle été résolue dès votre premier contact ?",
    ),
    dated_by=Text(en="first contact of the issue", fr="premier contact de la demande"),
    variants=(
        Variant(
            key="repeat_window",
            name=Text(en="No repeat within a window", fr="Sans rappel dans un délai"),
            formula=Text(
                en="100 · issues with one contact / issues observed for W days; a contact at most "
                "W days after the previous one, same customer and reason, continues the issue",
                fr="100 · demandes à un seul contact / demandes observées W jours ; un contact au "
                "plus W jours après le précédent, même client et même motif, prolonge la demande",
            ),
            unit=Unit.PERCENT,
            direction=Direction.HIGH,
            low=0,
            high=100,
            reads=Events(
                fact="contacts",
                derivation="issues",
                needs=("customer_id", "offered_at"),
                options={"window_days": WINDOW_DAYS, "observed_until": None},
            ),
            form=always(FIRST_CONTACT_OF_ISSUES),
            example=repeat_window,
            compound=True,
            note=Text(
                en="An issue not yet observed for W days is immature and left out. Contacts "
                "without a reason are matched by customer alone, and flagged.",
                fr="Une demande observée moins de W jours n'est pas mûre et n'entre pas dans le "
                "calcul. Les contacts sans motif sont rapprochés par client seul, et signalés.",
            ),
        ),
        Variant(
            key="survey_yes_share",
            name=Text(en="According to the customer", fr="Selon le client"),
            formula=Text(en="100 · yes / (yes + no)", fr="100 · oui / (oui + non)"),
            unit=Unit.PERCENT,
            direction=Direction.HIGH,
            low=0,
            high=100,
            reads=Answers(scales=(YES_NO,)),
            form=positive_share,
            example=survey,
        ),
        Variant(
            key="gross",
            name=Text(en="Gross", fr="Brute"),
            formula=Text(
                en="100 · contacts resolved first time / all contacts",
                fr="100 · contacts résolus du premier coup / tous les contacts",
            ),
            unit=Unit.PERCENT,
            direction=Direction.HIGH,
            low=0,
            high=100,
            reads=Worked(needs=("resolved_first", "contacts")),
            form=always(FIRST_CONTACT),
            example=gross,
        ),
        Variant(
            key="net",
            name=Text(en="Net", fr="Nette"),
            formula=Text(
                en="100 · contacts resolved first time / (all contacts − those that level one "
                "could never resolve)",
                fr="100 · contacts résolus du premier coup / (tous les contacts − ceux que le "
                "premier niveau ne peut jamais résoudre)",
            ),
            unit=Unit.PERCENT,
            direction=Direction.HIGH,
            low=0,
            high=100,
            reads=Worked(needs=("resolved_first", "contacts", "not_resolvable_at_level_one")),
            form=always(FIRST_CONTACT),
            example=net,
        ),
        Variant(
            key="ticket_one_touch_no_reopen",
            name=Text(
                en="Tickets: one reply, no reopening", fr="Tickets : une réponse, sans réouverture"
            ),
            formula=Text(
                en="100 · solved tickets with one agent reply and no reopening / solved tickets",
                fr="100 · tickets résolus en une réponse et jamais rouverts / tickets résolus",
            ),
            unit=Unit.PERCENT,
            direction=Direction.HIGH,
            low=0,
            high=100,
            reads=Events(
                fact="contacts",
                derivation="tickets",
                needs=("offered_at", "resolved_at", "reopened_at", "replies"),
            ),
            form=always(ONE_TOUCH),
            example=one_touch,
        ),
    ),
    bands=(
        Band(
            label=Text(en="low", fr="faible"), source=SQM, high=70, variants=("survey_yes_share",)
        ),
        Band(
            label=Text(en="good", fr="bon"),
            source=SQM,
            low=70,
            high=80,
            variants=("survey_yes_share",),
        ),
        Band(
            label=Text(en="world class", fr="de classe mondiale"),
            source=SQM,
            low=80,
            variants=("survey_yes_share",),
        ),
    ),
    use_when=Text(
        en="The objective is the quality or the cost of the contact centre. Judged by the "
        "customer, it is also a customer performance indicator: resolved at once.",
        fr="L'objectif est la qualité ou le coût du centre de contacts. Jugée par le client, elle "
        "est aussi un indicateur de performance client : résolu du premier coup.",
    ),
    pitfalls=(
        Text(
            en="It has more than ten definitions: keep the variant, the window and the scope "
            "(calls only, or every channel) beside each value.",
            fr="Elle a plus de dix définitions : gardez la variante, le délai et le périmètre "
            "(appels seuls ou tous canaux) à côté de chaque valeur.",
        ),
        Text(
            en="What agents declare overstates it; only the customer's verdict can be compared "
            "with other centres, says SQM.",
            fr="La déclaration des conseillers la surestime ; selon SQM, seul l'avis du client se "
            "compare à d'autres centres.",
        ),
        Text(
            en="Self-service takes the easy requests away: the rate may fall while the experience "
            "improves.",
            fr="Le libre-service retire les demandes faciles : le taux peut baisser alors que "
            "l'expérience s'améliore.",
        ),
    ),
    sources=(
        "https://docs.medallia.com/agent-connect/faqs/how-is-first-contact-resolution-fcr-calculated",
        "http://customerthink.com/first_call_resolution_metrics_gross_vs_net_fcr/",
        "https://www.callcentrehelper.com/first-call-contact-resolution-fcr-208926.htm",
        "https://github.com/fivetran/dbt_zendesk",
        SQM,
    ),
    objectives=("contact_centre_quality",),
    steps=("support",),
)
