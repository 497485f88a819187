"""Outcomes that an organisation declares: what its customers want, in their words."""

from __future__ import annotations

from django.db import models

from ressenti.language import Language
from ressenti.server.models.organisations import Organisation


class OutcomeDeclaration(models.Model):
    """One outcome, under the name that its facts bear.

    ``words`` are the customer's, by language. ``unit`` and ``increment`` say what customers count
    in and by how much they feel a difference; ``is_higher_better`` on which side of the expectation
    the good is; ``expectation_source`` who says what may be expected. ``moves`` names the tallies
    of the measures that it should move. ``tests`` holds every answer ever given to the two tests,
    the oldest first: ``{"test", "passed", "by", "on", "evidence"}``.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="outcomes")
    key = models.CharField(max_length=60)
    words = models.JSONField(default=dict)
    kind = models.CharField(max_length=30, blank=True)
    step = models.CharField(max_length=60, blank=True)
    unit = models.CharField(max_length=30)
    increment = models.FloatField(default=1.0)
    is_higher_better = models.BooleanField(default=False)
    expectation_source = models.CharField(max_length=10)
    moves = models.JSONField(default=list, blank=True)
    tests = models.JSONField(default=list, blank=True)
    declared_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["organisation", "key"], name="outcome_is_unique"),
        )
        ordering = ("key",)

    def __str__(self) -> str:
        return self.key

    def words_in(self, language: Language) -> str:
        """Return the customer's words in a language, in the other one where there are none."""
        return self.words.get(language) or next(iter(self.words.values()), self.key)
