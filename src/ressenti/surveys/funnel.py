"""The response funnel: from those selected to those who finished, each rate with its base.

What became of each invitation is told as ``response_rate`` tells it, so that the funnel and the
indicator never show two rates for one survey.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ressenti.language import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far one invitation came; what follows a step implies it.

    An answer proves that the message arrived and was opened, though pictures were blocked and no
    receipt came; only a message that came back and was never answered was not delivered.
    """

    was_sent: bool = True
    has_bounced: bool = False
    was_opened: bool = False
    was_started: bool = False
    was_finished: bool = False
    has_opted_out: bool = False

    @property
    def steps(self) -> tuple[str, ...]:
        """The steps reached, among ``STEPS``."""
        if not self.was_sent:
            return (SELECTED,)
        if self.has_bounced and not self.was_finished:
            return (SELECTED, SENT)
        was_started = self.was_started or self.was_finished
        later = {
            OPENED: self.was_opened or was_started,
            STARTED: was_started,
            FINISHED: self.was_finished,
            OPTED_OUT: self.has_opted_out and not self.was_finished,
        }
        return (SELECTED, SENT, DELIVERED, *(step for step, is_so in later.items() if is_so))


SELECTED, SENT, DELIVERED, OPENED = "selected", "sent", "delivered", "opened"
STARTED, FINISHED, OPTED_OUT = "started", "finished", "opted_out"
STEPS: Mapping[str, Text] = {
    SELECTED: Text(en="selected", fr="sélectionnés"),
    SENT: Text(en="sent", fr="envoyés"),
    DELIVERED: Text(en="delivered", fr="remis"),
    OPENED: Text(en="opened", fr="ouverts"),
    STARTED: Text(en="started", fr="commencés"),
    FINISHED: Text(en="finished", fr="terminés"),
    OPTED_OUT: Text(en="refused", fr="refusés"),
}


@dataclass(frozen=True, slots=True)
class RateName:
    """A rate of the funnel: what is counted, among what, and what it is called."""

    key: str
    name: Text
    counted: str
    among: str


RATES = (
    RateName("sending_rate", Text(en="sending rate", fr="taux d'envoi"), SENT, SELECTED),
    RateName("delivery_rate", Text(en="delivery rate", fr="taux de remise"), DELIVERED, SENT),
    RateName("open_rate", Text(en="open rate", fr="taux d'ouverture"), OPENED, DELIVERED),
    RateName("start_rate", Text(en="start rate", fr="taux de démarrage"), STARTED, DELIVERED),
    RateName(
        "completion_rate", Text(en="completion rate", fr="taux de complétion"), FINISHED, STARTED
    ),
    RateName("response_rate", Text(en="response rate", fr="taux de réponse"), FINISHED, DELIVERED),
    RateName("refusal_rate", Text(en="refusal rate", fr="taux de refus"), OPTED_OUT, DELIVERED),
)


@dataclass(frozen=True, slots=True)
class FunnelRate:
    """A rate as a percentage from 0 to 100; None when there is nothing to divide by."""

    name: RateName
    count: int
    base: int
    value: float | None


@dataclass(frozen=True, slots=True)
class Funnel:
    """How many came how far, and the rates between the steps."""

    counts: Mapping[str, int]
    rates: tuple[FunnelRate, ...]


def funnel_of(invitations: Iterable[Progress]) -> Funnel:
    """Return the funnel of a survey's invitations.

    A public link invites nobody in particular: its responses are not among them.

    Examples
    --------
    >>> funnel = funnel_of([Progress(was_finished=True), Progress(), Progress(has_bounced=True)])
    >>> [(rate.count, rate.base) for rate in funnel.rates if rate.name.key == "response_rate"]
    [(1, 2)]
    """
    return funnel_of_counts(Counter(step for one in invitations for step in one.steps))


def funnel_of_counts(counts: Mapping[str, int]) -> Funnel:
    """Return the funnel of counts by step, such as a database gives; a step not told has none."""
    complete = {step: counts.get(step, 0) for step in STEPS}
    return Funnel(complete, tuple(_rate(name, complete) for name in RATES))


def _rate(name: RateName, counts: Mapping[str, int]) -> FunnelRate:
    count, base = counts[name.counted], counts[name.among]
    return FunnelRate(name, count, base, 100 * count / base if base else None)
