"""The audit log in words: what an entry says, in the language of the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from ressenti.server.accounts.audit_subjects import NAME
from ressenti.server.accounts.granting import Refusal
from ressenti.server.models import Role, Scope

ACTIONS: dict[str, Any] = {
    "audit.exported": _("exported the log"),
    "campaign.claims_released": _("had uncertain messages of a campaign sent again"),
    "campaign.edited": _("edited a campaign"),
    "campaign.launched": _("launched a campaign"),
    "campaign.made": _("made a campaign"),
    "campaign.stopped": _("stopped a campaign"),
    "campaign.tried": _("sent a test message of a campaign"),
    "candidate.dismissed": _("took what customers speak of for no outcome"),
    "candidate.restored": _("took what customers speak of for a possible outcome again"),
    "comment.marked": _("said how a comment feels"),
    "customer.accepts": _("noted that a customer may be asked again"),
    "customer.erased": _("erased a customer"),
    "customer.refuses": _("noted that a customer refuses to be asked"),
    "customers.imported": _("imported customers"),
    "customers.invited": _("invited customers"),
    "demonstration.paused": _("paused the simulated customers of"),
    "demonstration.resumed": _("let the simulated customers answer in"),
    "export.delivered": _("took an export away"),
    "export.failed": _("did not get an export to its end"),
    "export.made": _("asked for an export"),
    "file.imported": _("imported a file"),
    "file.removed": _("took an import back"),
    "invitation.revoked": _("took an invitation back"),
    "key.created": _("made an API key"),
    "key.revoked": _("revoked an API key"),
    "member.changed": _("changed a role"),
    "member.invited": _("invited"),
    "member.joined": _("joined"),
    "member.removed": _("took the access away from"),
    "organisation.changed": _("changed the settings"),
    "organisation.created": _("made the organisation"),
    "outcome.declared": _("declared an outcome"),
    "outcome.tested": _("answered a test of an outcome"),
    "person.account_connected": _("connected single sign-on"),
    "person.account_disconnected": _("disconnected single sign-on"),
    "person.password_changed": _("changed their password"),
    "person.password_reset": _("reset their password"),
    "person.recovery_codes_generated": _("made new recovery codes"),
    "person.reset_link_made": _("made a link for a new password of"),
    "person.totp_activated": _("turned two-step sign-in on"),
    "person.totp_deactivated": _("turned two-step sign-in off"),
    "refused": _("was refused"),
    "response.removed": _("removed a response"),
    "responses.exported": _("read responses"),
    "rule.made": _("made a contact-pressure rule"),
    "rule.removed": _("removed a contact-pressure rule"),
    "sample.drawn": _("drew a sample of comments to mark"),
    "scorecard.changed": _("chose the indicators of the scorecard"),
    "scores.exported": _("took scores out"),
    "study.asked": _("asked for a study"),
    "survey.closed": _("closed a survey"),
    "survey.edited": _("edited a survey"),
    "survey.exported": _("exported a questionnaire"),
    "survey.made": _("made a survey"),
    "survey.published": _("published a survey"),
    "survey.renamed": _("renamed a survey"),
    "survey.reopened": _("reopened a survey"),
    "survey.settings_changed": _("changed the settings of a survey"),
    "survey.widget_set": _("set the widget of a survey"),
    "themes.changed": _("changed the themes that comments are read for"),
    "unit.added": _("added a unit"),
    "unit.changed": _("changed a unit"),
    "unit.deleted": _("deleted a unit"),
}
DETAILS: dict[str, Any] = {
    "accepted": _("taken in"),
    "after": _("after"),
    "allowed_hosts": _("sites a survey may lead to"),
    "before": _("before"),
    "emotion": _("emotion"),
    "kind": _("kind"),
    "language": _("language"),
    "name": _("name"),
    "path": _("place"),
    "passed": _("passed"),
    "plans": _("plans"),
    "polarity": _("polarity"),
    "prefix": _("begins with"),
    "reason": _("reason"),
    "role": _("role"),
    "refused": _("refused"),
    "rows": _("rows"),
    "sample": _("sample"),
    "scopes": _("scopes"),
    "segments": _("segments"),
    "sha256": _("checksum"),
    "size": _("size"),
    "smallest_group": _("smallest group shown"),
    "tally_sets": _("tallies kept"),
    "test": _("test"),
    "theme": _("theme"),
    "time_zone": _("time zone"),
    "unit": _("unit"),
    "week_starts_on": _("first day of the week"),
}
VALUES: dict[str, Any] = {
    choice.value: choice.label for choices in (Role, Scope, Refusal) for choice in choices
}


def action_words(action: str) -> str:
    """Return what somebody did, in words; an action of a later release stays as it is."""
    return str(ACTIONS.get(action, action))


def detail_lines(detail: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    """Give the parts of a detail that say something, each with its name in words."""
    for key, value in detail.items():
        if key == NAME:
            continue
        name = f"{before}{DETAILS.get(key, key)}"
        if isinstance(value, Mapping):
            yield from detail_lines(value, f"{name}, ")
        elif isinstance(value, list):
            yield name, " · ".join(value_words(part) for part in value)
        elif value not in ("", None):
            yield name, value_words(value)


def value_words(value: object) -> str:
    """Return a value of a detail: roles, scopes and refusals in words, anything else as it is."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(VALUES.get(value, value) if isinstance(value, str) else value)
