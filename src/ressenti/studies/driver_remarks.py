"""Driver remarks: what must be known before a finding on drivers is believed."""

from __future__ import annotations

from math import sqrt

import numpy as np

from ressenti.language import Text, number_text
from ressenti.statistics.importance import Driver, Importance, driver_importance
from ressenti.statistics.importance_intervals import FEWEST_BUCKETS
from ressenti.statistics.intervals import Interval, normal_quantile
from ressenti.studies.driver_evidence import Evidence
from ressenti.studies.driver_findings import Twin
from ressenti.studies.driver_models import Latent
from ressenti.studies.driver_questions import DriverQuestion
from ressenti.tallies.coverage import Coverage

# More rows than this left out for a missing answer are worth a sentence.
MANY_LEFT_OUT = 0.1
# More replicates than this that make no sense shed doubt on the intervals.
MANY_DROPPED = 0.01
# What is left unexplained below this is rounding.
NOTHING_LEFT = 1e-9
# The drivers that two models must agree on.
TOP = 3

ASSOCIATED = Text(
    en="Drivers are associated with the outcome; nothing here says that they cause it.",
    fr="Les leviers sont associés au résultat ; rien ici ne dit qu'ils en sont la cause.",
)
HALO = Text(
    en="Marks of one questionnaire go together by construction; a measured fact, such as a real "
    "waiting time, is a better driver.",
    fr="Les notes d'un même questionnaire vont ensemble par construction ; un fait mesuré, comme "
    "une attente réelle, fait un meilleur levier.",
)
NOT_RANKED = Text(
    en="{n} rows cannot tell which driver comes first: at least {needed} are needed. Drivers stand "
    "in the order given.",
    fr="{n} lignes ne disent pas quel levier vient en tête : il en faut au moins {needed}. Les "
    "leviers sont dans l'ordre donné.",
)
COMPLETE_ROWS = Text(
    en="Only the {n} rows that have the outcome and every driver count; {lost} have the outcome "
    "and lack a driver. If not everybody was asked everything, see --rows pairwise.",
    fr="Seules comptent les {n} lignes qui ont le résultat et tous les leviers ; {lost} ont le "
    "résultat et il leur manque un levier. Si tous n'ont pas répondu aux mêmes questions, voir "
    "--rows pairwise.",
)
PAIRWISE_ROWS = Text(
    en="Each correlation is on the rows that have both: a driver counts those who were asked. "
    "Scenarios and asymmetry are on the {n} rows that have everything.",
    fr="Chaque corrélation porte sur les lignes qui ont les deux : un levier compte ceux qu'on a "
    "interrogés. Scénarios et asymétrie portent sur les {n} lignes qui ont tout.",
)
DROPPED = Text(
    en="{share}% of the bootstrap's tables contradict themselves and are left out: the intervals "
    "are doubtful.",
    fr="{share} % des tableaux du bootstrap se contredisent et sont écartés : les intervalles sont "
    "douteux.",
)
HIGHER_IS_BETTER = Text(
    en="A higher {name} is taken as better; where a lower one is, say --lower-is-better "
    "(lower_is_better=True in Python).",
    fr="Plus {name} est haut, mieux c'est : dans le cas contraire, dites --lower-is-better "
    "(lower_is_better=True en Python).",
)
NO_INTERVALS = Text(
    en="{groups}: {n}. Intervals and a ranking need at least {needed}.",
    fr="{groups} : {n}. Des intervalles et un classement en demandent au moins {needed}.",
)
CLUSTERS = Text(en="Clusters with answers", fr="Grappes avec des réponses")
ROWS = Text(en="Rows", fr="Lignes")
LEFT_OUT = Text(
    en="'{name}' is missing on {missing} rows: {blank} blank, {coded} coded as no answer, "
    "{unreadable} off the scale or unreadable.",
    fr="« {name} » manque sur {missing} lignes : {blank} vides, {coded} codées sans réponse, "
    "{unreadable} hors échelle ou illisibles.",
)
JOHNSON = Text(
    en="{k} drivers are too many for exact shares: these are Johnson's relative weights. Group "
    "the drivers by theme.",
    fr="{k} leviers sont trop pour des parts exactes : ce sont les poids relatifs de Johnson. "
    "Regroupez les leviers par thème.",
)
CONSTANT = Text(
    en="it never varies: nothing can be said of it.",
    fr="il ne varie jamais : on ne peut rien en dire.",
)
EXPLAINED = Text(
    en="The drivers explain the outcome exactly (R² = 1): one of them is the outcome under another "
    "name, or it is worked out from them. Leave it out.",
    fr="Les leviers expliquent exactement le résultat (R² = 1) : l'un d'eux est le résultat sous "
    "un autre nom, ou il se calcule à partir d'eux. Retirez-le.",
)
LATENT = Text(
    en="R² is that of the latent scale behind the levels (McKelvey and Zavoina), on {n} rows.",
    fr="Le R² est celui de l'échelle latente derrière les niveaux (McKelvey et Zavoina), sur {n} "
    "lignes.",
)
MODELS_DIFFER = Text(
    en="A linear model has other drivers among its first three, or another sign: do not rest on "
    "the order.",
    fr="Un modèle linéaire a d'autres leviers parmi ses trois premiers, ou un autre signe : ne "
    "vous fiez pas à l'ordre.",
)
REDUNDANT = Text(
    en="the other drivers explain it exactly: it has no effect of its own.",
    fr="les autres leviers l'expliquent exactement : il n'a pas d'effet propre.",
)
TWINS = Text(
    en="it cannot be told apart from {name} (r = {r}): group them.",
    fr="il ne se distingue pas de {name} (r = {r}) : regroupez-les.",
)
SHARED = Text(
    en="nearly all that it explains, other drivers explain too, {name} first (r = {r}).",
    fr="presque tout ce qu'il explique, d'autres leviers l'expliquent aussi, {name} d'abord "
    "(r = {r}).",
)
DIFFERENT = Text(
    en="the {missing} without a mark differ on the outcome: {other} against {own}; what is said "
    "here is of those who gave one.",
    fr="les {missing} sans note diffèrent sur le résultat : {other} contre {own} ; ce qui est dit "
    "ici vaut pour ceux qui en ont donné une.",
)


