"""The seven facts: what happened, with the columns everything downstream may ask for.

A fact table may be Ressenti's own or a view over a company's warehouse; it has the same columns
either way. Times are UTC instants, durations are seconds, identifiers are texts, and money stands
beside a currency. Segments are further columns, declared by the measurement plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ressenti.errors import unknown_name
from ressenti.language import Language, Text

SCHEMA_DIALECT = "https://json-schema.org/draft/2020-12/schema"


class ColumnKind(StrEnum):
    """What a column of a fact holds; an engine's own types are read as one of these."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    WALL_TIME = "wall_time"
    INSTANT = "instant"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class FactColumn:
    """A column of a fact.

    Parameters
    ----------
    meaning : Text
        Without final dot, as it is listed.
    required : bool
        The fact says nothing without it.
    unit : str or None
        ``s`` for seconds, ``money`` for an amount in ``currency``; None for what has no unit.
    values : tuple of str
        The only texts it may hold; empty when any text will do.
    """

    key: str
    kind: ColumnKind
    meaning: Text
    required: bool = False
    unit: str | None = None
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened, one row each.

    Parameters
    ----------
    dated_by : str
        The column that places a row in a period, unless an indicator says otherwise.
    """

    key: str
    name: Text
    row: Text
    dated_by: str
    own_columns: tuple[FactColumn, ...]

    @property
    def columns(self) -> tuple[FactColumn, ...]:
        """Its own columns, then those that every fact has."""
        own = {column.key for column in self.own_columns}
        return self.own_columns + tuple(
            column for column in SHARED_COLUMNS if column.key not in own
        )

    @property
    def required_columns(self) -> tuple[str, ...]:
        return tuple(column.key for column in self.columns if column.required)


def fact_called(key: str) -> Fact:
    """Return the fact of that key.

    Raises
    ------
    UnknownName
        R100, with the nearest keys.

    Examples
    --------
    >>> fact_called("orders").dated_by
    'ordered_at'
    """
    if key not in FACTS:
        raise unknown_name(Text(en="fact", fr="fait"), key, FACTS)
    return FACTS[key]


def schema_document(language: Language = "en") -> dict[str, Any]:
    """Return the JSON schema of one row of each fact, under ``$defs``.

    Examples
    --------
    >>> schema_document()["$defs"]["orders"]["properties"]["ordered_at"]["format"]
    'date-time'
    """
    title = Text(en="The facts of Ressenti", fr="Les faits de Ressenti")
    return {
        "$schema": SCHEMA_DIALECT,
        "title": title.to(language),
        "$defs": {key: _row_schema(fact, language) for key, fact in FACTS.items()},
    }


def _row_schema(fact: Fact, language: Language) -> dict[str, Any]:
    return {
        "type": "object",
        "title": fact.name.to(language),
        "description": fact.row.to(language),
        "properties": {column.key: _column_schema(column, language) for column in fact.columns},
        "required": list(fact.required_columns),
        # Segments: any number of them, named by the measurement plan.
        "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
    }


JSON_TYPES: Mapping[ColumnKind, tuple[str, str | None]] = {
    ColumnKind.TEXT: ("string", None),
    ColumnKind.NUMBER: ("number", None),
    ColumnKind.BOOLEAN: ("boolean", None),
    ColumnKind.DATE: ("string", "date"),
    ColumnKind.WALL_TIME: ("string", "date-time"),
    ColumnKind.INSTANT: ("string", "date-time"),
    ColumnKind.OTHER: ("string", None),
}


def _column_schema(column: FactColumn, language: Language) -> dict[str, Any]:
    json_type, text_format = JSON_TYPES[column.kind]
    schema: dict[str, Any] = {
        "type": json_type if column.required else [json_type, "null"],
        "description": column.meaning.to(language),
    }
    if text_format:
        schema["format"] = text_format
    if column.unit:
        schema["x-unit"] = column.unit
    if column.values:
        schema["enum"] = [*column.values, *([] if column.required else [None])]
    return schema


def _text(key: str, en: str, fr: str, *values: str, required: bool = False) -> FactColumn:
    return FactColumn(key, ColumnKind.TEXT, Text(en=en, fr=fr), required, None, values)


def _instant(key: str, en: str, fr: str, *, required: bool = False) -> FactColumn:
    return FactColumn(key, ColumnKind.INSTANT, Text(en=en, fr=fr), required)


def _number(
    key: str, en: str, fr: str, *, unit: str | None = None, required: bool = False
) -> FactColumn:
    return FactColumn(key, ColumnKind.NUMBER, Text(en=en, fr=fr), required, unit)


def _boolean(key: str, en: str, fr: str) -> FactColumn:
    return FactColumn(key, ColumnKind.BOOLEAN, Text(en=en, fr=fr))


def _currency() -> FactColumn:
    return _text("currency", "currency of the amounts, ISO 4217", "devise des montants, ISO 4217")


SHARED_COLUMNS = (
    _text("touchpoint", "where in the customer's journey", "point de contact dans le parcours"),
    _text("channel", "channel: mail, phone, web, shop …", "canal : courriel, téléphone, web …"),
    _text("source", "where the row comes from", "d'où vient la ligne", required=True),
    _text(
        "source_id",
        "its identifier there; with the source, unique",
        "son identifiant là-bas ; unique avec la source",
        required=True,
    ),
)

ANSWERS = Fact(
    key="answers",
    name=Text(en="Answers", fr="Réponses"),
    row=Text(en="one answered question", fr="une question à laquelle on a répondu"),
    dated_by="answered_at",
    own_columns=(
        _text("response_id", "one filled-in survey", "un questionnaire rempli", required=True),
        _text("survey", "the survey", "l'enquête"),
        _text("survey_version", "its version", "sa version"),
        _text("question", "the question", "la question", required=True),
        _text("measure", "the measure it feeds", "la mesure qu'elle alimente"),
        _text("scale", "the scale it was answered on", "l'échelle de la réponse"),
        _number("value", "the level chosen, as coded", "le niveau choisi, tel que codé"),
        _text("text", "the comment, in the customer's words", "le verbatim du client"),
        _text("respondent_id", "who answered", "qui a répondu"),
        _text(
            "audience",
            "who was asked",
            "qui est interrogé",
            "customer",
            "employee",
            "visitor",
            "reviewer",
        ),
        _text("mode", "cold or hot", "à froid ou à chaud", "relational", "transactional"),
        _instant("answered_at", "when it was answered", "moment de la réponse", required=True),
        _number("weight", "what the answer counts for", "poids de la réponse"),
    ),
)
EMOTIONS = Fact(
    key="emotions",
    name=Text(en="Emotions", fr="Émotions"),
    row=Text(en="one emotion read in one text", fr="une émotion lue dans un texte"),
    dated_by="written_at",
    own_columns=(
        _text("text_id", "the text", "le texte", required=True),
        _text("emotion", "the emotion", "l'émotion", required=True),
        _number("valence", "from −1, unpleasant, to 1", "de −1, désagréable, à 1"),
        _number("intensity", "from 0 to 1", "de 0 à 1"),
        _text("theme", "what it is about", "ce dont il est question"),
        _text("span", "characters where it was read: 12-31", "caractères où elle se lit : 12-31"),
        _text("language", "language of the text", "langue du texte"),
        _text("engine", "what read it, with its version", "ce qui l'a lue, avec sa version"),
        _instant("written_at", "when the text was written", "date du texte", required=True),
    ),
)
CONTACTS = Fact(
    key="contacts",
    name=Text(en="Contacts", fr="Contacts"),
    row=Text(
        en="one call, chat, ticket or visit to the desk",
        fr="un appel, une discussion, un ticket ou une visite au guichet",
    ),
    dated_by="offered_at",
    own_columns=(
        _text("contact_id", "the contact", "le contact", required=True),
        _text("customer_id", "the customer", "le client"),
        _text("queue", "the queue", "la file"),
        _text("reason", "why the customer came", "le motif"),
        _text("agent", "who answered", "qui a répondu"),
        _text("team", "the team", "l'équipe"),
        _text("direction", "who began", "qui a commencé", "inbound", "outbound"),
        _instant("offered_at", "when it arrived", "arrivée", required=True),
        _instant("answered_at", "when somebody answered", "prise en charge"),
        _instant("abandoned_at", "when the customer gave up", "abandon du client"),
        _instant("first_reply_at", "first reply by a person", "première réponse d'une personne"),
        _instant("resolved_at", "when it was resolved", "résolution"),
        _instant("reopened_at", "when it was opened again", "réouverture"),
        _number("talk_s", "time talking", "temps de conversation", unit="s"),
        _number("hold_s", "time on hold", "temps d'attente en ligne", unit="s"),
        _number("wrap_s", "time writing up", "temps de post-traitement", unit="s"),
        _number("replies", "replies by agents", "réponses des conseillers"),
        _boolean("transferred", "was passed on", "a été transféré"),
        _boolean("complaint", "is a complaint", "est une réclamation"),
    ),
)
SUBSCRIPTIONS = Fact(
    key="subscriptions",
    name=Text(en="Subscriptions", fr="Abonnements"),
    row=Text(en="one spell of being a customer", fr="une période pendant laquelle on est client"),
    dated_by="started_at",
    own_columns=(
        _text("customer_id", "the customer", "le client", required=True),
        _instant("started_at", "first moment as a customer", "début", required=True),
        _instant("ended_at", "end; none while it lasts", "fin ; rien tant qu'elle dure"),
        _number("recurring_revenue", "revenue a month", "revenu mensuel", unit="money"),
        _currency(),
        _text("end_reason", "why it ended", "motif de la fin"),
    ),
)
ORDERS = Fact(
    key="orders",
    name=Text(en="Orders", fr="Commandes"),
    row=Text(en="one order", fr="une commande"),
    dated_by="ordered_at",
    own_columns=(
        _text("order_id", "the order", "la commande", required=True),
        _text("customer_id", "the customer", "le client", required=True),
        _instant("ordered_at", "when it was placed", "moment de la commande", required=True),
        _number("amount", "what was paid", "montant payé", unit="money"),
        _number("margin", "what was earned", "marge", unit="money"),
        _currency(),
        _text("category", "what was bought", "catégorie d'achat"),
        _text("status", "paid, cancelled, returned …", "payée, annulée, retournée …"),
    ),
)
OUTCOMES = Fact(
    key="outcomes",
    name=Text(en="Outcomes", fr="Résultats attendus"),
    row=Text(
        en="one result a customer wanted, and got or not",
        fr="un résultat que le client voulait, et qu'il a obtenu ou non",
    ),
    dated_by="occurred_at",
    own_columns=(
        _text("outcome", "its name in the plan", "son nom dans le plan", required=True),
        _text("customer_id", "the customer", "le client"),
        _instant("occurred_at", "when it was known", "moment où il est connu", required=True),
        _number("actual", "what the customer got", "ce que le client a obtenu"),
        _number("expected", "what the customer expected", "ce que le client attendait"),
        _text("unit", "unit of both", "unité des deux"),
        _number("importance", "how much it matters, above 0", "son importance, au-dessus de 0"),
    ),
)
INVITATIONS = Fact(
    key="invitations",
    name=Text(en="Invitations", fr="Sollicitations"),
    row=Text(
        en="one person asked, or deliberately not asked",
        fr="une personne sollicitée, ou volontairement non sollicitée",
    ),
    dated_by="sent_at",
    own_columns=(
        _text("invitation_id", "the invitation", "la sollicitation", required=True),
        _text("survey", "the survey", "l'enquête", required=True),
        _text("respondent_id", "who was asked", "qui est sollicité"),
        _text("channel", "how", "par quel canal"),
        _instant("sent_at", "when it was sent", "envoi"),
        _instant("delivered_at", "when it arrived", "arrivée"),
        _instant("opened_at", "when it was opened", "ouverture"),
        _instant("started_at", "first answer", "première réponse"),
        _instant("finished_at", "last answer", "dernière réponse"),
        _instant("bounced_at", "when it came back", "retour à l'expéditeur"),
        _instant("opted_out_at", "when the person refused", "refus de la personne"),
        _text("not_sent_reason", "why it was not sent", "raison du non-envoi"),
    ),
)

FACTS: Mapping[str, Fact] = {
    fact.key: fact
    for fact in (ANSWERS, EMOTIONS, CONTACTS, SUBSCRIPTIONS, ORDERS, OUTCOMES, INVITATIONS)
}
