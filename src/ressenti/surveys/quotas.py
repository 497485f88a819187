"""Quotas: which places a response takes, by what was answered or by what is known of it.

Taking the places is the business of the database, which alone can make one of two responses wait;
here it is only told which ones a response claims.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ressenti.errors import DocumentFault, InvalidQuestionnaire
from ressenti.language import Text
from ressenti.surveys.conditions import Condition, comparisons, condition_document, condition_in
from ressenti.surveys.document_reading import DocumentReader
from ressenti.surveys.logic import answers_by_name, holds
from ressenti.surveys.question import AnswerValue
from ressenti.surveys.questionnaire import Questionnaire
from ressenti.surveys.references import comparison_fault

MOST_DIMENSIONS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """At most so many finished responses that fit.

    Parameters
    ----------
    places : int
        How many there are.
    condition : Condition or None
        What must have been answered; None for anything.
    dimensions : mapping of str to frozenset of str
        The values each dimension may have, such as ``{"region": {"north"}}``; all must fit.
    """

    key: str
    places: int
    condition: Condition | None = None
    dimensions: Mapping[str, frozenset[str]] = field(default_factory=dict)


def claimed_quotas(
    quotas: Iterable[Quota],
    answers: Iterable[AnswerValue],
    dimensions: Mapping[str, str | None],
) -> tuple[str, ...]:
    """Return the keys of the quotas a response takes a place of.

    Parameters
    ----------
    answers : iterable of AnswerValue
        As ``submission.checked`` returns them: those of hidden questions are not among them.
    dimensions : mapping
        What is known of the response; a dimension that is not known fits no quota on it.
    """
    found = answers_by_name(answers)
    return tuple(
        quota.key
        for quota in quotas
        if holds(quota.condition, found)
        and all(dimensions.get(name) in allowed for name, allowed in quota.dimensions.items())
    )


def full_quotas(
    quotas: Iterable[Quota], claimed: Iterable[str], taken: Mapping[str, int]
) -> tuple[str, ...]:
    """Return the keys of the claimed quotas that have no place left.

    Parameters
    ----------
    taken : mapping
        How many places are taken, by key; one that is not there has none taken.
    """
    wanted = frozenset(claimed)
    return tuple(
        quota.key
        for quota in quotas
        if quota.key in wanted and taken.get(quota.key, 0) >= quota.places
    )


def quota_of(
    key: str, places: int, document: Mapping[str, object], questionnaire: Questionnaire
) -> Quota:
    """Return the quota of a document.

    Parameters
    ----------
    document : mapping
        A condition on answers as ``show_if`` writes it; or ``{"answers": condition, "dimensions":
        {name: [values]}}``, both optional.

    Raises
    ------
    InvalidQuestionnaire
        R105, with all that is wrong, such as a condition on a question that is not asked.

    Examples
    --------
    >>> from ressenti.surveys.templates import templates
    >>> nps = templates()["nps"].questionnaire
    >>> quota = quota_of("north", 50, {"dimensions": {"region": ["north"]}}, nps)
    >>> claimed_quotas([quota], (), {"region": "north"})
    ('north',)
    """
    faults: list[DocumentFault] = []
    is_condition = bool(document) and not document.keys() & {"answers", "dimensions"}
    written = {"answers": document} if is_condition else document
    reader = DocumentReader(written, "$", faults)
    condition = condition_in(reader, "answers")
    own = reader.object("dimensions") if reader.value("dimensions") is not None else None
    names = {} if own is None else {name: frozenset(own.texts(name)) for name in own.values}
    reader.refuse_other_keys()
    if len(names) > MOST_DIMENSIONS or not all(names.values()):
        message = Text(
            en=f"it must give one value at least to each of 1 to {MOST_DIMENSIONS} dimensions.",
            fr=f"il faut au moins une valeur pour chacune de 1 à {MOST_DIMENSIONS} dimensions.",
        )
        reader.fault("dimensions", message)
    for comparison in comparisons(condition) if condition else ():
        if (fault := comparison_fault(comparison, questionnaire.by_id)) is not None:
            reader.fault("answers", fault)
    if faults:
        raise InvalidQuestionnaire(tuple(faults))
    return Quota(key=key, places=places, condition=condition, dimensions=names)


def quota_document(quota: Quota) -> dict[str, object]:
    """Return the document that ``quota_of`` reads."""
    return {
        "answers": condition_document(quota.condition),
        "dimensions": {name: sorted(values) for name, values in quota.dimensions.items()},
    }
