"""Repeat-contact rate: contacts that follow another for the same reason within a window."""

from __future__ import annotations

from datetime import timedelta

from ressenti.language import Text
from ressenti.scores.contact_chains import WINDOW_DAYS, contact_log, issues
from ressenti.scores.contrast import Contrast, share
from ressenti.scores.definitions import Events, Family, Indicator, Outcome, Variant
from ressenti.scores.forms import always
from ressenti.scores.inputs import Inputs
from ressenti.scores.score import Direction, Flag, Unit
from ressenti.scores.worked import outcome_of, part_of_whole
from ressenti.tallies.tally import Tally

REPEATS = Contrast(
    coefficients=share(of=["repeat"], among=["repeat", "new"]),
    classes={"repeat": ("repeat",), "new": ("new",)},
)


def reiteration(inputs: Inputs) -> Tally | Outcome:
    if inputs.has("repeat_within_window"):
        return part_of_whole(
            inputs.count("repeat_within_window"),
            inputs.count("contacts"),
            inside="repeat",
            outside="new",
        )
    log = contact_log(inputs)
    window = timedelta(days=inputs.count("window_days", WINDOW_DAYS))
    new = sum(len(issues(instants, window)) for instants in log.instants.values())
    tally = Tally.of_counts({"repeat": log.n - new, "new": new}, missing=log.missing)
    flags = (Flag.CUSTOMER_ONLY,) if log.without_reason else ()
    return outcome_of(tally, REPEATS, inputs, flags=flags)


INDICATOR = Indicator(
    key="recontact",
    name=Text(en="Repeat-contact rate", fr="Taux de réitération"),
    abbreviation=Text(en="repeat contacts", fr="réitération"),
    family=Family.OPERATIONS,
    definition=Text(
        en="The share of contacts by which a customer comes back for the same reason within a few "
        "days.",
        fr="La part des contacts par lesquels un client revient pour le même motif en quelques "
        "jours.",
    ),
    dated_by=Text(en="contact time", fr="date du contact"),
    variants=(
        Variant(
            key="reiteration_rate",
            name=Text(en="Within a window", fr="Dans un délai"),
            formula=Text(
                en="100 · contacts at most W days after another of the same customer and reason / "
                "contacts",
                fr="100 · contacts au plus W jours après un autre, même client et même motif / "
                "contacts",
            ),
            unit=Unit.PERCENT,
            direction=Direction.LOW,
            low=0,
            high=100,
            reads=Events(
                fact="contacts",
                derivation="repeats",
                needs=("customer_id", "offered_at"),
                options={"window_days": WINDOW_DAYS},
            ),
            form=always(REPEATS),
            example=reiteration,
            note=Text(
                en="The usual windows are 7, 15 and 30 days; a contact exactly W days later is a "
                "repeat.",
                fr="Les délais usuels sont 7, 15 et 30 jours ; un contact exactement W jours après "
                "est une réitération.",
            ),
        ),
    ),
    use_when=Text(
        en="Beside first contact resolution and the resolution rate, as their guard-rail: it "
        "counts contacts where they count issues, and shows requests closed but not settled.",
        fr="À côté de la résolution au premier contact et du taux de résolution, comme garde-fou : "
        "il compte des contacts quand elles comptent des demandes, et révèle ce qui est clos sans "
        "être réglé.",
    ),
    pitfalls=(
        Text(
            en="It must see every channel: a call after an e-mail is a repeat too.",
            fr="Il doit voir tous les canaux : un appel après un courriel est aussi une "
            "réitération.",
        ),
        Text(
            en="A longer window gives a higher rate: compare equal windows only.",
            fr="Un délai plus long donne un taux plus élevé : ne comparez qu'à délai égal.",
        ),
        Text(
            en="Anonymous callers cannot be matched, and recorded reasons are often too coarse or "
            "too fine.",
            fr="Les appelants anonymes ne se rapprochent pas, et les motifs saisis sont souvent "
            "trop larges ou trop fins.",
        ),
    ),
    sources=(
        "https://www.eurogroupconsulting.com/fr/2025/10/13/taux-de-reiteration-l-indicateur-sous-estime-de-l-experience-client",
    ),
    objectives=("friction", "contact_centre_quality"),
    steps=("support",),
)
