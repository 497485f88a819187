"""What the audit log calls surveys and campaigns: by name, also when they are gone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from django.db.models import QuerySet

from ressenti.server.models import AuditEntry, Campaign, Organisation, Survey

NAME = "subject_name"
"""Under which an entry's detail keeps the name that its subject had."""


def name_kept(organisation: Organisation, kind: str, subject: str) -> Mapping[str, str]:
    """Return the name of a subject that is called by an id, to be kept in the entry's detail."""
    name = next(iter(names_now(organisation, kind, [subject]).values()), None)
    return {} if name is None else {NAME: name}


def names_now(organisation: Organisation, kind: str, subjects: Iterable[str]) -> Mapping[str, str]:
    """Return the names of the surveys or campaigns of these ids; nothing for any other kind."""
    keys = [subject for subject in subjects if _is_id(subject)]
    named: Mapping[str, QuerySet[Survey] | QuerySet[Campaign]] = {
        "survey": Survey.objects.filter(organisation=organisation),
        "campaign": Campaign.objects.filter(survey__organisation=organisation),
    }
    if kind not in named or not keys:
        return {}
    return {
        str(key): name for key, name in named[kind].filter(pk__in=keys).values_list("pk", "name")
    }


def names_of(organisation: Organisation, entries: Collection[AuditEntry]) -> Mapping[int, str]:
    """Return how each entry's subject is called: its name then, its name now, or its id."""
    told: dict[tuple[str, str], str] = {}
    for kind in {entry.subject_kind for entry in entries}:
        nameless = [one.subject for one in entries if one.subject_kind == kind and not _kept(one)]
        told |= {(kind, key): name for key, name in names_now(organisation, kind, nameless).items()}
    return {
        entry.pk: _kept(entry) or told.get((entry.subject_kind, entry.subject), entry.subject)
        for entry in entries
    }


def _kept(entry: AuditEntry) -> str:
    return str(entry.detail.get(NAME, ""))


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
