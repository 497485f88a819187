"""Service level: the share of calls answered within a target time, by five published formulas."""

from __future__ import annotations

from ressenti.language import Text
from ressenti.scores.calls import (
    ABANDONED,
    ANSWERED,
    CALL_FACTS,
    tally_of_calls,
)
from ressenti.scores.contrast import Contrast, share
from ressenti.scores.definitions import Family, Indicator, Variant
from ressenti.scores.forms import always
from ressenti.scores.score import Direction, Unit

MET = ("answered_within",)
ALL = (*ANSWERED, *ABANDONED)


def formula_variant(
    key: str,
    name: Text,
    formula: Text,
    *,
    met: tuple[str, ...],
    among: tuple[str, ...],
    note: Text | None = None,
) -> Variant:
    """Return the variant that counts some ends of a call as met, among others."""
    shape = Contrast(
        coefficients=share(of=met, among=among), classes={"met": met, "answered": ANSWERED}
    )
    return Variant(
        key=key,
        name=name,
        formula=formula,
        unit=Unit.PERCENT,
        direction=Direction.HIGH,
        low=0,
        high=100,
        reads=CALL_FACTS,
        form=always(shape),
        example=tally_of_calls,
        note=note,
    )


INDICATOR = Indicator(
    key="service_level",
    name=Text(en="Service level", fr="Niveau de service"),
    abbreviation=Text(en="SL", fr="NS"),
    family=Family.OPERATIONS,
    definition=Text(
        en="The share of calls answered within the target time, such as 20 seconds.",
        fr="La part des appels décrochés dans le délai visé, par exemple 20 secondes.",
    ),
    dated_by=Text(en="time of the call", fr="heure de l'appel"),
    variants=(
        formula_variant(
            "f4_ignore_quick_abandons",
            Text(en="Quick abandons left out", fr="Abandons rapides écartés"),
            Text(
                en="100 · answered ≤ T / (answered + abandoned > T)",
                fr="100 · décrochés ≤ T / (décrochés + abandonnés > T)",
            ),
            met=MET,
            among=(*ANSWERED, "abandoned_late"),
            note=Text(
                en="The default: who gave up before the target time had not been failed yet.",
                fr="La formule par défaut : qui a renoncé avant le délai visé n'avait pas encore "
                "attendu trop longtemps.",
            ),
        ),
        formula_variant(
            "f1_count_quick_abandons_as_met",
            Text(en="Quick abandons count as met", fr="Abandons rapides comptés comme tenus"),
            Text(
                en="100 · (answered ≤ T + abandoned ≤ T) / (answered + abandoned)",
                fr="100 · (décrochés ≤ T + abandonnés ≤ T) / (décrochés + abandonnés)",
            ),
            met=(*MET, "abandoned_short", "abandoned_within"),
            among=ALL,
        ),
        formula_variant(
            "f2_answered_only",
            Text(en="Answered calls only", fr="Appels décrochés seuls"),
            Text(en="100 · answered ≤ T / answered", fr="100 · décrochés ≤ T / décrochés"),
            met=MET,
            among=ANSWERED,
            note=Text(
                en="Discouraged: it rises when callers give up.",
                fr="Déconseillée : elle monte quand les appelants renoncent.",
            ),
        ),
        formula_variant(
            "f3_all_abandons_fail",
            Text(en="Every abandon fails", fr="Tout abandon est un échec"),
            Text(
                en="100 · answered ≤ T / (answered + abandoned)",
                fr="100 · décrochés ≤ T / (décrochés + abandonnés)",
            ),
            met=MET,
            among=ALL,
        ),
        formula_variant(
            "f5_short_abandons_as_met",
            Text(en="Short abandons count as met", fr="Abandons courts comptés comme tenus"),
            Text(
                en="100 · (answered ≤ T + abandoned ≤ S) / (answered + abandoned)",
                fr="100 · (décrochés ≤ T + abandonnés ≤ S) / (décrochés + abandonnés)",
            ),
            met=(*MET, "abandoned_short"),
            among=ALL,
        ),
    ),
    use_when=Text(
        en="The objective is accessibility, to size the desk half-hour by half-hour. Its twin for "
        "the customer is the wait compared with what they find acceptable.",
        fr="L'objectif est l'accessibilité, pour dimensionner l'équipe demi-heure par demi-heure. "
        "Son pendant côté client : l'attente comparée à celle qu'il juge acceptable.",
    ),
    pitfalls=(
        Text(
            en="One day of calls gives five different levels by these formulas: never compare two "
            "of them.",
            fr="Une même journée d'appels donne cinq niveaux différents selon ces formules : n'en "
            "comparez jamais deux.",
        ),
        Text(
            en="80% in 20 seconds is a habit, not a standard.",
            fr="80 % en 20 secondes est une habitude, pas une norme.",
        ),
        Text(
            en="The level of a month hides the peaks, and once the target time has passed there "
            "is no reason left to take that call first.",
            fr="Le niveau d'un mois cache les pointes, et passé le délai visé plus rien n'incite à "
            "prendre l'appel en priorité.",
        ),
    ),
    sources=(
        "https://www.callcentrehelper.com/service-level-threshold-calculations-206890.htm",
        "https://fonolo.com/blog/2014/06/why-8020-is-probably-the-wrong-service-level-for-your-call-center/",
    ),
    objectives=("accessibility",),
    steps=("support",),
)
