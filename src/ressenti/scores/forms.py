"""Forms: the shapes that depend on the scale an answer was given on."""

from __future__ import annotations

from collections.abc import Callable

from ressenti.errors import NotComparable
from ressenti.facts.scales import Quantity, Scale
from ressenti.language import Text
from ressenti.scores.contrast import Contrast, levels_themselves, net, share
from ressenti.scores.estimates import Shape

Form = Callable[[Scale | Quantity], Shape]


def always(shape: Shape) -> Form:
    """Return the form that is this shape whatever the scale."""
    return lambda _scale: shape


def positive_share(scale: Scale | Quantity) -> Contrast:
    """Return the share, in per cent, of the levels the scale declares positive.

    Examples
    --------
    >>> from ressenti.facts.scales import FOUR_LEVELS
    >>> positive_share(FOUR_LEVELS).coefficients
    {1.0: 0.0, 2.0: 0.0, 3.0: 1.0, 4.0: 1.0}
    """
    closed = closed_scale(scale)
    if not closed.positive:
        raise NotComparable(
            Text(
                en=f"the scale '{closed.key}' declares no positive level.",
                fr=f"l'échelle « {closed.key} » ne déclare aucun niveau positif.",
            )
        )
    return Contrast(
        coefficients=share(of=closed.positive, among=closed.levels),
        classes={"positive": tuple(sorted(closed.positive, key=str))},
    )


def best_level_share(scale: Scale | Quantity) -> Contrast:
    """Return the share, in per cent, of the best level alone."""
    closed = closed_scale(scale)
    best = closed.minimum if closed.polarity.value == "lower_is_better" else closed.maximum
    return Contrast(coefficients=share(of=[best], among=closed.levels), classes={"best": (best,)})


def net_share(scale: Scale | Quantity) -> Contrast:
    """Return % of the positive levels minus % of the negative ones."""
    closed = closed_scale(scale)
    middle = [x for x in closed.levels if x not in closed.positive | closed.negative]
    return Contrast(
        coefficients=net(plus=closed.positive, zero=middle, minus=closed.negative),
        classes={
            "positive": tuple(sorted(closed.positive, key=str)),
            "neutral": tuple(middle),
            "negative": tuple(sorted(closed.negative, key=str)),
        },
    )


def level_mean(scale: Scale | Quantity) -> Contrast:
    """Return the mean of the levels, in units of the scale."""
    return Contrast(coefficients=levels_themselves(closed_scale(scale)), multiplier=1.0)


def rescaled_mean(scale: Scale | Quantity) -> Contrast:
    """Return 100 · (mean − minimum) / (maximum − minimum)."""
    closed = closed_scale(scale)
    width = closed.maximum - closed.minimum
    levels = levels_themselves(closed, slope=100.0 / width, origin=closed.minimum)
    return Contrast(coefficients=levels, multiplier=1.0)


def mean_over_maximum(scale: Scale | Quantity) -> Contrast:
    """Return 100 · mean / maximum, whose floor is not 0."""
    closed = closed_scale(scale)
    if closed.minimum < 0:
        raise NotComparable(
            Text(
                en=f"the scale '{closed.key}' has levels below 0: a share of its maximum means "
                "nothing.",
                fr=f"l'échelle « {closed.key} » a des niveaux sous 0 : une part de son maximum ne "
                "veut rien dire.",
            )
        )
    return Contrast(
        coefficients=levels_themselves(closed, slope=100.0 / closed.maximum), multiplier=1.0
    )


def closed_scale(scale: Scale | Quantity) -> Scale:
    """Return the scale, refusing an open one."""
    if isinstance(scale, Scale):
        return scale
    raise NotComparable(
        Text(
            en=f"'{scale.key}' is an open quantity: this variant needs a scale with levels.",
            fr=f"« {scale.key} » est une quantité ouverte : cette variante demande une échelle "
            "à niveaux.",
        )
    )
