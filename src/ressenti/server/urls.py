"""The addresses of the server, part by part."""

from __future__ import annotations

from django.urls import include, path

from ressenti.server.demonstration.pages import pause
from ressenti.server.demonstration.tour import tour
from ressenti.server.pages import views as pages
from ressenti.server.pages.metrics import metrics

urlpatterns = [
    path("", pages.home, name="home"),
    # Before allauth's: it closes some of theirs.
    path("", include("ressenti.server.accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("ressenti.server.asking.urls")),
    path("", include("ressenti.server.cockpit.urls")),
    path("", include("ressenti.server.importing.urls")),
    path("", include("ressenti.server.intake.urls")),
    path("api/v1/", include("ressenti.server.api.urls")),
    path("tour/<str:token>", tour, name="tour"),
    path("o/<slug:organisation>/demonstration/", pause, name="demonstration"),
    path("healthz", pages.healthz, name="healthz"),
    path("readyz", pages.readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("palette.css", pages.palette, name="palette"),
]
handler403 = "ressenti.server.pages.views.refused"
handler404 = "ressenti.server.pages.views.not_found"
handler500 = "ressenti.server.pages.views.failed"
