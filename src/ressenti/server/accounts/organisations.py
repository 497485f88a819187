"""Settings of an organisation: changed together, written into the log one by one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from ressenti.server.accounts.access import Viewer
from ressenti.server.accounts.audit import recorded
from ressenti.server.models import Organisation

# Changing these moves answers from one tally to another.
COUNTED_BY = frozenset({"time_zone", "tally_sets"})


@transaction.atomic
def change(viewer: Viewer, told: Mapping[str, Any]) -> bool:
    """Change settings of an organisation; return whether its tallies are counted again."""
    organisation = Organisation.objects.select_for_update().get(pk=viewer.organisation.pk)
    before = {name: getattr(organisation, name) for name in told}
    changed = {name: value for name, value in told.items() if value != before[name]}
    if not changed:
        return False
    for name, value in changed.items():
        setattr(organisation, name, value)
    organisation.save(update_fields=list(changed))
    recorded(
        viewer,
        "organisation.changed",
        subject_kind="organisation",
        subject=organisation.name,
        detail={name: {"before": before[name], "after": changed[name]} for name in changed},
    )
    if not COUNTED_BY & changed.keys():
        return False
    # The tallier stands beside this part, and asks it for access in turn.
    from ressenti.server.tallying.rebuilding import rebuild_asked

    rebuild_asked(organisation)
    return True
