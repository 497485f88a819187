"""The tallies, kept by addition, and how far the tallier has come."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class TallyCell(models.Model):
    """How often one level was met, in one period, by one value of each dimension of one set.

    ``dimensions`` names the set, its names joined by commas; ``place`` has one value for each.
    ``grain`` is ``day`` or ``month``, ``period`` its first day in the organisation's zone. The
    sums are exact decimals, so that what is taken away leaves nothing behind; ``wx`` and ``wx2``
    are Σ weight·value and Σ weight·value² where the levels are buckets of a quantity.
    """

    pk = models.CompositePrimaryKey(
        "organisation_id", "tally", "dimensions", "grain", "period", "series", "place", "level"
    )
    organisation_id = models.UUIDField()
    tally = models.CharField(max_length=160)
    dimensions = models.CharField(max_length=200)
    grain = models.CharField(max_length=5)
    period = models.DateField()
    series = models.PositiveIntegerField(default=1)
    place = ArrayField(models.CharField(max_length=120))
    level = models.CharField(max_length=60)
    n = models.BigIntegerField()
    w = models.DecimalField(max_digits=30, decimal_places=9)
    w2 = models.DecimalField(max_digits=38, decimal_places=18)
    wx = models.DecimalField(max_digits=60, decimal_places=21, null=True)
    wx2 = models.DecimalField(max_digits=60, decimal_places=21, null=True)

    def __str__(self) -> str:
        return f"{self.tally} {self.period} {self.level}: {self.n}"


class TallyPosition(models.Model):
    """The last entry of the journal that was added to the record and the tallies."""

    name = models.CharField(primary_key=True, max_length=20, default="tallier")
    transaction = models.DecimalField(max_digits=20, decimal_places=0, default=0)
    entry = models.BigIntegerField(default=0)
    moved_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.transaction}:{self.entry}"


class Recount(models.Model):
    """Tallies of events that wait to be counted again because facts under them changed."""

    organisation_id = models.UUIDField()
    fact = models.CharField(max_length=20)
    asked_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["organisation_id", "fact"], name="one_recount"),
        )

    def __str__(self) -> str:
        return self.fact


class Erasure(models.Model):
    """A person who asked to be forgotten: replayed on every backup that is restored.

    ``customer_digest`` is keyed, so that the list itself names nobody.
    """

    organisation_id = models.UUIDField()
    customer_digest = models.BinaryField(max_length=32)
    asked_at = models.DateTimeField()
    report = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d}"


class RejectedEntry(models.Model):
    """An entry of the journal that could not be projected: it stays there, with the reason here."""

    entry_id = models.BigIntegerField(primary_key=True)
    organisation_id = models.UUIDField()
    reason = models.CharField(max_length=500)
    rejected_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.reason}"
