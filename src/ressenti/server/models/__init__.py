"""What the server stores, all under one label."""

from __future__ import annotations

from ressenti.server.models.customers import (
    Campaign,
    Customer,
    Invitation,
    NotAskedReason,
    PressureRule,
)
from ressenti.server.models.events import EVENT_MODELS
from ressenti.server.models.journal import EntryKind, JournalEntry
from ressenti.server.models.measures import KnownEvent, Measure, SeriesBreak
from ressenti.server.models.organisations import Organisation, Unit
from ressenti.server.models.people import (
    ApiKey,
    AuditEntry,
    MemberInvitation,
    Membership,
    Person,
    Role,
    Scope,
)
from ressenti.server.models.record import Answer, Response
from ressenti.server.models.surveys import Quota, Survey, SurveyState, SurveyVersion
from ressenti.server.models.tallies import Erasure, Recount, TallyCell, TallyPosition

__all__ = [
    "EVENT_MODELS",
    "Answer",
    "ApiKey",
    "AuditEntry",
    "Campaign",
    "Customer",
    "EntryKind",
    "Erasure",
    "Invitation",
    "JournalEntry",
    "KnownEvent",
    "Measure",
    "MemberInvitation",
    "Membership",
    "NotAskedReason",
    "Organisation",
    "Person",
    "PressureRule",
    "Quota",
    "Recount",
    "Response",
    "Role",
    "Scope",
    "SeriesBreak",
    "Survey",
    "SurveyState",
    "SurveyVersion",
    "TallyCell",
    "TallyPosition",
    "Unit",
]
