"""The page of the corrections, and the same as a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ressenti.emotions.masking import masked
from ressenti.language import Language, Text, number_text
from ressenti.reports.exports.columns import Column, Value
from ressenti.server.accounts.access import seen_by
from ressenti.server.cockpit.corrections import Correction, corrections, every_correction
from ressenti.server.cockpit.deliveries import Export, streamed
from ressenti.server.cockpit.export_pages import in_moderation, known_kind
from ressenti.server.cockpit.figure_exports import told_of
from ressenti.server.cockpit.pages import Look, filtered
from ressenti.server.cockpit.voice_parts import voice_parts
from ressenti.server.cockpit.voice_pieces import Piece, pieces_of
from ressenti.server.cockpit.voice_readings import (
    ShownMark,
    emotion_name,
    shown_mark,
)
from ressenti.server.models import Organisation, Role

AT_ONCE = 500
COLUMNS = (
    Column("marked_at", Text(en="said on", fr="dit le")),
    Column("by", Text(en="by", fr="par")),
    Column("text", Text(en="comment", fr="commentaire")),
    Column("person", Text(en="polarity, by a person", fr="polarité, par une personne")),
    Column("emotion", Text(en="emotion, by a person", fr="émotion, par une personne")),
    Column("engine_polarity", Text(en="polarity, by the engine", fr="polarité, par le moteur")),
    Column("engine", Text(en="engine", fr="moteur")),
    Column("sample", Text(en="sample", fr="échantillon")),
    Column("response", Text(en="response", fr="réponse")),
    Column("question", Text(en="question", fr="question")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCorrection:
    """A correction in the words of a page; ``engine`` is empty where it could not read."""

    correction: Correction
    pieces: tuple[Piece, ...]
    person: ShownMark
    engine: str


@require_safe
@seen_by(Role.CONSULTANT)
@filtered
def corrections_page(look: Look) -> HttpResponse:
    """Show what people said of comments, the newest first."""
    told = look.request.GET.get("before", "")
    found, following = corrections(look.scope, before=int(told[:18]) if told.isdecimal() else None)
    context = {
        "corrections": [shown_correction(one, look.language) for one in found],
        "following": following,
        "is_first": not told,
        "parts": voice_parts(look.viewer, "corrections"),
    }
    return render(look.request, "ressenti/cockpit/corrections.html", context)


@require_safe
@seen_by(Role.CONSULTANT)
@filtered
@in_moderation
def corrections_file(look: Look, kind: str) -> HttpResponseBase:
    """Give all corrections that may be read."""
    export = Export(
        name=f"{look.viewer.organisation.name} {_('Corrections')}",
        subject="voice, corrections",
        columns=COLUMNS,
        rows=_rows(look),
        definition=tuple((label.to(look.language), said) for label, said in told_of(look).items()),
        language=look.language,
    )
    return streamed(look.viewer, export, known_kind(kind))


def shown_correction(correction: Correction, language: Language) -> ShownCorrection:
    """Return a correction as a page shows it."""
    polarity = correction.mark.engine_polarity
    signed = "" if polarity is None else number_text(polarity, language, decimals=2, signed=True)
    return ShownCorrection(
        correction=correction,
        pieces=tuple(pieces_of(correction.comment.text, language)),
        person=shown_mark(correction.mark, language),
        engine=signed,
    )


def _rows(look: Look) -> Iterator[Sequence[Value]]:
    organisation: Organisation = look.viewer.organisation
    zone = ZoneInfo(organisation.time_zone)
    for one in every_correction(look.scope, at_once=AT_ONCE):
        mark = one.mark
        yield (
            mark.marked_at.astimezone(zone).isoformat(timespec="seconds"),
            None if mark.marked_by is None else str(mark.marked_by),
            masked(one.comment.text, look.language),
            mark.polarity,
            emotion_name(mark.emotion, look.language) or None,
            mark.engine_polarity,
            mark.engine or None,
            mark.sample_id,
            str(mark.response_id),
            mark.question,
        )
