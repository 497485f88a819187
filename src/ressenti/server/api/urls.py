"""The addresses of this part."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from ressenti.server.api.interface import interface

urlpatterns: list[URLPattern | URLResolver] = [path("", interface().urls)]
