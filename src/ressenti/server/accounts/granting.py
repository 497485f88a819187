"""Rules on roles: who may give which role to whom, whatever page or program asks."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from ressenti.server.accounts.access import RANKS
from ressenti.server.models import Role


class Refusal(TextChoices):
    """Why a change of role does not happen."""

    ABOVE_OWN = "above_own", _("Nobody gives or takes a role above their own.")
    OWN_RISE = "own_rise", _("Nobody raises their own role.")
    LAST_OWNER = "last_owner", _("An organisation keeps at least one owner: name another first.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A change of somebody's role in an organisation.

    Parameters
    ----------
    by
        The role of whoever decides it.
    before, after
        The role that changes; None is that of somebody who is no member.
    is_own
        Whether somebody decides it for themselves.
    owners
        How many owners the organisation has before the change.
    """

    by: Role
    before: Role | None
    after: Role | None
    is_own: bool = False
    owners: int = 1


def refusal(grant: Grant) -> Refusal | None:
    """Return why a change of role is refused; None when it is allowed.

    Examples
    --------
    >>> refusal(Grant(by=Role.OWNER, before=Role.OWNER, after=None, owners=1)).name
    'LAST_OWNER'
    >>> refusal(Grant(by=Role.MANAGER, before=None, after=Role.EXPERT)).name
    'ABOVE_OWN'
    >>> refusal(Grant(by=Role.OWNER, before=None, after=Role.EXPERT)) is None
    True
    """
    if max(_rank(grant.before), _rank(grant.after)) > _rank(grant.by):
        return Refusal.ABOVE_OWN
    if grant.is_own and _rank(grant.after) > _rank(grant.before):
        return Refusal.OWN_RISE
    if grant.before is Role.OWNER and grant.after is not Role.OWNER and grant.owners <= 1:
        return Refusal.LAST_OWNER
    return None


def _rank(role: Role | None) -> int:
    return -1 if role is None else RANKS[role]
