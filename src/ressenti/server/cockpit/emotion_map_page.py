"""The page of the map of emotions: themes down, steps of the journey across."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from urllib.parse import parse_qsl, urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ressenti.errors import UndefinedResult
from ressenti.language import Language, Text, number_text
from ressenti.reports.drawings.heat_map import heat_of
from ressenti.reports.drawings.wording import absence_words
from ressenti.scores.score import Score
from ressenti.server.accounts.access import seen_by
from ressenti.server.cockpit.emotion_map import EVERY_STEP, EmotionMap, ThemeRow, emotion_map
from ressenti.server.cockpit.filters import name_in_address
from ressenti.server.cockpit.fragments import VOICE
from ressenti.server.cockpit.journey import TOUCHPOINT
from ressenti.server.cockpit.journey_steps import step_label
from ressenti.server.cockpit.pages import Look, filtered, form_keeping, page_context
from ressenti.server.cockpit.voice_parts import voice_parts
from ressenti.server.cockpit.voice_questions import read_of_query
from ressenti.server.cockpit.voice_readings import theme_name
from ressenti.server.cockpit.voice_selects import emotion_select
from ressenti.server.models import Role
from ressenti.server.theme_plans import plan_name, theme_names


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCell:
    """A cell of the map; ``heat`` is the class of its ground, ``absence`` why it has no value."""

    step: str
    address: str = ""
    value: str = ""
    interval: str = ""
    n: str = ""
    heat: str = ""
    absence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownTheme:
    """A row of the map: its cells in the order of the columns, all steps first."""

    name: str
    plan: str
    cells: tuple[ShownCell, ...]


@require_safe
@seen_by(Role.CONSULTANT)
@filtered
def emotion_map_page(look: Look) -> HttpResponse:
    """Show how respondents feel about each theme at each step."""
    emotion = emotion_asked(look)
    own = {"emotion": emotion} if emotion else {}
    context = page_context(
        look,
        VOICE,
        kept=own,
        hidden_inputs=parse_qsl(look.filters.query()),
        emotion_select=emotion_select(emotion, look.language),
        parts=voice_parts(look.viewer, "emotion_map"),
        floor=look.viewer.organisation.smallest_group,
    )
    context |= {
        "permalink": look.request.build_absolute_uri(
            f"{look.request.path}?{look.pinned().query(**own)}"
        ),
        "filter_form": form_keeping(context["filter_form"], urlencode(own)),
    }
    try:
        found = emotion_map(look.scope, look.window, emotion=emotion)
    except UndefinedResult as error:
        hint = "" if error.hint is None else error.hint.to(look.language)
        context["failure"] = f"{error.message.to(look.language)} {hint}"
        return render(look.request, "ressenti/cockpit/emotion_map.html", context)
    themes = theme_names(look.viewer.organisation)
    context |= {
        "steps": [column_name(step, look.language) for step in columns(found)],
        "rows": [shown_theme(look, found, row, themes, own) for row in found.rows],
        "left_out": found.left_out,
    }
    return render(look.request, "ressenti/cockpit/emotion_map.html", context)


def emotion_asked(look: Look) -> str:
    """Return the emotion that an address asks for; empty for all.

    Raises
    ------
    UnknownName
        R100, for one that does not exist.
    """
    return read_of_query({"emotion": look.request.GET.get("emotion", "")}, ()).emotion


def columns(found: EmotionMap) -> tuple[str, ...]:
    """Return the columns of the map: all steps, then each."""
    return tuple(chain((EVERY_STEP,), found.steps))


def column_name(step: str, language: Language) -> str:
    return step_label(step, language) if step else _("All steps")


def shown_theme(
    look: Look,
    found: EmotionMap,
    row: ThemeRow,
    themes: Mapping[str, Text],
    own: Mapping[str, str],
) -> ShownTheme:
    """Return a row of the map in the words of its page."""
    return ShownTheme(
        name=theme_name(row.theme, themes, look.language),
        plan=plan_name(row.theme, look.language),
        cells=tuple(_cells(look, found, row, own)),
    )


def _cells(
    look: Look, found: EmotionMap, row: ThemeRow, own: Mapping[str, str]
) -> Iterator[ShownCell]:
    voice = reverse("voice", args=[look.viewer.organisation.key])
    for step in columns(found):
        name = column_name(step, look.language)
        score = row.cells.get(step)
        if score is None or score.value is None:
            absence = "" if score is None else absence_words(score, look.language)
            yield ShownCell(step=name, absence=absence)
            continue
        narrowed = {name_in_address(TOUCHPOINT): step} if step else {}
        query = look.filters.query(**narrowed, theme=row.theme, **own)
        yield ShownCell(
            step=name,
            address=f"{voice}?{query}",
            value=points_text(score.value, look.language),
            interval=limits_text(score, look.language),
            n=number_text(score.n, look.language, decimals=0),
            heat=heat_of(score),
        )


def points_text(value: float, language: Language) -> str:
    """Return a mean polarity in points, signed."""
    return number_text(value, language, decimals=0, signed=True)


def limits_text(score: Score, language: Language) -> str:
    """Return the interval of a score; empty where it has none."""
    if score.low is None or score.high is None:
        return ""
    low, high = (points_text(value, language) for value in (score.low, score.high))
    return _("%(low)s to %(high)s") % {"low": low, "high": high}
