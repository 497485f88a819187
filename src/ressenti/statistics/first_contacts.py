"""First-contact resolution on rows: the definition that the queries must reproduce."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from ressenti.errors import InvalidArgument
from ressenti.language import Text


@dataclass(frozen=True, slots=True)
class FirstContacts:
    """First contacts whose window is over, those of them without repeat, and those not over yet."""

    eligible: int
    resolved: int
    not_yet_observable: int


def first_contact_resolution(
    issues: Sequence[Hashable], times: Sequence[float], *, window: float, as_of: float
) -> FirstContacts:
    """Return how many issues were settled by their first contact.

    Parameters
    ----------
    issues
        What each contact is about: one key per customer and issue.
    times
        When each contact took place, in the unit of the window.
    window
        How long a repeat counts, the last instant included; above 0.
    as_of
        Until when contacts are known; later ones are ignored. A first contact whose window is not
        over by then cannot be called resolved: it is left out, not counted as a success.

    Examples
    --------
    >>> first_contact_resolution(["a", "a", "b", "c"], [1, 8, 2, 27], window=7, as_of=30)
    FirstContacts(eligible=2, resolved=1, not_yet_observable=1)
    """
    if not window > 0 or len(issues) != len(times):
        raise InvalidArgument(
            Text(
                en="a window of {window} over {issues} issues and {times} times is impossible.",
                fr="une fenêtre de {window} sur {issues} motifs et {times} dates, c'est "
                "impossible.",
            ).format(window=window, issues=len(issues), times=len(times))
        )
    contacts = sorted(
        ((time, issue) for issue, time in zip(issues, times, strict=True) if time <= as_of),
        key=lambda contact: contact[0],
    )
    first: dict[Hashable, float] = {}
    repeated: set[Hashable] = set()
    for time, issue in contacts:
        if issue not in first:
            first[issue] = time
        elif time - first[issue] <= window:
            repeated.add(issue)
    observable = {issue for issue, time in first.items() if time + window <= as_of}
    resolved = len(observable - repeated)
    return FirstContacts(len(observable), resolved, len(first) - len(observable))