def study_remarks(
    question: DriverQuestion, evidence: Evidence, importance: Importance, *, needed: int | None
) -> tuple[Text, ...]:
    """Return what must be known of a whole study.

    Parameters
    ----------
    needed : int or None
        Rows that a ranking would need, None when there are enough.
    """
    told = [ASSOCIATED, HALO]
    # An indicator knows which way is better.
    if question.unit is None and not question.lower_is_better:
        told.append(HIGHER_IS_BETTER.format(name=question.outcome.name))
    if evidence.replicates is None:
        told.append(no_intervals(question, evidence))
    if needed is not None:
        told.append(NOT_RANKED.format(n=evidence.n, needed=needed))
    told += [
        _left_out(reading.name, coverage)
        for reading, coverage in zip(question.readings, evidence.coverages, strict=True)
        if coverage.n_coded + coverage.n_unreadable
    ]
    answered = evidence.coverages[0].n
    lost = answered - evidence.n
    if question.rows == "pairwise":
        told.append(PAIRWISE_ROWS.format(n=evidence.effects.n))
    elif lost > MANY_LEFT_OUT * answered:
        told.append(COMPLETE_ROWS.format(n=evidence.n, lost=lost))
    replicates = 0 if evidence.replicates is None else len(evidence.replicates.means)
    if evidence.dropped > MANY_DROPPED * (replicates + evidence.dropped):
        share = 100 * evidence.dropped / (replicates + evidence.dropped)
        told.append(DROPPED.format(share=f"{share:.0f}"))
    if (importance.r2 or 0.0) > 1 - NOTHING_LEFT:
        told.append(EXPLAINED)
    if importance.method == "johnson":
        told.append(JOHNSON.format(k=len(question.drivers)))
    return tuple(told)


