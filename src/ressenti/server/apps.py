"""The one Django app of the server."""

from __future__ import annotations

from django.apps import AppConfig


class ServerConfig(AppConfig):
    """One label for every model: moving models between apps is pain nobody needs."""

    name = "ressenti.server"
    label = "ressenti"
    verbose_name = "Ressenti"
    default_auto_field = "django.db.models.BigAutoField"
