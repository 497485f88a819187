"""Contact pressure: who may be asked again, when, and why somebody is not asked.

There is one ledger over all channels, and one clock for each indicator, each survey, or everything
together, as the rules say. A slot reserved for later counts as asked already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ressenti.errors import InvalidArgument
from ressenti.language import Text


class Scope(StrEnum):
    """What a rule counts together."""

    INDICATOR = "indicator"
    SURVEY = "survey"
    ALL = "all"


class Verdict(StrEnum):
    """Why somebody is asked or not, as the ledger keeps it."""

    ALLOWED = "allowed"
    EXEMPT = "exempt"
    CUSTOMER_INITIATED = "customer_initiated"
    REFUSED = "refused"
    BOUNCED = "bounced"
    NO_ADDRESS = "no_address"
    RESTING = "resting"
    TOO_MANY = "too_many"


ALLOWING = frozenset({Verdict.ALLOWED, Verdict.EXEMPT, Verdict.CUSTOMER_INITIATED})
REASONS: Mapping[Verdict, Text] = {
    Verdict.ALLOWED: Text(en="no rule stands against it", fr="aucune règle ne s'y oppose"),
    Verdict.EXEMPT: Text(
        en="the rule '{rule}' exempts this survey", fr="la règle « {rule} » exempte cette enquête"
    ),
    Verdict.CUSTOMER_INITIATED: Text(
        en="the customer came of their own accord", fr="le client vient de lui-même"
    ),
    Verdict.REFUSED: Text(en="refuses to be asked", fr="refuse d'être sollicité"),
    Verdict.BOUNCED: Text(en="the address does not exist", fr="l'adresse n'existe pas"),
    Verdict.NO_ADDRESS: Text(
        en="has no address on this channel", fr="n'a pas d'adresse sur ce canal"
    ),
    Verdict.RESTING: Text(
        en="was asked less than {days} days ago (rule '{rule}')",
        fr="a été sollicité il y a moins de {days} jours (règle « {rule} »)",
    ),
    Verdict.TOO_MANY: Text(
        en="was asked {most} times already within {days} days (rule '{rule}')",
        fr="a déjà été sollicité {most} fois en {days} jours (règle « {rule} »)",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How often one person may be asked.

    Parameters
    ----------
    scope : Scope
        What is counted together: one indicator, one survey, or everything.
    of : str or None
        The indicator or survey it is about; None for each one by its own clock. A rule that names
        one takes the place of the rules of its scope that name none.
    rest_days : int or None
        Days between two requests; at the very end of them asking is allowed again.
    most, within_days : int or None
        At most so many requests within so many days.
    exempt : bool
        What it is about is asked whatever the other rules say; refusals still hold.

    Raises
    ------
    InvalidArgument
        R102, when it limits nothing or a limit is not positive.
    """

    key: str
    scope: Scope
    of: str | None = None
    rest_days: int | None = None
    most: int | None = None
    within_days: int | None = None
    exempt: bool = False

    def __post_init__(self) -> None:
        limits = (self.rest_days, self.most, self.within_days)
        is_paired = (self.most is None) == (self.within_days is None)
        is_limit = self.exempt or self.rest_days is not None or self.most is not None
        if any(limit is not None and limit <= 0 for limit in limits) or not (
            is_paired and is_limit
        ):
            raise InvalidArgument(
                Text(
                    en="the rule '{key}' limits nothing.",
                    fr="la règle « {key} » ne limite rien.",
                ).format(key=self.key),
                hint=Text(
                    en="Give rest_days, or most with within_days, above 0; or exempt.",
                    fr="Donnez rest_days, ou most avec within_days, au-dessus de 0 ; ou exempt.",
                ),
            )

    def covers(self, *, survey: str, indicator: str | None) -> bool:
        """Tell whether the rule is about a request."""
        own = {Scope.INDICATOR: indicator, Scope.SURVEY: survey, Scope.ALL: survey}[self.scope]
        return own is not None and self.of in (None, own)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One line of the ledger: somebody was asked, or a slot is reserved for them."""

    contact: str
    survey: str
    indicator: str | None
    channel: str
    at: datetime
    is_customer_initiated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Whether somebody may be asked.

    Parameters
    ----------
    rule : str or None
        Key of the rule that decided.
    next_at : datetime or None
        When asking is allowed again; None when it is allowed now, or when time will not change it.
    """

    is_allowed: bool
    verdict: Verdict
    reason: Text
    rule: str | None = None
    next_at: datetime | None = None


