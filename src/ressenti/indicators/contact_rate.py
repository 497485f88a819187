"""Contact rate: contacts per order, or the share of orders that caused one."""

from __future__ import annotations

from ressenti.language import Text
from ressenti.scores.contrast import Contrast, share
from ressenti.scores.definitions import Events, Family, Indicator, Outcome, Variant, Worked
from ressenti.scores.forms import always
from ressenti.scores.inputs import Inputs
from ressenti.scores.rates import Rate
from ressenti.scores.rows import how_many, identities, rows_of
from ressenti.scores.score import Direction, Unit
from ressenti.scores.worked import part_of_whole
from ressenti.tallies.tally import Tally

CONTACTS_PER_ORDER = Rate(multiplier=100)
ORDERS_WITH_CONTACT = Contrast(
    coefficients=share(of=["contacted"], among=["contacted", "quiet"]),
    classes={"contacted": ("contacted",)},
)


def gross(inputs: Inputs) -> Tally:
    base = "customers" if inputs.has("customers") else "orders"
    return Tally.of_counts(
        {"event": how_many(inputs, "contacts"), "exposure": how_many(inputs, base)}
    )


def net(inputs: Inputs) -> Tally | Outcome:
    if inputs.has("contacts") and not inputs.has("orders_with_contact"):
        orders = identities(inputs, "orders")
        rows = rows_of(inputs, "contacts", {"order_id": ("order",)})
        contacted = float(len({str(row["order_id"]) for row in rows} & orders))
        return part_of_whole(contacted, len(orders), inside="contacted", outside="quiet")
    return part_of_whole(
        inputs.count("orders_with_contact"),
        how_many(inputs, "orders"),
        inside="contacted",
        outside="quiet",
    )


INDICATOR = Indicator(
    key="contact_rate",
    name=Text(en="Contact rate", fr="Taux de contact"),
    abbreviation=Text(en="contact rate", fr="taux de contact"),
    family=Family.OPERATIONS,
    definition=Text(
        en="How many contacts the orders of a period caused, over every channel.",
        fr="Combien de contacts les commandes d'une période ont provoqués, tous canaux réunis.",
    ),
    dated_by=Text(en="time of the order", fr="date de la commande"),
    variants=(
        Variant(
            key="gross",
            name=Text(en="Gross", fr="Brut"),
            formula=Text(
                en="100 · contacts / orders (or customers)",
                fr="100 · contacts / commandes (ou clients)",
            ),
            unit=Unit.PERCENT,
            direction=Direction.LOW,
            low=0,
            reads=Events(
                fact="contacts",
                derivation="contacts_per_order",
                needs=("offered_at",),
            ),
            form=always(CONTACTS_PER_ORDER),
            example=gross,
            note=Text(
                en="It may exceed 100: an order can cause several contacts.",
                fr="Il peut dépasser 100 : une commande peut causer plusieurs contacts.",
            ),
        ),
        Variant(
            key="net",
            name=Text(en="Net", fr="Net"),
            formula=Text(
                en="100 · orders with at least one contact / orders",
                fr="100 · commandes avec au moins un contact / commandes",
            ),
            unit=Unit.PERCENT,
            direction=Direction.LOW,
            low=0,
            high=100,
            reads=Worked(needs=("orders_with_contact", "orders")),
            form=always(ORDERS_WITH_CONTACT),
            example=net,
        ),
    ),
    use_when=Text(
        en="Finding the defects that make customers write or call, by reason, before they leave.",
        fr="Trouver les défauts qui font écrire ou appeler les clients, par motif, avant qu'ils ne "
        "partent.",
    ),
    pitfalls=(
        Text(
            en="A wanted contact, such as advice before buying, is no defect: split it by reason.",
            fr="Un contact voulu, comme un conseil avant l'achat, n'est pas un défaut : ventilez "
            "par motif.",
        ),
        Text(
            en="Fix the base once (orders, shipments or active customers) and count every channel.",
            fr="Fixez la base une fois (commandes, expéditions ou clients actifs) et comptez tous "
            "les canaux.",
        ),
        Text(
            en="In outbound calling the same words mean the share of people reached.",
            fr="En appels sortants, les mêmes mots désignent la part des personnes jointes.",
        ),
    ),
    sources=(
        "https://www.aicxstack.com/glossary/contact-rate",
        "https://ignyteiq.com/glossary/contact-rate/",
    ),
    objectives=("friction", "incident_prevention"),
    steps=("deliver", "start"),
)
