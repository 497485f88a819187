"""Members of an organisation: changed and removed, under rules that hold for everybody."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction

from ressenti.server.accounts.access import Viewer, viewer_of
from ressenti.server.accounts.audit import recorded
from ressenti.server.accounts.granting import Grant, Refusal, refusal
from ressenti.server.accounts.invitations import revoke_all_of
from ressenti.server.models import ApiKey, Membership, Organisation, Role, Unit


@transaction.atomic
def change(viewer: Viewer, member: Membership, *, role: Role, unit: Unit | None) -> Refusal | None:
    """Give a member another role or unit; return why it did not happen, None when it did."""
    found = _refusal(viewer, member, role)
    if found is not None:
        return found
    before = {"role": member.role, "unit": member.unit.key if member.unit else ""}
    # An owner decides for the whole organisation.
    member.role, member.unit = role, None if role is Role.OWNER else unit
    member.save(update_fields=["role", "unit"])
    if role is not Role.OWNER:
        revoke_all_of(viewer.organisation, member.person)
    recorded(
        viewer,
        "member.changed",
        subject_kind="person",
        subject=member.person.email,
        detail={
            "before": before,
            "role": role.value,
            "unit": member.unit.key if member.unit else "",
        },
    )
    return None


@transaction.atomic
def remove(viewer: Viewer, member: Membership) -> Refusal | None:
    """Take a member's access away at once; return why it did not happen, None when it did."""
    found = _refusal(viewer, member, None)
    if found is not None:
        return found
    revoke_all_of(viewer.organisation, member.person)
    member.delete()
    recorded(
        viewer,
        "member.removed",
        subject_kind="person",
        subject=member.person.email,
        detail={"role": member.role},
    )
    return None


def known_keys(viewer: Viewer, member: Membership) -> int:
    """Return how many working keys of the organisation a member made, and so may still know."""
    keys = ApiKey.objects.filter(organisation=viewer.organisation, created_by=member.person)
    return keys.filter(revoked_at=None).count()


def _refusal(viewer: Viewer, member: Membership, after: Role | None) -> Refusal | None:
    """Return the refusal of a change, counted while nobody else can change a role."""
    Organisation.objects.select_for_update().get(pk=viewer.organisation.pk)
    member.refresh_from_db()
    if viewer.person is None:
        raise PermissionDenied
    by = viewer_of(viewer.person, viewer.organisation.key).role
    owners = Membership.objects.filter(organisation=viewer.organisation, role=Role.OWNER)
    found = refusal(
        Grant(
            by=by,
            before=Role(member.role),
            after=after,
            is_own=member.person == viewer.person,
            owners=owners.count(),
        )
    )
    if found is not None:
        recorded(
            viewer,
            "refused",
            subject_kind="person",
            subject=member.person.email,
            detail={"reason": found.value, "role": after.value if after else ""},
        )
    return found