def decision(
    asked_before: Iterable[Asked],
    rules: Sequence[Rule],
    *,
    survey: str,
    indicator: str | None,
    at: datetime,
    unsubscribed: bool = False,
    bounced: bool = False,
    has_address: bool = True,
    is_customer_initiated: bool = False,
) -> Decision:
    """Return whether one person may be asked at a moment.

    Parameters
    ----------
    asked_before : iterable of Asked
        The person's own lines of the ledger, reserved slots included.
    indicator : str or None
        The leading indicator of the survey.
    is_customer_initiated : bool
        The person opened a feedback button or form: no clock applies, nor a refusal to be asked.

    Examples
    --------
    >>> from datetime import UTC
    >>> rule = Rule(key="calm", scope=Scope.ALL, rest_days=30)
    >>> march = datetime(2026, 3, 1, tzinfo=UTC)
    >>> last = Asked(contact="c", survey="s", indicator="nps", channel="email", at=march)
    >>> asking = decision([last], [rule], survey="t", indicator="ces", at=march.replace(day=20))
    >>> asking.is_allowed, asking.reason.en, f"{asking.next_at:%d %B}"
    (False, "was asked less than 30 days ago (rule 'calm')", '31 March')
    """
    if is_customer_initiated:
        return _decided(Verdict.CUSTOMER_INITIATED)
    if unsubscribed:
        return _decided(Verdict.REFUSED)
    if bounced or not has_address:
        return _decided(Verdict.BOUNCED if bounced else Verdict.NO_ADDRESS)
    applicable = rules_for(rules, survey=survey, indicator=indicator)
    for rule in applicable:
        if rule.exempt:
            return _decided(Verdict.EXEMPT, rule)
    ledger = [asked for asked in asked_before if not asked.is_customer_initiated]
    held = [
        refusal
        for rule in applicable
        for refusal in _refusals(rule, _counted(rule, ledger, survey, indicator), at)
    ]
    if not held:
        return _decided(Verdict.ALLOWED)
    # Every rule must allow it: the one that holds longest says when.
    return max(held, key=lambda one: one.next_at or at)


def rules_for(rules: Sequence[Rule], *, survey: str, indicator: str | None) -> tuple[Rule, ...]:
    """Return the rules about a request; what names it takes the place of what names nothing."""
    covering = [rule for rule in rules if rule.covers(survey=survey, indicator=indicator)]
    named = {rule.scope for rule in covering if rule.of is not None}
    return tuple(rule for rule in covering if rule.of is not None or rule.scope not in named)


def _counted(
    rule: Rule, ledger: Iterable[Asked], survey: str, indicator: str | None
) -> list[datetime]:
    """Return when the person was asked what the rule counts together, earliest first."""
    is_counted: Mapping[Scope, Callable[[Asked], bool]] = {
        Scope.INDICATOR: lambda asked: asked.indicator == indicator,
        Scope.SURVEY: lambda asked: asked.survey == survey,
        Scope.ALL: lambda _: True,
    }
    return sorted(asked.at for asked in ledger if is_counted[rule.scope](asked))


def _refusals(rule: Rule, times: Sequence[datetime], at: datetime) -> Iterable[Decision]:
    if rule.rest_days is not None and times:
        rested = times[-1] + timedelta(days=rule.rest_days)
        if at < rested:
            yield _decided(Verdict.RESTING, rule, rested, days=rule.rest_days)
    if rule.most is not None and rule.within_days is not None:
        window = timedelta(days=rule.within_days)
        recent = [time for time in times if time + window > at]
        if len(recent) >= rule.most:
            free = recent[-rule.most] + window
            yield _decided(Verdict.TOO_MANY, rule, free, most=rule.most, days=rule.within_days)


def _decided(
    verdict: Verdict,
    rule: Rule | None = None,
    next_at: datetime | None = None,
    **limits: int,
) -> Decision:
    key = None if rule is None else rule.key
    return Decision(
        is_allowed=verdict in ALLOWING,
        verdict=verdict,
        reason=REASONS[verdict].format(rule=key, **limits),
        rule=key,
        next_at=next_at,
    )
