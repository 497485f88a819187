"""The two bodies of an invitation: HTML for every mail program, plain text for those without.

Word draws the HTML in Outlook: it knows tables and attributes, neither ``max-width`` nor
``inline-block``. It therefore reads one row of cells between its own comments, where the others
lay out blocks that wrap on a phone; styles stand in attributes because Gmail drops the others.
"""

from __future__ import annotations

from functools import cache
from html import escape
from importlib.resources import files
from string import Template

from ressenti.channels.email_invitation import EmailInvitation, LevelLink
from ressenti.channels.email_words import marked_up, paragraphs, plain_words
from ressenti.language import Language, Text, colon

CONFIRMATION = Text(
    en="Your answer counts once you have confirmed it on the page that opens.",
    fr="Votre réponse compte une fois confirmée sur la page qui s'ouvre.",
)
SURVEY_WORDS = Text(en="Open the questionnaire", fr="Ouvrir le questionnaire")
UNSUBSCRIBE_WORDS = Text(en="Receive no more surveys", fr="Ne plus recevoir d'enquêtes")

PREHEADER_LENGTH = 110
# Fills the preview line of mail programs, which would go on with the first words of the page.
PREHEADER_PADDING = "&#8199;&#65279;&#847; " * 60
LONGEST_SQUARE_LABEL = 3
SQUARE_SIZE = 48
FONT = "font-family:Arial,Helvetica,sans-serif;"

SQUARE = Template(
    """<!--[if mso]><td><![endif]--><div style="display:inline-block;vertical-align:top;">\
<table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr>\
<td style="padding:2px;"><table role="presentation" cellpadding="0" cellspacing="0" border="0" \
style="border-collapse:separate;"><tr><td class="level" align="center" width="44" height="44" \
bgcolor="#eef4f9" style="width:42px;height:42px;background-color:#eef4f9;\
border:1px solid #0a5c91;border-radius:6px;"><a class="level-name" href="$url" \
style="display:block;width:42px;${font}font-size:16px;line-height:42px;mso-line-height-rule:exactly;\
font-weight:bold;color:#0a5c91;text-align:center;text-decoration:none;">$label</a></td></tr></table>\
</td></tr></table></div><!--[if mso]></td><![endif]-->
"""
)
BAR = Template(
    """<tr><td style="padding:4px 2px;"><table role="presentation" width="100%" cellpadding="0" \
cellspacing="0" border="0" style="border-collapse:separate;"><tr><td class="level" height="44" \
bgcolor="#eef4f9" style="background-color:#eef4f9;border:1px solid #0a5c91;border-radius:6px;">\
<a class="level-name" href="$url" style="display:block;padding:11px 14px;${font}font-size:16px;\
line-height:22px;color:#0a5c91;text-decoration:none;">$label</a></td></tr></table></td></tr>
"""
)
ENDS = Template(
    """<table role="presentation" width="$width" cellpadding="0" cellspacing="0" border="0" \
style="width:100%;max-width:${width}px;"><tr>\
<td class="muted" align="left" style="padding:4px 2px;$words">$low</td>\
<td class="muted" align="right" style="padding:4px 2px;$words">$high</td>\
</tr></table>
"""
)
SMALL_WORDS = f"{FONT}font-size:13px;line-height:18px;color:#54626f;"


def plain_body(invitation: EmailInvitation, language: Language) -> str:
    """Return the message in plain text, one link a level."""
    mark = colon(language)
    opening = [*paragraphs(invitation.greeting), *paragraphs(invitation.introduction)]
    levels = [
        f"{words}{mark} {level.url}"
        for words, level in zip(_level_words(invitation), invitation.levels, strict=True)
    ]
    parts = [
        *opening,
        plain_words(invitation.question),
        "\n".join(levels),
        _confirmation(invitation, language),
        f"{SURVEY_WORDS.to(language)}{mark} {invitation.survey_link}",
        # Two hyphens and a space: where mail programs see a signature begin.
        f"-- \n{plain_words(invitation.organisation)}",
        *paragraphs(invitation.footer),
        f"{UNSUBSCRIBE_WORDS.to(language)}{mark} {invitation.unsubscribe_url}",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def html_body(invitation: EmailInvitation, language: Language) -> str:
    """Return the message in HTML, every word of it escaped."""
    preheader = " ".join(plain_words(invitation.introduction or invitation.question).split())
    return _page().substitute(
        language=language,
        subject=marked_up(invitation.subject),
        preheader=marked_up(preheader[:PREHEADER_LENGTH]),
        padding=PREHEADER_PADDING,
        organisation=marked_up(invitation.organisation),
        greeting=_html_paragraphs(invitation.greeting),
        introduction=_html_paragraphs(invitation.introduction),
        question=marked_up(invitation.question),
        levels=_html_levels(invitation),
        confirmation=marked_up(_confirmation(invitation, language)),
        survey_link=escape(invitation.survey_link),
        survey_words=marked_up(SURVEY_WORDS.to(language)),
        footer=_html_paragraphs(invitation.footer),
        unsubscribe_url=escape(invitation.unsubscribe_url),
        unsubscribe_words=marked_up(UNSUBSCRIBE_WORDS.to(language)),
    )


def _confirmation(invitation: EmailInvitation, language: Language) -> str:
    return CONFIRMATION.to(language) if invitation.levels else ""


def _level_words(invitation: EmailInvitation) -> list[str]:
    """Return what each level is called where only text tells it, ends included."""
    words = [plain_words(level.label) for level in invitation.levels]
    if words and invitation.ends:
        words[0], words[-1] = (
            f"{word} ({plain_words(end)})"
            for word, end in zip((words[0], words[-1]), invitation.ends, strict=True)
        )
    return words


def _html_levels(invitation: EmailInvitation) -> str:
    levels = invitation.levels
    if not levels:
        return ""
    if any(len(level.label) > LONGEST_SQUARE_LABEL for level in levels):
        bars = "".join(_html_level(BAR, level) for level in levels)
        return (
            '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">'
            f"{bars}</table>"
        )
    squares = "".join(_html_level(SQUARE, level) for level in levels)
    # font-size 0 removes the gaps between the blocks; each cell sets its own again.
    row = (
        '<div style="font-size:0;text-align:left;"><!--[if mso]><table role="presentation" '
        f'cellpadding="0" cellspacing="0" border="0"><tr><![endif]-->\n{squares}'
        "<!--[if mso]></tr></table><![endif]--></div>\n"
    )
    if invitation.ends is None:
        return row
    # A wrapped row no longer shows which level an end belongs to.
    low, high = (
        marked_up(f"{level.label} = {end}")
        for level, end in zip((levels[0], levels[-1]), invitation.ends, strict=True)
    )
    width = SQUARE_SIZE * len(levels)
    return row + ENDS.substitute(words=SMALL_WORDS, low=low, high=high, width=width)


def _html_level(template: Template, level: LevelLink) -> str:
    return template.substitute(font=FONT, url=escape(level.url), label=marked_up(level.label))


def _html_paragraphs(text: str) -> str:
    return "".join(
        f'<p style="margin:0 0 12px 0;">{"<br>".join(escape(paragraph).splitlines())}</p>'
        for paragraph in paragraphs(text)
    )


@cache
def _page() -> Template:
    page = files("ressenti.channels").joinpath("email_invitation.html")
    return Template(page.read_text(encoding="utf-8"))
