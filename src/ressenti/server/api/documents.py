"""Documents: what a program sends, read strictly into models that know every key there is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Annotated, Any, TypeVar

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from ressenti.server.api.faults import MESSAGES, field_errors
from ressenti.server.intake.documents import document_in
from ressenti.server.intake.problems import FieldError, unprocessable
from ressenti.surveys.words import is_storable, shortened

LONGEST_TEXT = 120
IDEMPOTENCY_HEADER = "Idempotency-Key"
# Beside the description of an operation that is the same one when it is sent again.
IDEMPOTENT: dict[str, Any] = {
    "parameters": [
        {
            "in": "header",
            "name": IDEMPOTENCY_HEADER,
            "required": False,
            "description": "Of your choosing; sent again with the same body, it is one request.",
            "schema": {"type": "string", "maxLength": LONGEST_TEXT},
        }
    ]
}


class Sent(BaseModel):
    """What a program sends: nothing is coerced, and no key is taken that is not declared."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


Model = TypeVar("Model", bound=BaseModel)


def storable(text: str) -> str:
    """Return a text that the database can hold."""
    if not is_storable(text):
        raise PydanticCustomError("unstorable", "a character that cannot be kept")
    return text


ShortText = Annotated[str, Field(max_length=LONGEST_TEXT), AfterValidator(storable)]
Name = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT), AfterValidator(storable)]


def document_of(request: HttpRequest) -> Mapping[str, object]:
    """Return the JSON object of a request.

    Raises
    ------
    Problem
        400, when its body is none.
    """
    return document_in(request.body)


def read(model: type[Model], document: object) -> Model:
    """Return a document as a model.

    Raises
    ------
    Problem
        422, with every field that is refused.
    """
    try:
        return model.model_validate(document)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        raise unprocessable(field_errors([dict(fault) for fault in faults])) from None


def idempotency_key_of(request: HttpRequest) -> str:
    """Return the program's own name for a request; empty when it gives none.

    Raises
    ------
    Problem
        422, when it is too long.
    """
    key = request.headers.get(IDEMPOTENCY_HEADER, "")
    if len(key) > LONGEST_TEXT:
        message = MESSAGES["string_too_long"].format(max_length=LONGEST_TEXT)
        raise unprocessable([FieldError(IDEMPOTENCY_HEADER, message)])
    return key


def refuse_unknown(query: MultiValueDict[str, Any], known: Collection[str]) -> None:
    """Refuse parameters that an address or a form does not have, and those told twice.

    Raises
    ------
    Problem
        422, naming each.
    """
    unknown = [name for name, values in query.lists() if name not in known or len(values) > 1]
    if unknown:
        raise unprocessable(
            FieldError(shortened(name), MESSAGES["extra_forbidden"]) for name in unknown
        )


def json_body(schema: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """Return how an operation's description tells of its JSON body."""
    content = {"application/json": {"schema": dict(schema), **more}}
    return {"requestBody": {"required": True, "content": content}}
