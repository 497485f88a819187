"""The addresses of this part."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from ressenti.server.cockpit.candidate_pages import (
    candidates_file,
    candidates_page,
    dismiss_candidate,
    restore_candidate,
)
from ressenti.server.cockpit.comment_page import emotion_mark, voice_comment
from ressenti.server.cockpit.correction_pages import corrections_file, corrections_page
from ressenti.server.cockpit.emotion_map_page import emotion_map_page
from ressenti.server.cockpit.export_pages import (
    chart_file,
    emotion_map_drawing,
    emotion_map_file,
    indicator_file,
    journey_file,
    journey_map,
    scorecard_file,
    voice_file,
)
from ressenti.server.cockpit.indicator_page import indicator_page
from ressenti.server.cockpit.journey_page import journey_page
from ressenti.server.cockpit.outcome_exports import outcomes_file
from ressenti.server.cockpit.outcomes_page import answer_test, declare_outcome, outcomes_page
from ressenti.server.cockpit.sample_pages import sample, sample_comment, samples
from ressenti.server.cockpit.scorecard_page import scorecard_page, shown_measures
from ressenti.server.cockpit.study_exports import (
    drivers_file,
    drivers_picture,
    links_file,
    links_picture,
)
from ressenti.server.cockpit.study_pages import ask_for_study, drivers_page, links_page
from ressenti.server.cockpit.theme_pages import theme_page
from ressenti.server.cockpit.voice_page import voice_page
from ressenti.server.cockpit.why_page import why_file, why_page

ORGANISATION = "o/<slug:organisation>"
VOICE = f"{ORGANISATION}/voice"
CANDIDATES = f"{ORGANISATION}/outcomes/candidates"
MEASURE = f"{ORGANISATION}/indicators/<int:measure>"
urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{ORGANISATION}/scorecard/", scorecard_page, name="scorecard"),
    path(f"{ORGANISATION}/scorecard/shown/", shown_measures, name="shown_measures"),
    path(f"{ORGANISATION}/scorecard/export.<str:kind>", scorecard_file, name="scorecard_export"),
    path(f"{MEASURE}/", indicator_page, name="indicator"),
    path(f"{MEASURE}/export.<str:kind>", indicator_file, name="indicator_export"),
    path(f"{MEASURE}/why/", why_page, name="why"),
    path(f"{MEASURE}/why/export.<str:kind>", why_file, name="why_export"),
    path(f"{MEASURE}/<slug:chart>.<str:kind>", chart_file, name="chart_export"),
    path(f"{VOICE}/", voice_page, name="voice"),
    path(f"{VOICE}/export.<str:kind>", voice_file, name="voice_export"),
    path(f"{VOICE}/map/", emotion_map_page, name="emotion_map"),
    path(f"{VOICE}/map/export.<str:kind>", emotion_map_file, name="emotion_map_export"),
    path(f"{VOICE}/map/map.<str:kind>", emotion_map_drawing, name="emotion_map_drawing"),
    path(f"{VOICE}/corrections/", corrections_page, name="corrections"),
    path(f"{VOICE}/corrections/export.<str:kind>", corrections_file, name="corrections_export"),
    path(f"{VOICE}/themes/", theme_page, name="theme_plan"),
    path(f"{VOICE}/samples/", samples, name="samples"),
    path(f"{VOICE}/samples/<int:sample>/", sample, name="sample"),
    path(f"{VOICE}/samples/<int:sample>/next/", sample_comment, name="sample_comment"),
    path(
        f"{VOICE}/<uuid:response>/<slug:question>/",
        voice_comment,
        name="voice_comment",
    ),
    path(
        f"{VOICE}/<uuid:response>/<slug:question>/mark/",
        emotion_mark,
        name="emotion_mark",
    ),
    path(f"{ORGANISATION}/outcomes/", outcomes_page, name="outcomes"),
    path(f"{ORGANISATION}/outcomes/export.<str:kind>", outcomes_file, name="outcomes_export"),
    path(f"{ORGANISATION}/outcomes/declare/", declare_outcome, name="outcome_declare"),
    path(f"{CANDIDATES}/", candidates_page, name="candidates"),
    path(f"{CANDIDATES}/export.<str:kind>", candidates_file, name="candidates_export"),
    path(f"{CANDIDATES}/dismiss/", dismiss_candidate, name="candidate_dismiss"),
    path(f"{CANDIDATES}/restore/", restore_candidate, name="candidate_restore"),
    path(f"{ORGANISATION}/outcomes/<slug:outcome>/test/", answer_test, name="outcome_test"),
    path(f"{ORGANISATION}/drivers/", drivers_page, name="drivers"),
    path(f"{ORGANISATION}/drivers/export.<str:kind>", drivers_file, name="drivers_export"),
    path(f"{ORGANISATION}/drivers/map.<str:kind>", drivers_picture, name="drivers_map"),
    path(f"{ORGANISATION}/links/", links_page, name="links"),
    path(f"{ORGANISATION}/links/export.<str:kind>", links_file, name="links_export"),
    path(f"{ORGANISATION}/links/<slug:chart>.<str:kind>", links_picture, name="links_matrix"),
    path(f"{ORGANISATION}/studies/<slug:kind>/ask/", ask_for_study, name="study_ask"),
    path(f"{ORGANISATION}/journey/", journey_page, name="journey"),
    path(f"{ORGANISATION}/journey/export.<str:kind>", journey_file, name="journey_export"),
    path(f"{ORGANISATION}/journey/map.<str:kind>", journey_map, name="journey_map"),
]
