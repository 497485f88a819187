"""Readings: what the engine reads in comments, what a person marks, and what is still unread."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from ressenti.server.models.organisations import Organisation
from ressenti.server.models.people import Person
from ressenti.server.models.record import Response

NAME_LENGTH = 60


def names_field() -> ArrayField[list[str], list[str]]:
    """Return a list of short keys, empty at first."""
    return ArrayField(models.CharField(max_length=NAME_LENGTH), default=list, blank=True)


class Reading(models.Model):
    """What an engine read in one comment, as the tallier projects it from the journal.

    ``tone`` is ``unread`` where the comment could not be read: ``reason`` says why, and
    ``polarity`` and ``intensity`` are null. ``parts`` is what each emotion brings to the
    polarity. ``clauses`` and ``signal_spans`` say where in the text all this stands.
    ``is_counted`` holds while it is in the tallies.
    """

    id = models.BigAutoField(primary_key=True)
    organisation = models.ForeignKey(Organisation, models.CASCADE)
    response = models.ForeignKey(Response, models.CASCADE, related_name="readings")
    question = models.CharField(max_length=40)
    part = models.CharField(max_length=40, blank=True)
    engine = models.CharField(max_length=80)
    series = models.PositiveIntegerField(default=1)
    language = models.CharField(max_length=2, blank=True)
    tone = models.CharField(max_length=8)
    reason = models.CharField(max_length=20, blank=True)
    polarity = models.FloatField(null=True)
    intensity = models.FloatField(null=True)
    emotions = names_field()
    themes = names_field()
    signals = names_field()
    parts = models.JSONField(default=dict)
    clauses = models.JSONField(default=list)
    signal_spans = models.JSONField(default=list)
    is_counted = models.BooleanField(default=False)
    read_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["response", "question", "part"], name="reading_is_unique"
            ),
        )
        indexes = (
            models.Index(fields=["organisation", "tone"], name="reading_by_tone"),
            GinIndex(fields=["emotions"], name="reading_by_emotion"),
            GinIndex(fields=["themes"], name="reading_by_theme"),
            GinIndex(fields=["signals"], name="reading_by_signal"),
        )

    def __str__(self) -> str:
        return f"{self.question}: {self.tone}"


class ReadResponse(models.Model):
    """What the readings of one response add to the tallies: one observation, whatever it says.

    ``tone`` is ``unread`` and ``polarity`` null where nothing in it could be read. Both numbers
    are exact, so that what is taken away leaves nothing behind.
    """

    response = models.OneToOneField(
        Response, models.CASCADE, primary_key=True, related_name="whole_reading"
    )
    organisation = models.ForeignKey(Organisation, models.CASCADE)
    engine = models.CharField(max_length=80)
    series = models.PositiveIntegerField(default=1)
    tone = models.CharField(max_length=8)
    polarity = models.DecimalField(max_digits=7, decimal_places=6, null=True)
    intensity = models.DecimalField(max_digits=7, decimal_places=6, null=True)
    is_counted = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.pk}: {self.tone}"


class UnreadResponse(models.Model):
    """A response with comments that wait to be read."""

    response_id = models.UUIDField(primary_key=True)
    organisation_id = models.UUIDField()
    queued_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["queued_at"], name="unread_in_order"),)

    def __str__(self) -> str:
        return str(self.response_id)


class EmotionEngine(models.Model):
    """An engine that read for an organisation: the n-th begins series n of what readings count.

    Two engines never give comparable levels: another version of one is another engine.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="emotion_engines")
    engine = models.CharField(max_length=80)
    series = models.PositiveIntegerField()
    first_read_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["organisation", "engine"], name="engine_is_unique"),
            models.UniqueConstraint(
                fields=["organisation", "series"], name="engine_series_is_unique"
            ),
        )
        ordering = ("series",)

    def __str__(self) -> str:
        return self.engine


class EmotionSample(models.Model):
    """Comments of a window drawn at random, for people to mark: what the engine is judged by."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="emotion_samples")
    start = models.DateField()
    end = models.DateField()
    size = models.PositiveIntegerField()
    drawn_by = models.ForeignKey(Person, models.SET_NULL, null=True)
    drawn_at = models.DateTimeField()

    class Meta:
        ordering = ("-drawn_at",)

    def __str__(self) -> str:
        return f"{self.start} – {self.end}"


class SampledComment(models.Model):
    """One comment of a sample, in the order in which it is shown."""

    sample = models.ForeignKey(EmotionSample, models.CASCADE, related_name="comments")
    place = models.PositiveIntegerField()
    response = models.ForeignKey(Response, models.CASCADE)
    question = models.CharField(max_length=40)
    part = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["sample", "response", "question", "part"], name="sampled_once"
            ),
        )
        ordering = ("sample", "place")

    def __str__(self) -> str:
        return f"{self.place}"


class EmotionMark(models.Model):
    """What a person read in a comment: never changed, the newest one of a comment counts.

    ``engine_polarity`` is what the engine said when it was marked, null where it could not read.
    A mark with a ``sample`` was asked for at random; any other would bias a corrected score.
    """

    id = models.BigAutoField(primary_key=True)
    organisation = models.ForeignKey(Organisation, models.CASCADE)
    response = models.ForeignKey(Response, models.CASCADE, related_name="emotion_marks")
    question = models.CharField(max_length=40)
    part = models.CharField(max_length=40, blank=True)
    polarity = models.FloatField(validators=[MinValueValidator(-1.0), MaxValueValidator(1.0)])
    emotion = models.CharField(max_length=40, blank=True)
    sample = models.ForeignKey(
        EmotionSample, models.SET_NULL, null=True, blank=True, related_name="marks"
    )
    engine = models.CharField(max_length=80, blank=True)
    engine_polarity = models.FloatField(null=True)
    marked_by = models.ForeignKey(Person, models.SET_NULL, null=True)
    marked_at = models.DateTimeField()

    class Meta:
        indexes = (
            models.Index(
                fields=["response", "question", "part", "-marked_at"], name="mark_of_comment"
            ),
        )

    def __str__(self) -> str:
        return f"{self.question}: {self.polarity:+.2f}"
