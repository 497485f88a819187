"""Readings: how a worked example of a survey becomes a tally on the scale its variant reads."""

from __future__ import annotations

from collections.abc import Mapping

from ressenti.facts.scales import Level, Scale
from ressenti.scores.definitions import Graded, Outcome
from ressenti.scores.inputs import Inputs, scale_told, tally_of_answers
from ressenti.scores.score import Reason
from ressenti.scores.worked import CONTRADICTION, NO_DATA, base_flags, part_of_whole
from ressenti.tallies.tally import Tally

Classes = Mapping[str, Level]


def answers_on(inputs: Inputs, scale: Scale, classes: Classes | None = None) -> Tally | Outcome:
    """Return the tally of answers on the one scale a variant reads; another scale is a mismatch.

    Examples
    --------
    >>> from ressenti.facts.scales import ONE_TO_FIVE
    >>> answers_on(Inputs({"scores": [5, None, 9]}), ONE_TO_FIVE).missing
    1
    >>> answers_on(Inputs({"scores": [5], "scale": [1, 7]}), ONE_TO_FIVE).reason
    <Reason.SCALE_MISMATCH: 'scale_mismatch'>
    """
    if scale_told(inputs, scale).levels != scale.levels:
        return Outcome(reason=Reason.SCALE_MISMATCH)
    return tally_of_answers(inputs, scale, classes)


def share_on(
    inputs: Inputs, scale: Scale, classes: Classes, *, part: str, whole: str
) -> Tally | Outcome:
    """Return the tally of a part of a whole, or of answers when no whole is given.

    The part stands on the level that ``classes`` gives it, the rest on the worst level.

    Examples
    --------
    >>> from ressenti.facts.scales import ONE_TO_FIVE
    >>> example = Inputs({"positive": 60, "total": 100})
    >>> share_on(example, ONE_TO_FIVE, {"positive": 5.0}, part="positive", whole="total").n
    100
    """
    alone = inputs.has(part) and not any(inputs.has(name) for name in classes if name != part)
    if not alone:
        return answers_on(inputs, scale, classes)
    if inputs.has_null(part, whole):
        return NO_DATA
    worst = scale.maximum if classes[part] == scale.minimum else scale.minimum
    return part_of_whole(
        inputs.count(part), inputs.count(whole), inside=classes[part], outside=worst
    )


def graded_answers(inputs: Inputs, default: Scale) -> Graded:
    """Return the tally of answers on the scale the example tells.

    Examples
    --------
    >>> from ressenti.facts.scales import ONE_TO_FIVE
    >>> graded_answers(Inputs({"scores": [8, 9], "scale": [1, 10]}), ONE_TO_FIVE).scale.key
    '1-10'
    """
    scale = scale_told(inputs, default)
    return Graded(tally_of_answers(inputs, scale), scale)


def mean_of_sum(inputs: Inputs, scale: Scale | None) -> Outcome:
    """Return the mean of ``n`` answers known by their ``sum``; without spread, no interval.

    Parameters
    ----------
    scale : Scale or None
        What the mean must lie on; None when it is not known.

    Examples
    --------
    >>> from ressenti.facts.scales import ONE_TO_FIVE
    >>> mean_of_sum(Inputs({"sum": 90, "n": 20}), ONE_TO_FIVE).value
    4.5
    >>> mean_of_sum(Inputs({"sum": 90, "n": 10}), ONE_TO_FIVE).reason
    <Reason.INCONSISTENT_INPUT: 'inconsistent_input'>
    """
    if inputs.has_null("sum", "n"):
        return NO_DATA
    total, n = inputs.number("sum"), inputs.count("n")
    if scale is not None and not scale.minimum * n <= total <= scale.maximum * n:
        return CONTRADICTION
    if n == 0:
        return NO_DATA
    return Outcome(value=total / n, n=n, flags=base_flags(n))
