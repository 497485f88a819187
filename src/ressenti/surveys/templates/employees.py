"""Templates asked of employees."""

from __future__ import annotations

from ressenti.language import Text
from ressenti.surveys.templates.plans import Plan, asked, follow_up, parts, question

ANONYMOUS = Text(
    en="Results of small teams are never shown.",
    fr="Les résultats des petites équipes ne sont jamais affichés.",
)

EMPLOYEE_PLANS = (
    Plan(
        key="enps",
        name=Text(en="Recommendation as an employer (eNPS)", fr="Recommandation employeur (eNPS)"),
        description=Text(
            en="How likely employees are to recommend working here, and why.",
            fr="La probabilité que les salariés recommandent leur employeur, et pourquoi.",
        ),
        indicators=("enps",),
        step="inside",
        introduction=ANONYMOUS,
        pages=(
            (
                question(
                    "recommend", "recommendation", asked("enps"), measure="enps", required=True
                ),
                question("why", "comment", follow_up("enps")),
            ),
        ),
    ),
    Plan(
        key="employee_satisfaction",
        name=Text(en="Employee satisfaction", fr="Satisfaction des salariés"),
        description=Text(
            en="Satisfaction with the job and with seven sides of it.",
            fr="La satisfaction au travail et sur sept de ses aspects.",
        ),
        indicators=("employee_satisfaction",),
        step="inside",
        introduction=ANONYMOUS,
        pages=(
            (
                question(
                    "job",
                    "satisfaction",
                    asked("employee_satisfaction"),
                    measure="employee_satisfaction",
                    required=True,
                ),
            ),
            (
                question(
                    "sides",
                    "satisfaction",
                    Text(
                        en="How satisfied are you with each of these sides of your work?",
                        fr="Quel est votre niveau de satisfaction sur chacun de ces aspects ?",
                    ),
                    not_concerned=True,
                    criteria=parts(
                        content=("what I do", "le contenu de mon travail"),
                        workload=("how much there is to do", "la charge de travail"),
                        recognition=("recognition", "la reconnaissance"),
                        growth=("learning and progress", "la progression"),
                        pay=("pay and benefits", "la rémunération et les avantages"),
                        safety=("health and safety", "la santé et la sécurité"),
                        management=("my manager", "mon responsable"),
                    ),
                ),
                question("why", "comment", follow_up("employee_satisfaction")),
            ),
        ),
    ),
    Plan(
        key="employee_engagement",
        name=Text(en="Employee engagement", fr="Engagement des salariés"),
        description=Text(
            en="Eight statements of our own on purpose, means, support and pride.",
            fr="Huit énoncés qui nous sont propres : sens, moyens, soutien et fierté.",
        ),
        indicators=("employee_engagement",),
        step="inside",
        introduction=ANONYMOUS,
        pages=(
            (
                question(
                    "statements",
                    "agreement",
                    Text(en="How far do you agree?", fr="Êtes-vous d'accord ?"),
                    measure="employee_engagement",
                    required=True,
                    not_concerned=True,
                    criteria=parts(
                        extra=(
                            "I would go out of my way for our customers",
                            "Je suis prêt(e) à en faire plus pour nos clients",
                        ),
                        purpose=(
                            "I see what my work brings to customers",
                            "Je vois ce que mon travail apporte aux clients",
                        ),
                        means=(
                            "I have what it takes to serve customers well",
                            "J'ai les moyens de bien servir les clients",
                        ),
                        freedom=(
                            "I may decide what a customer's case calls for",
                            "Je peux décider de ce que demande le cas d'un client",
                        ),
                        support=(
                            "My colleagues help when I need it",
                            "Mes collègues m'aident quand j'en ai besoin",
                        ),
                        voice=(
                            "What I suggest is taken up or answered",
                            "Mes suggestions sont suivies ou reçoivent une réponse",
                        ),
                        progress=(
                            "I am better at my job than a year ago",
                            "Je fais mieux mon travail qu'il y a un an",
                        ),
                        pride=(
                            "I like to say where I work",
                            "J'aime dire où je travaille",
                        ),
                    ),
                ),
                question(
                    "obstacles",
                    "comment",
                    follow_up("employee_engagement"),
                    show_if={"question": "statements.extra", "is": "at_most", "value": 3},
                ),
            ),
        ),
    ),
)
