"""The template that asks customers what they value: openly first, then what matters and was had."""

from __future__ import annotations

from ressenti.language import Text
from ressenti.surveys.templates.plans import Plan, asked, follow_up, parts, question

# One line for a kind of outcome, under its key: a company keeps those it can say something of.
LINES = parts(
    time=("It takes no longer than I expect", "cela ne prend pas plus de temps que prévu"),
    money=("I pay no more than I expected", "je ne paie pas plus que ce que je pensais"),
    convenience=("It is done in one go, where I am", "cela se fait en une fois, là où je suis"),
    flexibility=("I can change my mind", "je peux changer d'avis"),
    options=("I find what I want", "je trouve ce que je veux"),
    quality=("It is right the first time", "c'est bon du premier coup"),
    security=("My money and my data are safe", "mon argent et mes données sont à l'abri"),
    service=("Somebody helps me when I need it", "quelqu'un m'aide quand j'en ai besoin"),
    trust=("What I was told is done", "ce qu'on m'a dit est fait"),
    personalisation=("I do not have to say it all again", "je n'ai pas à tout redire"),
)

OUTCOME_PLANS = (
    Plan(
        key="outcomes",
        name=Text(en="What customers value", fr="Ce qui compte pour les clients"),
        description=Text(
            en="An open question first, so that customers name what we did not think of; then what "
            "matters to them, and whether they got it last time. For finding outcomes to measure.",
            fr="Une question ouverte d'abord, pour que les clients nomment ce à quoi nous n'avons "
            "pas pensé ; puis ce qui compte pour eux, et s'ils l'ont eu la dernière fois. Pour "
            "trouver les résultats à mesurer.",
        ),
        indicators=("cpi",),
        step="whole",
        pages=(
            (
                question("success", "comment", follow_up("cpi"), required=True),
                question(
                    "lacking",
                    "comment",
                    Text(
                        en="What did you want that you did not get?",
                        fr="Que vouliez-vous que vous n'avez pas eu ?",
                    ),
                ),
            ),
            (
                question(
                    "matters",
                    "agreement",
                    Text(
                        en="Does each of these matter to you?",
                        fr="Chacun de ces points compte-t-il pour vous ?",
                    ),
                    guidance=Text(
                        en="Agree: it matters to me.", fr="D'accord : cela compte pour moi."
                    ),
                    not_concerned=True,
                    criteria=LINES,
                ),
            ),
            (
                question(
                    "had",
                    "yes_no",
                    Text(
                        en="And last time, was it so?", fr="Et la dernière fois, était-ce le cas ?"
                    ),
                    not_concerned=True,
                    criteria=LINES,
                ),
                question(
                    "acceptable",
                    "number",
                    asked("cpi"),
                    guidance=Text(en="In days.", fr="En jours."),
                    minimum=0,
                    maximum=1000,
                    decimals=1,
                ),
            ),
        ),
    ),
)
