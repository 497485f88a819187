"""Outcomes that an organisation declares: what its customers want, in their words."""

from __future__ import annotations

from django.db import models

from ressenti.language import Language
from ressenti.server.models.organisations import Organisation
from ressenti.server.models.people import Person
from ressenti.server.models.readings import NAME_LENGTH


class OutcomeDeclaration(models.Model):
    """One outcome, under the name that its facts bear.

    ``words`` are the customer's, by language. ``unit`` and ``increment`` say what customers count
    in and by how much they feel a difference; ``is_higher_better`` on which side of the expectation
    the good is; ``expectation_source`` who says what may be expected. ``moves`` names the tallies
    of the measures that it should move. ``tests`` holds every answer ever given to the two tests,
    the oldest first: ``{"test", "passed", "by", "on", "evidence"}``. ``theme`` is that of the
    comments which proposed it, if any did.
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
    theme = models.CharField(max_length=NAME_LENGTH, blank=True)
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


class DismissedCandidate(models.Model):
    """A theme of comments that somebody does not take for an outcome, until somebody does again.

    Nothing is forgotten: a theme that was restored and is dismissed anew has two of them.
    """

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="dismissed_candidates"
    )
    theme = models.CharField(max_length=NAME_LENGTH)
    dismissed_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    dismissed_at = models.DateTimeField()
    restored_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    restored_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "theme"],
                condition=models.Q(restored_at=None),
                name="candidate_is_dismissed_once",
            ),
        )
        ordering = ("-dismissed_at", "-id")

    def __str__(self) -> str:
        return self.theme
