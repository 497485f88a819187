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
from ressenti.server.models.imports import FileImport, ImportedResponse, ImportState
from ressenti.server.models.journal import JournalEntry
from ressenti.server.models.measures import KnownEvent, Measure, SeriesBreak
from ressenti.server.models.organisations import Organisation, Unit
from ressenti.server.models.outcomes import DismissedCandidate, OutcomeDeclaration
from ressenti.server.models.people import (
    ApiKey,
    AuditEntry,
    AuditHead,
    MemberInvitation,
    Membership,
    Person,
    Role,
    Scope,
    Theme,
)
from ressenti.server.models.readings import (
    EmotionEngine,
    EmotionMark,
    EmotionSample,
    Reading,
    ReadResponse,
    SampledComment,
    UnreadResponse,
)
from ressenti.server.models.record import Answer, Response
from ressenti.server.models.sharing import SharedEntry
from ressenti.server.models.studies import Study, StudyKind
from ressenti.server.models.surveys import Quota, Survey, SurveyState, SurveyVersion
from ressenti.server.models.tallies import (
    Erasure,
    Recount,
    RejectedEntry,
    TallyCell,
    TallyPosition,
)
from ressenti.server.tallying.kinds import EntryKind

__all__ = [
    "EVENT_MODELS",
    "Answer",
    "ApiKey",
    "AuditEntry",
    "AuditHead",
    "Campaign",
    "Customer",
    "DismissedCandidate",
    "EmotionEngine",
    "EmotionMark",
    "EmotionSample",
    "EntryKind",
    "Erasure",
    "FileImport",
    "ImportState",
    "ImportedResponse",
    "Invitation",
    "JournalEntry",
    "KnownEvent",
    "Measure",
    "MemberInvitation",
    "Membership",
    "NotAskedReason",
    "Organisation",
    "OutcomeDeclaration",
    "Person",
    "PressureRule",
    "Quota",
    "ReadResponse",
    "Reading",
    "Recount",
    "RejectedEntry",
    "Response",
    "Role",
    "SampledComment",
    "Scope",
    "SeriesBreak",
    "SharedEntry",
    "Study",
    "StudyKind",
    "Survey",
    "SurveyState",
    "SurveyVersion",
    "TallyCell",
    "TallyPosition",
    "Theme",
    "Unit",
    "UnreadResponse",
]
