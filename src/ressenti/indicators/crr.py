"""Customer retention rate: the share of the customers of the start who are still customers."""

from __future__ import annotations

from ressenti.language import Text
from ressenti.scores.contrast import Contrast, share
from ressenti.scores.definitions import Events, Family, Indicator, Outcome, Variant, Worked
from ressenti.scores.forms import always
from ressenti.scores.inputs import Inputs
from ressenti.scores.rows import how_many, identities
from ressenti.scores.score import Direction, Unit
from ressenti.scores.worked import (
    CONTRADICTION,
    NO_DATA,
    outcome_of,
    part_of_whole,
    ratio_outcome,
)
from ressenti.tallies.tally import Tally

RETENTION = Contrast(
    coefficients=share(of=["kept"], among=["kept", "lost"]),
    classes={"kept": ("kept",), "lost": ("lost",)},
)


def cohort(inputs: Inputs) -> Tally | Outcome:
    if inputs.has("start_ids"):
        started = identities(inputs, "start_ids")
        kept = len(started & identities(inputs, "end_ids"))
        missing = len(inputs.rows("start_ids")) - int(how_many(inputs, "start_ids"))
        return part_of_whole(kept, len(started), inside="kept", outside="lost", missing=missing)
    start = inputs.count("start")
    kept_or_not = inputs.count("kept") if inputs.has("kept") else start - inputs.count("lost")
    return part_of_whole(kept_or_not, start, inside="kept", outside="lost")


def standard(inputs: Inputs) -> Outcome:
    if inputs.has("start_ids"):
        return outcome_of(cohort(inputs), RETENTION, inputs)
    start = inputs.count("start")
    kept = inputs.count("end") - inputs.count("new")
    if kept < 0:
        return CONTRADICTION
    if kept > start:
        return ratio_outcome(kept, start)
    tally = part_of_whole(kept, start, inside="kept", outside="lost")
    return outcome_of(tally, RETENTION, inputs)


def join_and_leave(inputs: Inputs) -> Outcome:
    start = inputs.count("start")
    end = inputs.count("end")
    acquired = inputs.count("acquired")
    left = inputs.count("acquired_and_left")
    if left > acquired or end - (acquired - left) < 0:
        return CONTRADICTION
    if start == 0:
        return NO_DATA
    corrected = ratio_outcome(end - (acquired - left), start)
    parts = {"naive": 100 * (end - acquired) / start, "corrected": corrected.value}
    return Outcome(value=corrected.value, n=start, parts=parts, flags=corrected.flags)