def no_intervals(question: DriverQuestion, evidence: Evidence) -> Text:
    """Return the reason why nothing can be resampled."""
    groups = ROWS if question.cluster is None else CLUSTERS
    return NO_INTERVALS.format(n=evidence.groups, groups=groups, needed=FEWEST_BUCKETS)


def _left_out(name: str, coverage: Coverage) -> Text:
    return LEFT_OUT.format(
        name=name,
        missing=coverage.n_missing,
        blank=coverage.n_blank,
        coded=coverage.n_coded,
        unreadable=coverage.n_unreadable,
    )


def latent_remarks(evidence: Evidence, latent: Latent, importance: Importance) -> tuple[Text, ...]:
    """Return what a model of the latent scale looked at, and where a linear one differs."""
    told = [LATENT.format(n=latent.n)]
    linear = driver_importance(evidence.summary.correlations)
    parts = [[one.importance for one in found.drivers] for found in (importance, linear)]
    first = [set(np.argsort(own)[::-1][:TOP].tolist()) for own in parts]
    signs = [
        np.sign(found[0, 1:]) for found in (latent.correlations, evidence.summary.correlations)
    ]
    if first[0] != first[1] or (signs[0] != signs[1]).any():
        told.append(MODELS_DIFFER)
    return tuple(told)


def driver_remarks(part: Driver, twin: Twin | None, correlation: Interval) -> tuple[Text, ...]:
    """Return what must be known of one driver, given its correlation with the outcome."""
    told: list[Text] = []
    if part.is_constant:
        told.append(CONSTANT)
    elif part.beta is None:
        told.append(REDUNDANT)
    if twin is not None and (twin.is_alike or _is_shown(correlation)):
        words = TWINS if twin.is_alike else SHARED
        told.append(words.format(name=twin.name, r=_figure(twin.correlation)))
    return tuple(told)


def _is_shown(correlation: Interval) -> bool:
    """Return whether a driver goes with the outcome: one that does not has nothing to share."""
    low, high = correlation.low, correlation.high
    return low is not None and high is not None and (low > 0 or high < 0)


def missing_remark(outcome: Coverage, driver: Coverage, confidence: float) -> Text | None:
    """Return the sentence that those who gave no mark differ on the outcome, None if not shown.

    Examples
    --------
    >>> def marks(n: int, total: float, squares: float) -> Coverage:
    ...     return Coverage(n=n, n_blank=100 - n, n_coded=0, n_unreadable=0, least=0.0,
    ...         greatest=1.0, mean=0.5, is_whole=True, outcome_sum=total, outcome_squares=squares)
    >>> remark = missing_remark(marks(100, 60, 60), marks(50, 45, 45), 0.95)
    >>> remark.en[:64]
    'the 50 without a mark differ on the outcome: 0.30 against 0.90; '
    """
    n, others = driver.n, outcome.n - driver.n
    if min(n, others) < 2:
        return None
    own = driver.outcome_sum / n
    other = (outcome.outcome_sum - driver.outcome_sum) / others
    squares = (driver.outcome_squares, outcome.outcome_squares - driver.outcome_squares)
    variance = max(squares[0] / n - own**2, 0.0) / n
    variance += max(squares[1] / others - other**2, 0.0) / others
    if variance <= 0 or abs(own - other) <= normal_quantile(confidence) * sqrt(variance):
        return None
    return DIFFERENT.format(missing=others, other=_figure(other), own=_figure(own))


def _figure(value: float) -> Text:
    return Text(en=number_text(value, "en", decimals=2), fr=number_text(value, "fr", decimals=2))
