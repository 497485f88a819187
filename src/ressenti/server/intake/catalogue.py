"""The surveys that take answers, as intake needs them: read from the database, kept for seconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg.rows import dict_row

from ressenti.language import Language
from ressenti.server.intake.group_commit import Connection, Pool
from ressenti.server.intake.timed_cache import TimedCache
from ressenti.server.models import SurveyState
from ressenti.surveys.questionnaire import Questionnaire, questionnaire_of
from ressenti.surveys.quotas import Quota, quota_of

COLUMNS = """
SELECT survey.id, survey.organisation_id, survey.key, survey.public_key, survey.state,
       survey.is_anonymous, survey.is_public, survey.touchpoint, survey.attributes,
       survey.channels, survey.closes_at, survey.end_url, coalesce(unit.key, '') AS unit,
       organisation.name AS organisation_name, organisation.language AS organisation_language,
       organisation.time_zone, organisation.allowed_hosts, organisation.segments,
       version.number AS version, version.questionnaire
FROM ressenti_survey AS survey
JOIN ressenti_organisation AS organisation ON organisation.id = survey.organisation_id
LEFT JOIN ressenti_unit AS unit ON unit.id = survey.unit_id
LEFT JOIN LATERAL (
    SELECT number, questionnaire FROM ressenti_surveyversion
    WHERE survey_id = survey.id ORDER BY number DESC LIMIT 1
) AS version ON true
"""
BY_PUBLIC_KEY = f"{COLUMNS} WHERE survey.public_key = %s"
BY_ID = f"{COLUMNS} WHERE survey.id = %s"
BY_KEY = f"{COLUMNS} WHERE survey.organisation_id = %s AND survey.key = %s"
UNITS = "SELECT key FROM ressenti_unit WHERE organisation_id = %s"
QUOTAS = """
SELECT id, key, places, condition, taken >= places FROM ressenti_quota
WHERE survey_id = %s ORDER BY id
"""
MOST_DOCUMENTS = 500


@dataclass(frozen=True, slots=True)
class KnownQuota:
    """A quota as it was a moment ago.

    ``is_full`` may be out of date, which the transaction that takes a place then finds out.
    """

    id: int
    quota: Quota
    is_full: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSurvey:
    """A survey in its latest version.

    Parameters
    ----------
    unit : str
        Its unit's key; empty for the whole organisation.
    units : frozenset of str
        All units of the organisation.
    attributes : frozenset of str
        Names that a respondent's link or a program may give values to.
    segments : frozenset of str
        Names that an invitation may give values to besides.
    channels : mapping
        Settings of each channel, by its name.
    """

    id: UUID
    organisation: UUID
    organisation_name: str
    key: str
    public_key: str
    state: SurveyState
    is_anonymous: bool
    is_public: bool
    unit: str
    units: frozenset[str]
    touchpoint: str
    attributes: frozenset[str]
    segments: frozenset[str]
    channels: Mapping[str, Any]
    closes_at: datetime | None
    end_url: str
    allowed_hosts: tuple[str, ...]
    time_zone: ZoneInfo
    version: int
    questionnaire: Questionnaire
    quotas: tuple[KnownQuota, ...]

    @property
    def languages(self) -> tuple[Language, ...]:
        return self.questionnaire.languages

    def takes_answers(self, now: datetime) -> bool:
        is_over = self.closes_at is not None and self.closes_at <= now
        return self.state == SurveyState.LIVE and not is_over

    def channel(self, name: str) -> Mapping[str, Any]:
        """Return the settings of a channel; none when nothing was set."""
        settings = self.channels.get(name)
        return settings if isinstance(settings, Mapping) else {}


@dataclass(slots=True)
class Catalogue:
    """The surveys asked for lately, by each way to name them."""

    by_public_key: TimedCache[str, KnownSurvey]
    by_id: TimedCache[UUID, KnownSurvey]
    by_key: TimedCache[tuple[UUID, str], KnownSurvey]

    async def of_organisation(self, organisation: UUID, name: str) -> KnownSurvey | None:
        """Return a survey of an organisation by its id, its key or its public key."""
        found = await self.by_key.value((organisation, name))
        if found is None:
            found = await self.by_public_key.value(name)
        if found is None and (identifier := uuid_in(name)) is not None:
            found = await self.by_id.value(identifier)
        return found if found is not None and found.organisation == organisation else None


def uuid_in(text: object) -> UUID | None:
    """Return the UUID a text is, else None."""
    if not isinstance(text, str) or len(text) > 36:
        return None
    try:
        return UUID(text)
    except ValueError:
        return None


def catalogue_of(pool: Pool) -> Catalogue:
    """Return the catalogue of a database."""
    # A published version never changes: its document is read and checked once.
    documents: dict[tuple[UUID, int], Questionnaire] = {}

    async def found(query: str, values: Sequence[object]) -> KnownSurvey | None:
        async with pool.connection() as connection:
            cursor = connection.cursor(row_factory=dict_row)
            row = await (await cursor.execute(query, values)).fetchone()
            if row is None or row["version"] is None:
                return None
            version = (row["id"], row["version"])
            if version not in documents:
                if len(documents) >= MOST_DOCUMENTS:
                    documents.clear()
                documents[version] = questionnaire_of(row["questionnaire"])
            return await _known(connection, row, documents[version])

    return Catalogue(
        by_public_key=TimedCache(lambda key: found(BY_PUBLIC_KEY, (key,))),
        by_id=TimedCache(lambda identifier: found(BY_ID, (identifier,))),
        by_key=TimedCache(lambda pair: found(BY_KEY, pair)),
    )


async def _known(
    connection: Connection, row: Mapping[str, Any], questionnaire: Questionnaire
) -> KnownSurvey:
    units = await (await connection.execute(UNITS, (row["organisation_id"],))).fetchall()
    quotas = await (await connection.execute(QUOTAS, (row["id"],))).fetchall()
    return KnownSurvey(
        id=row["id"],
        organisation=row["organisation_id"],
        organisation_name=row["organisation_name"],
        key=row["key"],
        public_key=row["public_key"],
        state=SurveyState(row["state"]),
        is_anonymous=row["is_anonymous"],
        is_public=row["is_public"],
        unit=row["unit"],
        units=frozenset(unit[0] for unit in units),
        touchpoint=row["touchpoint"],
        attributes=frozenset(names_in(row["attributes"])),
        segments=frozenset(names_in(row["segments"])),
        channels=row["channels"],
        closes_at=row["closes_at"],
        end_url=row["end_url"],
        allowed_hosts=tuple(row["allowed_hosts"]),
        time_zone=ZoneInfo(row["time_zone"]),
        version=row["version"],
        questionnaire=questionnaire,
        quotas=tuple(
            KnownQuota(number, quota_of(key, places, condition, questionnaire), is_full)
            for number, key, places, condition, is_full in quotas
        ),
    )


def names_in(declared: Sequence[object]) -> list[str]:
    """Return the names of declared attributes, each a name alone or an object that has one.

    Examples
    --------
    >>> names_in(["plan", {"name": "country", "values": ["fr"]}])
    ['plan', 'country']
    """
    names = [one.get("name") if isinstance(one, Mapping) else one for one in declared]
    return [name for name in names if isinstance(name, str)]
