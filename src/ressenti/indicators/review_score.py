"""Review score: the stars customers leave in public, and fair ways of ranking places by them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ressenti.facts.scales import FIVE_STARS, NUMBER, Level, Quantity, Scale
from ressenti.language import Text
from ressenti.scores.definitions import (
    Answers,
    Family,
    Graded,
    Indicator,
    Outcome,
    Variant,
    Worked,
)
from ressenti.scores.estimates import Estimates, Shape
from ressenti.scores.forms import level_mean, positive_share
from ressenti.scores.inputs import Inputs, scale_told
from ressenti.scores.readings import graded_answers, mean_of_sum, share_on
from ressenti.scores.score import Direction, Flag, Unit
from ressenti.scores.worked import CONTRADICTION, NO_DATA, base_flags
from ressenti.tallies.tally import Tally, TallyTable

CLASSES: dict[str, Level] = {"positive": 5.0}


@dataclass(frozen=True, slots=True)
class LowerLimit:
    """The lower limit of a share as a value from 0 to 1: what a place has proved at least."""

    share: Shape

    def estimates(self, table: TallyTable, *, confidence: float) -> Estimates:
        share = self.share.estimates(table, confidence=confidence)
        unbounded = np.full(len(table), np.nan)
        return replace(share, value=share.low / 100, low=unbounded, high=unbounded, method="wilson")


def lower_limit(scale: Scale | Quantity) -> LowerLimit:
    return LowerLimit(positive_share(scale))


def positive_reviews(inputs: Inputs) -> Tally | Outcome:
    return share_on(_named(inputs), FIVE_STARS, CLASSES, part="positive", whole="total")


def stars(inputs: Inputs) -> Graded | Outcome:
    if inputs.has("sum"):
        return mean_of_sum(inputs, scale_told(inputs, FIVE_STARS))
    return graded_answers(_named(inputs), FIVE_STARS)


def towards_prior(inputs: Inputs) -> Outcome:
    """Return the mean drawn towards ``prior_mean`` as if ``prior_weight`` reviews said it."""
    if inputs.has_null("prior_mean", "prior_weight"):
        return NO_DATA
    prior, strength = inputs.number("prior_mean"), inputs.count("prior_weight")
    if inputs.has("n"):
        return _drawn(inputs.count("n"), _mean_given(inputs), prior, strength)
    tally = _votes(_named(inputs))
    total = sum(cell.w for cell in tally.levels.values())
    points = sum(cell.w * float(level) for level, cell in tally.levels.items())
    mean = points / total if total else None
    return replace(
        _drawn(total, mean, prior, strength), n_missing=tally.missing, n_invalid=tally.invalid
    )


def _drawn(n: float, mean: float | None, prior: float, strength: float) -> Outcome:
    parts = {"n": n, "mean": mean, "prior_mean": prior, "prior_weight": strength}
    if n == 0:
        flags = (Flag.PRIOR_ONLY,)
        return Outcome(value=prior, parts=parts, flags=flags) if strength else NO_DATA
    if mean is None:
        return CONTRADICTION
    value = (n * mean + strength * prior) / (n + strength)
    return Outcome(value=value, n=n, parts=parts, flags=base_flags(n))


def _mean_given(inputs: Inputs) -> float | None:
    return None if inputs.get("mean") is None else inputs.number("mean")


def _votes(inputs: Inputs) -> Tally:
    """Return the tally of reviews; without a scale told, any number is a mark."""
    if inputs.has("scores") and not inputs.has("scale"):
        return Tally.of_values(inputs.rows("scores"), NUMBER)
    return graded_answers(inputs, FIVE_STARS).tally


def _named(inputs: Inputs) -> Inputs:
    """Return the inputs with reviews under the name every survey uses."""
    for name in ("votes", "stars", "ratings"):
        if inputs.has(name):
            return Inputs({**inputs, "scores": inputs[name]})
    return inputs


MILLER = "Miller, E. (2009). How Not To Sort By Average Rating. evanmiller.org"

INDICATOR = Indicator(
    key="review_score",
    name=Text(en="Online review score", fr="Note des avis en ligne"),
    abbreviation=Text(en="Reviews", fr="Avis"),
    family=Family.EXTERNAL,
    definition=Text(
        en="The stars customers leave on review sites: their mean, or a figure that ranks places "
        "fairly when some have few reviews.",
        fr="Les étoiles que les clients laissent sur les sites d'avis : leur moyenne, ou un "
        "chiffre qui classe équitablement des lieux dont certains ont peu d'avis.",
    ),
    dated_by=Text(en="publication of the review", fr="publication de l'avis"),
    variants=(
        Variant(
            key="mean",
            name=Text(en="Mean", fr="Moyenne"),
            formula=Text(en="Σ stars / reviews", fr="Σ étoiles / avis"),
            unit=Unit.SCALE,
            direction=Direction.HIGH,
            reads=Answers(scales=(FIVE_STARS,), any_scale=True),
            form=level_mean,
            example=stars,
        ),
        Variant(
            key="bayesian",
            name=Text(en="Mean drawn towards a prior", fr="Moyenne ramenée vers un a priori"),
            formula=Text(
                en="(n · mean + m · prior) / (n + m): the prior is the mean of all places, m a "
                "usual number of reviews",
                fr="(n · moyenne + m · a priori) / (n + m) : l'a priori est la moyenne de tous "
                "les lieux, m un nombre d'avis habituel",
            ),
            unit=Unit.SCALE,
            direction=Direction.HIGH,
            reads=Worked(needs=("votes", "prior_mean", "prior_weight")),
            example=towards_prior,
            note=Text(
                en="Without any review it is the prior alone, and says so: it is not a measure.",
                fr="Sans aucun avis, c'est l'a priori seul, et c'est dit : ce n'est pas une "
                "mesure.",
            ),
        ),
        Variant(
            key="wilson_lower_bound",
            name=Text(en="Proved share of 4 and 5 stars", fr="Part prouvée de 4 et 5 étoiles"),
            formula=Text(
                en="lower limit of Wilson's interval of the share of 4–5 stars, 0 to 1",
                fr="borne basse de l'intervalle de Wilson de la part de 4–5 étoiles, de 0 à 1",
            ),
            unit=Unit.SHARE,
            direction=Direction.HIGH,
            low=0,
            high=1,
            reads=Answers(scales=(FIVE_STARS,)),
            form=lower_limit,
            example=positive_reviews,
            note=Text(
                en="For ranking places: 90 positive reviews out of 100 come before 9 out of 10.",
                fr="Pour classer des lieux : 90 avis positifs sur 100 passent avant 9 sur 10.",
            ),
        ),
    ),
    use_when=Text(
        en="The objective is reputation, at the step where people discover and compare; the texts "
        "also feed the Net Emotion Score. Follow the share and the delay of your replies beside "
        "it.",
        fr="L'objectif est la réputation, à l'étape où l'on découvre et compare ; les textes "
        "nourrissent aussi le score net d'émotion. Suivez à côté la part et le délai de vos "
        "réponses.",
    ),
    pitfalls=(
        Text(
            en="Reviewers choose themselves and often only the delighted and the angry write: "
            "never pool reviews with survey answers, never turn stars into NPS.",
            fr="Les auteurs d'avis se choisissent, et souvent seuls les ravis et les fâchés "
            "écrivent : ne mélangez jamais avis et réponses d'enquête, ne changez jamais des "
            "étoiles en NPS.",
        ),
        Text(
            en="Sites differ in scale, in filters and in whether reviews were asked for: compare "
            "within one site, and say when another scale was brought back to five stars.",
            fr="Les sites diffèrent par l'échelle, les filtres et la sollicitation des avis : "
            "comparez au sein d'un site, et dites quand une autre échelle a été ramenée à cinq "
            "étoiles.",
        ),
        Text(
            en="Watch for bursts, for the same review on two sites, and for reviews edited or "
            "deleted since.",
            fr="Surveillez les rafales, un même avis sur deux sites, et les avis modifiés ou "
            "supprimés depuis.",
        ),
    ),
    sources=(
        MILLER,
        "Wilson, E. B. (1927). Journal of the American Statistical Association 22, 209.",
    ),
    objectives=("reputation", "word_of_mouth"),
    steps=("discover",),
)
