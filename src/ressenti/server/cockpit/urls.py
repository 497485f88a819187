"""The addresses of this part."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from ressenti.server.cockpit.comment_page import emotion_mark, voice_comment
from ressenti.server.cockpit.export_pages import (
    chart_file,
    indicator_file,
    journey_file,
    journey_map,
    scorecard_file,
    voice_file,
)
from ressenti.server.cockpit.indicator_page import indicator_page
from ressenti.server.cockpit.journey_page import journey_page
from ressenti.server.cockpit.scorecard_page import scorecard_page, shown_measures
from ressenti.server.cockpit.voice_page import voice_page

ORGANISATION = "o/<slug:organisation>"
MEASURE = f"{ORGANISATION}/indicators/<int:measure>"
urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{ORGANISATION}/scorecard/", scorecard_page, name="scorecard"),
    path(f"{ORGANISATION}/scorecard/shown/", shown_measures, name="shown_measures"),
    path(f"{ORGANISATION}/scorecard/export.<str:kind>", scorecard_file, name="scorecard_export"),
    path(f"{MEASURE}/", indicator_page, name="indicator"),
    path(f"{MEASURE}/export.<str:kind>", indicator_file, name="indicator_export"),
    path(f"{MEASURE}/<slug:chart>.<str:kind>", chart_file, name="chart_export"),
    path(f"{ORGANISATION}/voice/", voice_page, name="voice"),
    path(f"{ORGANISATION}/voice/export.<str:kind>", voice_file, name="voice_export"),
    path(
        f"{ORGANISATION}/voice/<uuid:response>/<slug:question>/",
        voice_comment,
        name="voice_comment",
    ),
    path(
        f"{ORGANISATION}/voice/<uuid:response>/<slug:question>/mark/",
        emotion_mark,
        name="emotion_mark",
    ),
    path(f"{ORGANISATION}/journey/", journey_page, name="journey"),
    path(f"{ORGANISATION}/journey/export.<str:kind>", journey_file, name="journey_export"),
    path(f"{ORGANISATION}/journey/map.<str:kind>", journey_map, name="journey_map"),
]
