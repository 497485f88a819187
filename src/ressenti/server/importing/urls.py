"""The addresses of this part."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from ressenti.server.importing import pages

one_import: list[URLPattern | URLResolver] = [
    path("", pages.import_page, name="import"),
    path("map/", pages.map_import, name="import_map"),
    path("bring-in/", pages.bring_import_in, name="import_bring_in"),
    path("leave/", pages.leave_import, name="import_leave"),
    path("take-back/", pages.take_import_back, name="import_take_back"),
    path("rejects.csv", pages.import_rejects, name="import_rejects"),
    path("progress.json", pages.import_progress, name="import_progress"),
]
of_organisation: list[URLPattern | URLResolver] = [
    path("imports/", pages.import_list, name="imports"),
    path("imports/<uuid:file>/", include(one_import)),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("o/<slug:organisation>/", include(of_organisation)),
]
