"""Survey documents: what is wrong with a draft, its missing translations, and JSON from outside."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ressenti.errors import DocumentFault, InvalidQuestionnaire
from ressenti.indicators import variant_called
from ressenti.language import Language, Text
from ressenti.server.asking.drafts import Document
from ressenti.server.asking.stored_drafts import draft_of
from ressenti.server.models import Survey, SurveyVersion
from ressenti.surveys.questionnaire import Questionnaire, document_of, questionnaire_of
from ressenti.surveys.translations import missing_translations

QUESTION_PATH: Final = re.compile(r"\$\.questions\[(\d+)\]")
LARGEST_DOCUMENT = 1_000_000
MOST_FAULTS = 100


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be said of a draft: its faults, and the words that wait for a translation.

    ``questionnaire`` is None as long as there are faults.
    """

    questionnaire: Questionnaire | None
    faults: tuple[DocumentFault, ...]
    missing: Mapping[Language, int]

    def faults_of(self, place: int) -> list[DocumentFault]:
        """Return the faults of the question at a place of the document."""
        return [
            fault
            for fault in self.faults
            if (found := QUESTION_PATH.match(fault.path)) and int(found[1]) == place
        ]

    @property
    def other_faults(self) -> list[DocumentFault]:
        """The faults that are no question's."""
        return [fault for fault in self.faults if not QUESTION_PATH.match(fault.path)]


def verdict_on(document: Document) -> Verdict:
    """Return what is to be said of a draft."""
    try:
        questionnaire = questionnaire_of(document)
    except InvalidQuestionnaire as error:
        return Verdict(None, error.faults[:MOST_FAULTS], {})
    missing: dict[Language, int] = {}
    for one in missing_translations(questionnaire):
        missing[one.language] = missing.get(one.language, 0) + 1
    return Verdict(questionnaire, (), missing)


def imported_document(body: bytes) -> Document:
    """Return the questionnaire of a JSON file, with every key written out.

    Raises
    ------
    InvalidQuestionnaire
        R105, with everything that is wrong; a file that is no JSON at all has one fault.
    """
    if len(body) > LARGEST_DOCUMENT:
        raise _refused(Text(en="the file is larger than 1 MB.", fr="le fichier dépasse 1 Mo."))
    try:
        told = json.loads(body, parse_constant=_no_number, object_pairs_hook=_object_of_pairs)
    except RecursionError:
        raise _refused(
            Text(en="it is nested too deeply.", fr="l'imbrication est trop profonde.")
        ) from None
    except ValueError as error:
        reason = str(error)[:200]
        raise _refused(
            Text(en="it is no JSON: {reason}.", fr="ce n'est pas du JSON : {reason}.").format(
                reason=reason
            )
        ) from error
    return dict(document_of(questionnaire_of(told)))


def _refused(message: Text) -> InvalidQuestionnaire:
    return InvalidQuestionnaire((DocumentFault("$", message),))


def _no_number(name: str) -> object:
    message = f"{name} is no number"
    raise ValueError(message)


def _object_of_pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        message = "a key is there twice"
        raise ValueError(message)
    return found


def latest_version(survey: Survey) -> SurveyVersion | None:
    """Return the version that is asked; None before the first publication."""
    return SurveyVersion.objects.filter(survey=survey).order_by("-number").first()


def leading_indicator(document: Mapping[str, Any]) -> str | None:
    """Return the indicator of the first measured question, whose clock a request runs on.

    Examples
    --------
    >>> leading_indicator({"questions": [{"id": "why"}, {"measure": "ces/seven_point"}]})
    'ces'
    """
    measures: Iterable[str] = (
        question["measure"] for question in draft_of(document)["questions"] if question["measure"]
    )
    return next((measure.partition("/")[0] for measure in measures), None)


def measure_name(measure: str | None, language: Language) -> str:
    """Return how a person calls the measure of a question; empty for none."""
    if not measure:
        return ""
    try:
        indicator, variant = variant_called(measure)
    except LookupError:
        return measure
    if variant is indicator.default:
        return indicator.abbreviation.to(language)
    return f"{indicator.abbreviation.to(language)} · {variant.name.to(language)}"
