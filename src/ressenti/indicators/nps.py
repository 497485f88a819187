"""Net Promoter Score: % promoters (9–10) minus % detractors (0–6)."""

from __future__ import annotations

import math

from ressenti.facts.scales import ONE_TO_TEN, ZERO_TO_TEN, Level
from ressenti.language import Text
from ressenti.scores.contrast import Contrast, net
from ressenti.scores.definitions import Answers, Family, Indicator, Outcome, Variant
from ressenti.scores.forms import always
from ressenti.scores.inputs import Inputs, tally_of_answers
from ressenti.scores.score import CONFIDENCE, Band, Direction, Reason, Unit
from ressenti.statistics.intervals import normal_quantile
from ressenti.statistics.net_scores import adjusted_wald_interval, wald_interval
from ressenti.tallies.tally import Tally

PROMOTERS = (9.0, 10.0)
PASSIVES = (7.0, 8.0)
DETRACTORS = (0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0)
CLASSES: dict[str, Level] = {"promoters": 10.0, "passives": 7.0, "detractors": 6.0}

RECOMMENDATION = Contrast(
    coefficients=net(plus=PROMOTERS, zero=PASSIVES, minus=DETRACTORS),
    classes={"promoters": PROMOTERS, "passives": PASSIVES, "detractors": DETRACTORS},
)
RECOMMENDATION_FROM_ONE = Contrast(
    coefficients=net(plus=PROMOTERS, zero=PASSIVES, minus=DETRACTORS[1:]),
    classes={"promoters": PROMOTERS, "passives": PASSIVES, "detractors": DETRACTORS[1:]},
)


def class_counts(inputs: Inputs) -> tuple[float, float, float]:
    """Return the promoters, passives and detractors of an example."""
    tally = tally_of_answers(inputs, ZERO_TO_TEN, CLASSES)
    return (
        sum(tally.levels[level].w for level in PROMOTERS if level in tally.levels),
        sum(tally.levels[level].w for level in PASSIVES if level in tally.levels),
        sum(tally.levels[level].w for level in DETRACTORS if level in tally.levels),
    )


def on_ten(inputs: Inputs) -> Tally:
    return tally_of_answers(inputs, ZERO_TO_TEN, CLASSES)


def from_one(inputs: Inputs) -> Tally:
    return tally_of_answers(inputs, ONE_TO_TEN, CLASSES)


def wald(inputs: Inputs) -> Outcome:
    promoters, passives, detractors = class_counts(inputs)
    n = promoters + passives + detractors
    if n == 0:
        return Outcome(reason=Reason.NO_DATA)
    confidence = inputs.number("confidence", CONFIDENCE)
    interval = wald_interval(promoters, passives, detractors, confidence=confidence)
    _, low, high = (100 * limit for limit in interval.bounds())
    share = (promoters - detractors) / n
    variance = (promoters + detractors) / n - share * share
    parts = {
        "value": 100 * share,
        "variance": variance,
        "standard_error_points": 100 * math.sqrt(variance / n),
        "ci_low": low,
        "ci_high": high,
    }
    return Outcome(value=100 * share, n=n, low=low, high=high, method="wald", parts=parts)


def adjusted_wald(inputs: Inputs) -> Outcome:
    promoters, passives, detractors = class_counts(inputs)
    n = promoters + passives + detractors
    if n == 0:
        return Outcome(reason=Reason.NO_DATA)
    interval = adjusted_wald_interval(
        promoters,
        passives,
        detractors,
        confidence=inputs.number("confidence", CONFIDENCE),
        pseudo_answers=tuple(inputs.get("pseudo_observations", (0.75, 1.5, 0.75))),
    )
    _, low, high = (100 * limit for limit in interval.bounds())
    value = 100 * (promoters - detractors) / n
    parts = {"value": value, "ci_low": low, "ci_high": high}
    return Outcome(
        value=value,
        n=n,
        low=low,
        high=high,
        method="adjusted_wald",
        parts=parts,
    )


