"""The addresses of this part."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from ressenti.server.cockpit.indicator_page import indicator_page
from ressenti.server.cockpit.journey_page import journey_page
from ressenti.server.cockpit.scorecard_page import scorecard_page, shown_measures
from ressenti.server.cockpit.voice_page import voice_comment, voice_page

urlpatterns: list[URLPattern | URLResolver] = [
    path("o/<slug:organisation>/scorecard/", scorecard_page, name="scorecard"),
    path("o/<slug:organisation>/scorecard/shown/", shown_measures, name="shown_measures"),
    path("o/<slug:organisation>/indicators/<int:measure>/", indicator_page, name="indicator"),
    path("o/<slug:organisation>/voice/", voice_page, name="voice"),
    path(
        "o/<slug:organisation>/voice/<uuid:response>/<slug:question>/",
        voice_comment,
        name="voice_comment",
    ),
    path("o/<slug:organisation>/journey/", journey_page, name="journey"),
]