INDICATOR = Indicator(
    key="crr",
    name=Text(en="Customer Retention Rate", fr="Taux de rétention client"),
    abbreviation=Text(en="CRR", fr="TRC"),
    family=Family.LOYALTY,
    definition=Text(
        en="The share of the customers at the start of a period who are still customers at its "
        "end.",
        fr="La part des clients du début de la période qui le sont encore à la fin.",
    ),
    dated_by=Text(en="bounds of the period", fr="bornes de la période"),
    variants=(
        Variant(
            key="cohort",
            name=Text(en="Of the customers of the start", fr="Des clients du début"),
            formula=Text(
                en="100 · customers of the start still there at the end / customers of the start",
                fr="100 · clients du début encore présents à la fin / clients du début",
            ),
            unit=Unit.PERCENT,
            direction=Direction.HIGH,
            low=0,
            high=100,
            reads=Events(
                fact="subscriptions",
                derivation="spells",
                needs=("customer_id", "started_at", "ended_at"),
            ),
            form=always(RETENTION),
            example=cohort,
        ),
        Variant(
            key="cohort_of_buyers",
            name=Text(en="Of the buyers of the start", fr="Des acheteurs du début"),
            formula=Text(
                en="100 · customers active at the start and at the end / customers active at the "
                "start; active: an order in the window before",
                fr="100 · clients actifs au début et à la fin / clients actifs au début ; actif : "
                "une commande dans la fenêtre qui précède",
            ),
            unit=Unit.PERCENT,
            direction=Direction.HIGH,
            low=0,
            high=100,
            reads=Events(
                fact="orders",
                derivation="buyers",
                needs=("customer_id", "ordered_at"),
            ),
            form=always(RETENTION),
            example=cohort,
            note=Text(
                en="For trades without a contract. The window is a year unless window_days says "
                "otherwise: make it longer than most customers wait between two orders. Periods "
                "that start less than a window after the first order have no value; one that ends "
                "after the last order is not complete and looks worse than it is.",
                fr="Pour les métiers sans contrat. La fenêtre est d'un an, sauf réglage "
                "window_days contraire : qu'elle dépasse le délai habituel entre deux commandes. "
                "Les périodes qui commencent moins d'une fenêtre après la première commande n'ont "
                "pas de valeur ; celle qui finit après la dernière commande est incomplète et "
                "paraît moins bonne qu'elle n'est.",
            ),
        ),
        Variant(
            key="standard",
            name=Text(en="Standard, from three counts", fr="Standard, à partir de trois effectifs"),
            formula=Text(
                en="100 · (customers at the end − new customers) / customers at the start",
                fr="100 · (clients à la fin − nouveaux clients) / clients au début",
            ),
            unit=Unit.PERCENT,
            direction=Direction.HIGH,
            low=0,
            reads=Worked(needs=("start", "end", "new")),
            example=standard,
            note=Text(
                en="Above 100 the count of new customers is wrong or former ones came back: shown "
                "with a warning and without an interval, never clipped.",
                fr="Au-delà de 100, le nombre de nouveaux clients est faux ou d'anciens sont "
                "revenus : la valeur porte un avertissement, sans intervalle, et n'est jamais "
                "écrêtée.",
            ),
        ),
        Variant(
            key="join_and_leave_in_period",
            name=Text(
                en="With customers who joined and left", fr="Avec des clients venus puis repartis"
            ),
            formula=Text(
                en="100 · (customers at the end − customers acquired and still there) / customers "
                "at the start",
                fr="100 · (clients à la fin − clients acquis et toujours là) / clients au début",
            ),
            unit=Unit.SEVERAL,
            direction=Direction.HIGH,
            low=0,
            reads=Worked(needs=("start", "end", "acquired", "acquired_and_left")),
            example=join_and_leave,
            compound=True,
            note=Text(
                en="Taking away every acquisition, as the naive rate does, understates retention.",
                fr="Retrancher toutes les acquisitions, comme le fait le taux naïf, sous-estime la "
                "rétention.",
            ),
        ),
    ),
    use_when=Text(
        en="The objective is to keep customers: monthly, quarterly or yearly cohorts, for the "
        "relationship as a whole.",
        fr="L'objectif est de garder ses clients : cohortes mensuelles, trimestrielles ou "
        "annuelles, pour la relation dans son ensemble.",
    ),
    pitfalls=(
        Text(
            en="The length of the period changes everything: compare equal periods only.",
            fr="La longueur de la période change tout : ne comparez que des périodes égales.",
        ),
        Text(
            en="It lags, and captive customers look loyal.",
            fr="Il retarde, et des clients captifs paraissent fidèles.",
        ),
        Text(
            en="Say what an active customer is (trial, pause, win-back) and do not mix trades: "
            "about 75% in banking, under 35% in media and finance applications (Mixpanel, quoted "
            "by Greenbureau).",
            fr="Dites ce qu'est un client actif (essai, pause, reconquête) et ne mélangez pas les "
            "métiers : environ 75 % en banque, moins de 35 % pour les applications de médias et de "
            "finance (Mixpanel, cité par Greenbureau).",
        ),
    ),
    sources=(
        "https://spartaselite.de/lenze6326hepe/formula-for-client-retention-rate-5430.php",
        "https://corp.greenbureau.com/blog/relation-client/kpi-relation-client/",
    ),
    objectives=("retention",),
    steps=("renew", "whole"),
)
