"""A campaign simulated before it is launched: how many would be asked, and why not the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ressenti.surveys.pressure import ALLOWING, Asked, Decision, Rule, Verdict, decision

EXAMPLES_OF_EACH = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Somebody a campaign selects."""

    key: str
    unsubscribed: bool = False
    bounced: bool = False
    has_address: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """What would be sent, on which channel and when."""

    survey: str
    indicator: str | None
    channel: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One contact with what was decided."""

    contact: str
    decision: Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """What would come of a campaign.

    ``n_asked`` and the counts of ``n_not_asked`` add up to ``n_contacts``; ``examples`` holds the
    first few contacts of each verdict.
    """

    n_contacts: int
    n_asked: int
    n_not_asked: Mapping[Verdict, int]
    examples: tuple[Example, ...]


def simulation(
    contacts: Iterable[Contact],
    ledger: Iterable[Asked],
    rules: Sequence[Rule],
    campaign: Campaign,
) -> Simulation:
    """Return what a campaign would do, decided contact by contact as when it is sent.

    A contact listed twice is asked once if the rules say so: the first request counts already.
    """
    asked: dict[str, list[Asked]] = {}
    for line in ledger:
        asked.setdefault(line.contact, []).append(line)
    counts: Counter[Verdict] = Counter()
    examples: list[Example] = []
    n_asked = 0
    for contact in contacts:
        own = asked.setdefault(contact.key, [])
        found = decision(
            own,
            rules,
            survey=campaign.survey,
            indicator=campaign.indicator,
            at=campaign.at,
            unsubscribed=contact.unsubscribed,
            bounced=contact.bounced,
            has_address=contact.has_address,
        )
        counts[found.verdict] += 1
        if counts[found.verdict] <= EXAMPLES_OF_EACH:
            examples.append(Example(contact=contact.key, decision=found))
        if found.is_allowed:
            n_asked += 1
            own.append(_request(contact.key, campaign))
    not_asked = {verdict: counts[verdict] for verdict in Verdict if counts[verdict]}
    return Simulation(
        n_contacts=counts.total(),
        n_asked=n_asked,
        n_not_asked={key: n for key, n in not_asked.items() if key not in ALLOWING},
        examples=tuple(examples),
    )


def _request(contact: str, campaign: Campaign) -> Asked:
    return Asked(
        contact=contact,
        survey=campaign.survey,
        indicator=campaign.indicator,
        channel=campaign.channel,
        at=campaign.at,
    )
