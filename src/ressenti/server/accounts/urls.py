"""The addresses of this part."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from ressenti.server.accounts.views import (
    entrance,
    keys,
    log,
    people,
    profile,
    settings,
    starting,
    tree,
)

# Pages of allauth that this server does not have: nobody signs up, and an address is never changed
# by who cannot prove it.
CLOSED = (
    "signup/",
    "email/",
    "confirm-email/",
    "confirm-email/<str:key>/",
    "login/code/confirm/",
    "3rdparty/signup/",
)
HOME = "o/<slug:organisation>"

urlpatterns: list[URLPattern | URLResolver] = [
    *(path(f"accounts/{address}", entrance.closed) for address in CLOSED),
    path("accounts/oidc/<str:provider>/login/", entrance.sign_on, name="sign_on"),
    path("accounts/oidc/<str:provider>/login/callback/", entrance.signed_on, name="signed_on"),
    path("start/", starting.start, name="start"),
    path("start/<str:token>", starting.start_link, name="start_link"),
    path("join/", starting.join, name="join"),
    path("join/<str:token>", starting.join_link, name="join_link"),
    path("profile/", profile.profile, name="profile"),
    path(f"{HOME}/people/", people.people, name="people"),
    path(f"{HOME}/people/<int:number>/", people.member, name="member"),
    path(f"{HOME}/people/<int:number>/remove/", people.remove_member, name="remove_member"),
    path(
        f"{HOME}/invitations/<uuid:identity>/revoke/",
        people.revoke_invitation,
        name="revoke_invitation",
    ),
    path(f"{HOME}/units/", tree.units, name="units"),
    path(f"{HOME}/units/<uuid:identity>/", tree.unit, name="unit"),
    path(f"{HOME}/units/<uuid:identity>/delete/", tree.delete_unit, name="delete_unit"),
    path(f"{HOME}/keys/", keys.keys, name="keys"),
    path(f"{HOME}/keys/<uuid:identity>/revoke/", keys.revoke_key, name="revoke_key"),
    path(f"{HOME}/audit/", log.audit, name="audit"),
    path(f"{HOME}/audit/export/", log.export_audit, name="export_audit"),
    path(f"{HOME}/settings/", settings.organisation_settings, name="settings"),
]
