"""The facts that are not answers: one table each, with the columns every fact schema publishes."""

from __future__ import annotations

from django.db import models

from ressenti.facts.schemas import FACTS, ColumnKind, Fact, FactColumn
from ressenti.server.tallying.kinds import EVENT_FACTS


def column_field(column: FactColumn) -> models.Field[object, object]:
    """Return the field that holds a column of a fact."""
    if column.kind is ColumnKind.INSTANT:
        return models.DateTimeField(null=not column.required)
    if column.kind is ColumnKind.NUMBER:
        return models.FloatField(null=not column.required)
    if column.kind is ColumnKind.BOOLEAN:
        return models.BooleanField(null=True)  # type: ignore[misc] # typed as one that is not null
    # A null is "not told", which an empty text would not say to the engines that read the table.
    return models.TextField(null=not column.required)


def event_model(fact: Fact) -> type[models.Model]:
    """Return the model of a fact: its columns, the organisation, its unit and the segments."""

    class Meta:
        db_table = f"ressenti_fact_{fact.key}"
        constraints = (
            models.UniqueConstraint(
                fields=["organisation_id", "source", "source_id"], name=f"{fact.key}_is_unique"
            ),
        )
        indexes = (
            models.Index(fields=["organisation_id", fact.dated_by], name=f"{fact.key}_dated"),
        )

    attributes: dict[str, object] = {
        "__module__": __name__,
        "__doc__": fact.row.en,
        "Meta": Meta,
        "id": models.BigAutoField(primary_key=True),
        "organisation_id": models.UUIDField(),
        # Outcomes have a unit of their own, that of what is measured.
        "belongs_to": models.CharField(max_length=60, blank=True),
        "segments": models.JSONField(default=dict),
    }
    attributes |= {column.key: column_field(column) for column in fact.columns}
    return type(f"{fact.key.title()}Fact", (models.Model,), attributes)


EVENT_MODELS: dict[str, type[models.Model]] = {key: event_model(FACTS[key]) for key in EVENT_FACTS}
