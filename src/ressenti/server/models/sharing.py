"""What the web processes tell each other for a while: how often something was tried."""

from __future__ import annotations

from django.db import models


class SharedEntry(models.Model):
    """A value that is forgotten when it expires; its key is a digest, which names nobody."""

    key_digest = models.BinaryField(max_length=32, primary_key=True)
    value = models.JSONField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"until {self.expires_at:%Y-%m-%d %H:%M:%S}"
