"""Objectives, journey steps and channels, and the indicators that serve each objective."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ressenti.language import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """What a company wants to know or improve, and the indicators for it, by their keys."""

    name: Text
    first: tuple[str, ...]
    add: tuple[str, ...] = ()
    avoid_alone: tuple[str, ...] = ()


OBJECTIVES: Mapping[str, Objective] = {
    "overall_satisfaction": Objective(
        name=Text(
            en="overall satisfaction and how it moves", fr="satisfaction globale et son évolution"
        ),
        first=("csat",),
        add=("nes", "response_rate"),
        avoid_alone=("nps",),
    ),
    "touchpoint_satisfaction": Objective(
        name=Text(en="satisfaction on one point of contact", fr="satisfaction sur un point précis"),
        first=("csat",),
        add=("nes", "mystery_shopping"),
        avoid_alone=("nps",),
    ),
    "word_of_mouth": Objective(
        name=Text(en="word of mouth and relationship", fr="recommandation et relation"),
        first=("nps",),
        add=("review_score",),
        avoid_alone=("csat",),
    ),
    "friction": Objective(
        name=Text(en="remove friction on a step", fr="réduire l'effort sur une étape"),
        first=("ces",),
        add=("recontact", "contact_rate", "first_response_time", "cpi"),
        avoid_alone=("ces",),
    ),
    "feelings": Objective(
        name=Text(en="understand feelings and causes", fr="comprendre les ressentis et les causes"),
        first=("nes",),
        add=("csat",),
        avoid_alone=("nes",),
    ),
    "contact_centre_quality": Objective(
        name=Text(
            en="quality or cost of the contact centre", fr="qualité ou coût du centre de contact"
        ),
        first=("fcr",),
        add=("global_resolution", "service_level", "csat", "aht", "iqs"),
        avoid_alone=("aht",),
    ),
    "accessibility": Objective(
        name=Text(en="being reachable", fr="joignabilité"),
        first=("answer_rate", "service_level"),
        add=("abandonment_rate", "first_response_time", "cpi"),
    ),
    "service_diagnosis": Objective(
        name=Text(
            en="diagnose the service against expectations",
            fr="diagnostiquer le service au regard des attentes",
        ),
        first=("servqual",),
        add=("cpi",),
    ),
    "retention": Objective(
        name=Text(en="keep customers", fr="fidéliser les clients"),
        first=("crr", "churn"),
        add=("customer_health", "nps"),
        avoid_alone=("nps",),
    ),
    "growth": Objective(
        name=Text(
            en="grow value, resist competitors",
            fr="développer la valeur, résister aux concurrents",
        ),
        first=("loyalty",),
        add=("repurchase", "clv"),
        avoid_alone=("csat",),
    ),
    "standards": Objective(
        name=Text(en="conform to standards", fr="respecter les standards"),
        first=("mystery_shopping", "iqs"),
        add=("csat",),
    ),
    "reputation": Objective(
        name=Text(en="reputation", fr="réputation"),
        first=("review_score",),
        add=("nes", "complaint_rate"),
    ),
    "incident_prevention": Objective(
        name=Text(en="prevent incidents", fr="prévenir les incidents"),
        first=("complaint_rate",),
        add=("contact_rate", "nes"),
    ),
    "employees": Objective(
        name=Text(en="employees as a lever", fr="les collaborateurs comme levier"),
        first=("enps", "employee_satisfaction"),
        add=("employee_engagement", "csat"),
    ),
    "customer_outcomes": Objective(
        name=Text(en="perform for the customer", fr="réussir pour le client"),
        first=("cpi",),
        add=("cpi_kpi_link",),
    ),
}
STEPS: Mapping[str, Text] = {
    "discover": Text(en="discover, compare", fr="découverte, comparaison"),
    "quote": Text(en="quote, subscribe", fr="devis, souscription"),
    "buy": Text(en="buy", fr="achat"),
    "deliver": Text(en="deliver, pick up", fr="livraison, retrait"),
    "start": Text(en="start", fr="prise en main"),
    "use": Text(en="use", fr="usage"),
    "support": Text(en="support, claim", fr="service client, réclamation"),
    "renew": Text(en="renew, buy again", fr="renouvellement, réachat"),
    "leave": Text(en="leave", fr="départ"),
    "whole": Text(en="the whole relationship", fr="toute la relation"),
    "inside": Text(en="inside the company", fr="en interne"),
}
SURVEY_CHANNELS: Mapping[str, Text] = {
    "email": Text(en="e-mail", fr="courriel"),
    "sms": Text(en="text message", fr="SMS"),
    "web": Text(en="web page or link", fr="page web ou lien"),
    "widget": Text(en="widget on a site", fr="module sur un site"),
    "kiosk": Text(en="kiosk in a shop", fr="borne en magasin"),
    "phone": Text(en="phone", fr="téléphone"),
    "panel": Text(en="panel", fr="panel"),
}
# What is pushed too hard in one place shows in the other.
GUARD_RAILS: Mapping[str, str] = {
    "aht": "fcr",
    "global_resolution": "recontact",
    "nps": "response_rate",
    "csat": "response_rate",
}
COLD = frozenset({"nps", "servqual", "loyalty", "enps", "employee_satisfaction"})
