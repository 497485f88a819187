"""The map of emotions as files: its cells as a table, and the map as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from ressenti.language import Text
from ressenti.reports.drawings.heat_map import HeatRow, heat_map_svg
from ressenti.reports.exports.columns import score_columns, score_values
from ressenti.reports.exports.definition import Circumstances, definition_lines
from ressenti.scores.score import Period, Score
from ressenti.server.cockpit.choices import dimension_label
from ressenti.server.cockpit.deliveries import Export
from ressenti.server.cockpit.emotion_map import EmotionMap, emotion_map
from ressenti.server.cockpit.emotion_map_page import column_name, columns, emotion_asked
from ressenti.server.cockpit.figure_exports import filters_told, picture_caption, told_of
from ressenti.server.cockpit.focus import WHOLE
from ressenti.server.cockpit.journey import TOUCHPOINT
from ressenti.server.cockpit.journey_page import period_name
from ressenti.server.cockpit.pages import Look
from ressenti.server.cockpit.pictures import captioned
from ressenti.server.cockpit.voice_readings import emotion_name, theme_name
from ressenti.server.theme_plans import theme_names

THEME = "theme"


def emotion_map_export(look: Look) -> Export:
    """Return the cells of the map, one a row; a hidden one has no count.

    Raises
    ------
    UndefinedResult
        R206, when there is too much to count while somebody waits.
    """
    found = emotion_map(look.scope, look.window, emotion=emotion_asked(look))
    scores = _scores(look, found)
    heads = {
        THEME: Text(en=_("Theme"), fr=_("Theme")),
        TOUCHPOINT: Text(en=dimension_label(TOUCHPOINT), fr=dimension_label(TOUCHPOINT)),
    }
    circumstances = Circumstances(told=told_of(look), filters=filters_told(look) | _felt(look))
    return Export(
        name=f"{look.viewer.organisation.name} {_('Map of emotions')}",
        subject="voice, map",
        columns=score_columns(heads),
        rows=[score_values(score, tuple(heads), look.language) for score in scores],
        definition=definition_lines(scores, circumstances, look.language),
        language=look.language,
    )


def emotion_map_picture(look: Look) -> str | None:
    """Return the map as a picture; None where nobody spoke of a theme.

    Raises
    ------
    UndefinedResult
        R206, when there is too much to count while somebody waits.
    """
    found, language = (
        emotion_map(look.scope, look.window, emotion=emotion_asked(look)),
        look.language,
    )
    if not found.rows:
        return None
    themes = theme_names(look.viewer.organisation)
    rows = [
        HeatRow(name=theme_name(row.theme, themes, language), scores=row.cells)
        for row in found.rows
    ]
    steps = {step: column_name(step, language) for step in columns(found)}
    lines = [
        (
            _("Cell"),
            _(
                "mean polarity of the clauses on the theme, from −100 to 100, respondents "
                "weighing the same; Student’s 95-percent interval"
            ),
        ),
        *_felt(look).items(),
    ]
    caption = picture_caption(look, _("Map of emotions"), period_name(look, WHOLE), lines)
    return captioned(heat_map_svg(rows, steps, language), caption)


def _scores(look: Look, found: EmotionMap) -> Sequence[Score]:
    themes = theme_names(look.viewer.organisation)
    period = Period(look.window.shown[0].isoformat(), look.window.end.isoformat())
    return [
        replace(
            row.cells[step],
            period=period,
            segment={
                THEME: theme_name(row.theme, themes, look.language),
                TOUCHPOINT: column_name(step, look.language),
            },
        )
        for row in found.rows
        for step in columns(found)
        if step in row.cells
    ]


def _felt(look: Look) -> dict[str, str]:
    emotion = emotion_asked(look)
    return {_("Emotion"): emotion_name(emotion, look.language)} if emotion else {}
