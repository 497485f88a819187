"""Measures: which tallies are kept, how they are judged and what they should reach."""

from __future__ import annotations

from django.db import models

from ressenti.server.models.organisations import Organisation
from ressenti.server.models.surveys import Survey


class Measure(models.Model):
    """What an organisation follows: a variant of an indicator, read off one tallied series.

    ``tally`` names the tallies it reads: ``nps@0-10`` for answers on a scale, the variant's own
    name for events, ``csat@1-5#visit.quality.speed`` for a line of a grid, whose label is then
    kept by language. Several variants may read the same tallies. ``options`` are those of the
    derivation behind events.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="measures")
    indicator = models.CharField(max_length=40)
    variant = models.CharField(max_length=60)
    scale = models.CharField(max_length=40, blank=True)
    tally = models.CharField(max_length=160)
    label = models.JSONField(default=dict, blank=True)
    options = models.JSONField(default=dict, blank=True)
    target = models.FloatField(null=True, blank=True)
    place = models.PositiveSmallIntegerField(default=0)
    is_shown = models.BooleanField(default=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "indicator", "variant", "scale", "tally"],
                name="measure_is_unique",
            ),
        )
        ordering = ("place", "id")

    def __str__(self) -> str:
        return f"{self.indicator}/{self.variant}"


class SeriesBreak(models.Model):
    """The moment from which the figures of a measure no longer compare with those before.

    Either a question that feeds it became another question, or comments began to be read by
    another ``engine``, which is no survey's.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE)
    tally = models.CharField(max_length=160)
    survey = models.ForeignKey(Survey, models.CASCADE, null=True)
    question = models.CharField(max_length=40, blank=True)
    engine = models.CharField(max_length=80, blank=True)
    series = models.PositiveIntegerField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.tally} {self.at:%Y-%m-%d}"


class KnownEvent(models.Model):
    """Something that happened, told by a person, shown on every trend."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="known_events")
    day = models.DateField()
    label = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.label
