"""Words of the reports: column heads, reasons and flags in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from ressenti.language import Text
from ressenti.scores.score import Direction, Flag, Reason
from ressenti.studies.targets import Attainment

HEADS: Mapping[str, Text] = {
    "measure": Text(en="measure", fr="mesure"),
    "indicator": Text(en="indicator", fr="indicateur"),
    "period": Text(en="period", fr="période"),
    "value": Text(en="value", fr="valeur"),
    "interval": Text(en="interval {confidence}", fr="intervalle {confidence}"),
    "n": Text(en="n", fr="n"),
    "left_out": Text(en="left out", fr="écartées"),
    "remarks": Text(en="remarks", fr="remarques"),
}
REASONS: Mapping[str, Text] = {
    Reason.NO_DATA: Text(en="no data", fr="aucune donnée"),
    Reason.INCONSISTENT_INPUT: Text(en="inconsistent input", fr="données contradictoires"),
    Reason.SUPPRESSED: Text(en="hidden: small group", fr="masqué : petit groupe"),
    Reason.UNDEFINED: Text(en="undefined", fr="non défini"),
    Reason.INVALID_WEIGHTS: Text(en="invalid weights", fr="poids invalides"),
    Reason.SCALE_MISMATCH: Text(en="wrong scale", fr="échelle inadaptée"),
}
FLAGS: Mapping[str, Text] = {
    Flag.SMALL_BASE: Text(en="indicative: small base", fr="indicatif : base faible"),
    Flag.INDICATIVE: Text(en="indicative: too unsure", fr="indicatif : trop incertain"),
    Flag.ONE_ANSWER: Text(en="one answer", fr="une seule réponse"),
    Flag.ABOVE_100: Text(en="above 100%", fr="au-dessus de 100\N{NARROW NO-BREAK SPACE}%"),
    Flag.WEIGHTED: Text(en="weighted", fr="pondéré"),
    Flag.CLUSTERED: Text(en="clustered", fr="en grappes"),
    Flag.FEW_CLUSTERS: Text(en="fewer than 20 clusters", fr="moins de 20 grappes"),
    Flag.INVALID_VALUES: Text(en="values off the scale", fr="valeurs hors échelle"),
    Flag.PRIOR_ONLY: Text(en="prior only", fr="a priori seul"),
    Flag.CUSTOMER_ONLY: Text(en="matched by customer only", fr="rapproché par client seul"),
    Flag.PROXY: Text(en="proxy", fr="approché"),
    Flag.UNCORRECTED: Text(en="uncorrected", fr="non corrigé"),
    Flag.BUCKETED: Text(en="within 1%", fr="à 1\N{NARROW NO-BREAK SPACE}% près"),
    Flag.FINITE_POPULATION: Text(en="finite population", fr="population finie"),
    Flag.COMPLEMENT_SUPPRESSED: Text(en="protects another group", fr="protège un autre groupe"),
    Flag.UNDATED: Text(en="without a date", fr="sans date"),
    Flag.MIXED_ENGINES: Text(en="mixed engines", fr="moteurs mélangés"),
}
DIRECTIONS: Mapping[str, Text] = {
    Direction.HIGH: Text(en="higher is better", fr="favorable à la hausse"),
    Direction.LOW: Text(en="lower is better", fr="favorable à la baisse"),
    Direction.CONTEXT: Text(en="depends on the context", fr="selon le contexte"),
}
TARGETS: Mapping[Attainment | None, Text] = {
    Attainment.REACHED: Text(en="target {target} reached", fr="objectif {target} atteint"),
    Attainment.NOT_REACHED: Text(
        en="target {target} not reached", fr="objectif {target} non atteint"
    ),
    Attainment.UNDECIDED: Text(
        en="target {target}: cannot tell yet", fr="objectif {target} : on ne peut pas encore dire"
    ),
    None: Text(en="target {target}", fr="objectif {target}"),
}
DUE = Text(en="{value} by {day}", fr="{value} au {day}")
EVERYTHING = Text(en="all", fr="ensemble")
NOT_TOLD = Text(en="(not told)", fr="(non renseigné)")

PARTS: Mapping[str, Text] = {
    "promoters": Text(en="promoters", fr="promoteurs"),
    "passives": Text(en="passives", fr="passifs"),
    "detractors": Text(en="detractors", fr="détracteurs"),
    "positive": Text(en="positive", fr="positifs"),
    "neutral": Text(en="neutral", fr="neutres"),
    "negative": Text(en="negative", fr="négatifs"),
    "best": Text(en="best level", fr="meilleur niveau"),
    "met": Text(en="met", fr="atteints"),
    "answered": Text(en="answered", fr="décrochés"),
    "issues_mature": Text(en="mature issues", fr="demandes mûres"),
    "resolved_first": Text(en="resolved at first contact", fr="résolues au premier contact"),
    "immature": Text(en="not mature yet", fr="pas encore mûres"),
    "value": Text(en="value", fr="valeur"),
    "deff": Text(en="design effect", fr="effet de plan"),
    "kish_deff": Text(en="design effect of the weights", fr="effet de plan des poids"),
}