def two_waves(inputs: Inputs) -> Outcome:
    values, variances, counts = [], [], []
    for name in ("wave_a", "wave_b"):
        promoters, passives, detractors = class_counts(inputs.object(name))
        n = promoters + passives + detractors
        if n == 0:
            return Outcome(reason=Reason.NO_DATA)
        share = (promoters - detractors) / n
        values.append(100 * share)
        variances.append(((promoters + detractors) / n - share * share) / n)
        counts.append(n)
    difference = values[1] - values[0]
    error = 100 * math.sqrt(sum(variances))
    limit = normal_quantile(inputs.number("confidence", CONFIDENCE))
    z = None if error == 0 else difference / error
    parts = {
        "nps_a": values[0],
        "nps_b": values[1],
        "difference": difference,
        "se_points": error,
        "z": z,
        "significant_95": None if z is None else abs(z) > limit,
    }
    return Outcome(value=difference, n=sum(counts), method="wald", parts=parts)


BAIN = "Bain & Company's rule of thumb, as reported by profound-tips.com (secondary source)"

INDICATOR = Indicator(
    key="nps",
    name=Text(en="Net Promoter Score", fr="Score net de recommandation"),
    abbreviation=Text(en="NPS", fr="NPS"),
    family=Family.SURVEY,
    definition=Text(
        en="The share of promoters minus the share of detractors: how many more customers would "
        "speak for you than against you.",
        fr="La part des promoteurs moins la part des détracteurs : combien de clients de plus "
        "parleraient pour vous plutôt que contre vous.",
    ),
    question=Text(
        en="How likely are you to recommend {brand} to a friend or colleague?",
        fr="Quelle est la probabilité que vous recommandiez {marque} à un proche ou à un "
        "collègue ?",
    ),
    follow_up=Text(
        en="What is the main reason for your mark?",
        fr="Pour quelle raison principale ?",
    ),
    dated_by=Text(en="answer time", fr="date de la réponse"),
    variants=(
        Variant(
            key="standard_0_10",
            name=Text(en="Standard, 0 to 10", fr="Standard, de 0 à 10"),
            formula=Text(
                en="100 · (promoters 9–10 − detractors 0–6) / answers",
                fr="100 · (promoteurs 9–10 − détracteurs 0–6) / réponses",
            ),
            unit=Unit.POINTS,
            direction=Direction.HIGH,
            low=-100,
            high=100,
            reads=Answers(scales=(ZERO_TO_TEN,)),
            form=always(RECOMMENDATION),
            example=on_ten,
        ),
        Variant(
            key="non_standard_1_10",
            name=Text(en="Non-standard, 1 to 10", fr="Non standard, de 1 à 10"),
            formula=Text(
                en="100 · (promoters 9–10 − detractors 1–6) / answers",
                fr="100 · (promoteurs 9–10 − détracteurs 1–6) / réponses",
            ),
            unit=Unit.POINTS,
            direction=Direction.HIGH,
            low=-100,
            high=100,
            reads=Answers(scales=(ONE_TO_TEN,)),
            form=always(RECOMMENDATION_FROM_ONE),
            example=from_one,
            note=Text(
                en="The reference scale starts at 0; the two are never pooled.",
                fr="L'échelle de référence commence à 0 ; les deux ne se mélangent jamais.",
            ),
        ),
        Variant(
            key="weighted",
            name=Text(en="Weighted", fr="Pondéré"),
            formula=Text(
                en="100 · Σ weight · (+1, 0, −1) / Σ weight",
                fr="100 · Σ poids · (+1, 0, −1) / Σ poids",
            ),
            unit=Unit.POINTS,
            direction=Direction.HIGH,
            low=-100,
            high=100,
            reads=Answers(scales=(ZERO_TO_TEN,)),
            form=always(RECOMMENDATION),
            example=on_ten,
        ),
        Variant(
            key="variance_and_wald_ci",
            name=Text(en="With the textbook interval", fr="Avec l'intervalle des manuels"),
            formula=Text(
                en="NPS ± z · √((p₊ + p₋ − (p₊ − p₋)²) / n)",
                fr="NPS ± z · √((p₊ + p₋ − (p₊ − p₋)²) / n)",
            ),
            unit=Unit.SEVERAL,
            direction=Direction.HIGH,
            reads=Answers(scales=(ZERO_TO_TEN,)),
            example=wald,
            compound=True,
            note=Text(
                en="Kept to be compared with: it has no width when all answers agree.",
                fr="Gardé pour comparaison : sa largeur est nulle quand toutes les réponses "
                "concordent.",
            ),
        ),
        Variant(
            key="adjusted_wald_ci",
            name=Text(en="With the adjusted Wald interval", fr="Avec l'intervalle de Wald ajusté"),
            formula=Text(
                en="textbook interval after adding ¾ promoter, 1½ passive, ¾ detractor",
                fr="intervalle des manuels après ajout de ¾ promoteur, 1½ passif, ¾ détracteur",
            ),
            unit=Unit.SEVERAL,
            direction=Direction.HIGH,
            reads=Answers(scales=(ZERO_TO_TEN,)),
            example=adjusted_wald,
            compound=True,
        ),
        Variant(
            key="two_wave_difference",
            name=Text(en="Difference of two waves", fr="Écart entre deux vagues"),
            formula=Text(
                en="z = (NPS b − NPS a) / √(se a² + se b²)",
                fr="z = (NPS b − NPS a) / √(et a² + et b²)",
            ),
            unit=Unit.SEVERAL,
            direction=Direction.HIGH,
            reads=Answers(scales=(ZERO_TO_TEN,)),
            example=two_waves,
            compound=True,
        ),
    ),
    bands=(
        Band(
            label=Text(en="world class", fr="de classe mondiale"),
            source=BAIN,
            low=80,
            variants=("standard_0_10", "weighted"),
        ),
        Band(
            label=Text(en="excellent", fr="excellent"),
            source=BAIN,
            low=50,
            high=80,
            variants=("standard_0_10", "weighted"),
        ),
        Band(
            label=Text(en="favourable", fr="favorable"),
            source=BAIN,
            low=20,
            high=50,
            variants=("standard_0_10", "weighted"),
        ),
        Band(
            label=Text(en="good", fr="correct"),
            source=BAIN,
            low=0,
            high=20,
            variants=("standard_0_10", "weighted"),
        ),
    ),
    use_when=Text(
        en="The objective is word of mouth and the relationship as a whole. Ask cold, monthly to "
        "quarterly or after a key life event, at company, brand or product level; not to judge "
        "one advisor or one step.",
        fr="L'objectif est le bouche-à-oreille et la relation dans son ensemble. À poser à froid, "
        "chaque mois ou trimestre ou après un moment clé, au niveau de l'entreprise, de la marque "
        "ou du produit ; pas pour juger un conseiller ou une étape.",
    ),
    pitfalls=(
        Text(
            en="Three classes waste information: a zero made of sevens is not a zero made of tens "
            "and zeros, so look at the distribution beside it.",
            fr="Trois classes perdent de l'information : un zéro fait de 7 n'est pas un zéro fait "
            "de 10 et de 0 ; regardez la distribution à côté.",
        ),
        Text(
            en="It was not shown to predict growth better than satisfaction or intention to buy "
            "again (Keiningham et al., 2007).",
            fr="Sa supériorité sur la satisfaction ou l'intention de réachat pour prévoir la "
            "croissance n'est pas établie (Keiningham et al., 2007).",
        ),
        Text(
            en="Cultures use 9 and 10 differently: compare with your own trend first.",
            fr="Les cultures n'emploient pas les 9 et 10 de la même façon : comparez d'abord à "
            "votre propre tendance.",
        ),
        Text(
            en="It is gamed when people are paid on it.",
            fr="Il est détourné quand une prime en dépend.",
        ),
    ),
    sources=(
        "Reichheld, F. (2003). The One Number You Need to Grow. Harvard Business Review.",
        "https://help.retently.com/en/articles/431320-what-is-nps-and-how-does-it-work",
        (
            "Keiningham, T. et al. (2007). A Longitudinal Examination of Net Promoter and Firm "
            "Revenue Growth. Journal of Marketing 71."
        ),
        (
            "Rocks, B. (2016). Interval Estimation for the Net Promoter Score. "
            "The American Statistician 70."
        ),
    ),
    objectives=("word_of_mouth",),
    steps=("renew", "whole"),
    mark=Text(
        en="Net Promoter, NPS and Net Promoter Score are registered marks of Bain & Company, "
        "NICE Systems and Fred Reichheld.",
        fr="Net Promoter, NPS et Net Promoter Score sont des marques déposées de Bain & Company, "
        "NICE Systems et Fred Reichheld.",
    ),
)
