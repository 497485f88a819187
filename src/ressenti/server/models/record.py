"""The record: responses and their answers, as the tallier projects them from the journal."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from ressenti.server.models.customers import Customer, Invitation
from ressenti.server.models.organisations import Organisation
from ressenti.server.models.surveys import Survey

# Both cases: a database whose locale is C lowers plain letters only.
ACCENTED = "àáâãäåçèéêëìíîïñòóôõöùúûüýÿÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖÙÚÛÜÝŸ’"
PLAIN = "aaaaaaceeeeiiiinooooouuuuyyaaaaaaceeeeiiiinooooouuuuyy'"


def folded(expression: str) -> models.Func:
    """Return a text column in small letters without accents, as the words of ``Answer`` are."""
    return models.Func(
        Lower(expression),
        models.Value(ACCENTED),
        models.Value(PLAIN),
        function="translate",
        output_field=models.TextField(),
    )


class Response(models.Model):
    """All that one person answered to one survey.

    A response is counted in the tallies once it is finished; one that is not is kept, can be
    resumed, and is counted apart. ``flags`` say why it may deserve a second look.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="responses")
    survey = models.ForeignKey(Survey, models.CASCADE, related_name="responses")
    version = models.PositiveIntegerField()
    customer = models.ForeignKey(Customer, models.SET_NULL, null=True)
    invitation = models.ForeignKey(Invitation, models.SET_NULL, null=True)
    channel = models.CharField(max_length=20)
    language = models.CharField(max_length=2, blank=True)
    unit = models.CharField(max_length=60, blank=True)
    touchpoint = models.CharField(max_length=60, blank=True)
    segments = models.JSONField(default=dict)
    weight = models.DecimalField(max_digits=18, decimal_places=9, default=1)
    is_finished = models.BooleanField(default=False)
    started_at = models.DateTimeField()
    answered_at = models.DateTimeField()
    day = models.DateField()
    source = models.CharField(max_length=60, default="ressenti")
    source_id = models.CharField(max_length=120)
    flags = models.JSONField(default=list)
    last_entry = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "source", "source_id"], name="response_is_unique"
            ),
        )
        indexes = (
            models.Index(fields=["organisation", "survey", "-answered_at"], name="response_recent"),
            models.Index(fields=["customer"], name="response_by_customer"),
        )

    def __str__(self) -> str:
        return str(self.id)


class Answer(models.Model):
    """One answered question, with what it is counted by.

    ``tally`` and ``series`` say which tallies it belongs to, ``level`` where on the scale.
    ``is_counted`` holds while it is in the tallies.
    """

    id = models.BigAutoField(primary_key=True)
    organisation = models.ForeignKey(Organisation, models.CASCADE)
    response = models.ForeignKey(Response, models.CASCADE, related_name="answers")
    survey = models.ForeignKey(Survey, models.CASCADE)
    survey_version = models.PositiveIntegerField()
    question = models.CharField(max_length=40)
    part = models.CharField(max_length=40, blank=True)
    measure = models.CharField(max_length=60, blank=True)
    tally = models.CharField(max_length=160, blank=True)
    series = models.PositiveIntegerField(default=1)
    scale = models.CharField(max_length=40, blank=True)
    level = models.CharField(max_length=60, blank=True)
    value = models.FloatField(null=True)
    choice = models.CharField(max_length=40, blank=True)
    text = models.TextField(blank=True)
    customer_id = models.UUIDField(null=True)
    channel = models.CharField(max_length=20)
    language = models.CharField(max_length=2, blank=True)
    unit = models.CharField(max_length=60, blank=True)
    touchpoint = models.CharField(max_length=60, blank=True)
    segments = models.JSONField(default=dict)
    weight = models.DecimalField(max_digits=18, decimal_places=9, default=1)
    answered_at = models.DateTimeField()
    day = models.DateField()
    is_counted = models.BooleanField(default=False)

    class Meta:
        indexes = (
            models.Index(fields=["organisation", "tally", "day"], name="answer_by_tally"),
            models.Index(
                fields=["organisation", "-answered_at"],
                name="answer_comments",
                condition=~models.Q(text=""),
            ),
            GinIndex(
                SearchVector(folded("text"), config="simple"),
                name="answer_words_folded",
                condition=~Q(text=""),
            ),
            GinIndex(
                SearchVector("text", config="french"),
                name="answer_words_french",
                condition=Q(language="fr") & ~Q(text=""),
            ),
            GinIndex(
                SearchVector("text", config="english"),
                name="answer_words_english",
                condition=Q(language="en") & ~Q(text=""),
            ),
        )

    def __str__(self) -> str:
        return f"{self.question} = {self.level or self.choice}"
