"""The addresses of this part."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from ressenti.server.asking import (
    bounce_intake,
    campaign_pages,
    customer_pages,
    editor,
    funnel_page,
    gallery,
    pressure_pages,
    preview,
    publishing,
    question_page,
    sharing,
    survey_settings,
)

one_survey: list[URLPattern | URLResolver] = [
    path("", editor.survey_editor, name="survey"),
    path("edit/", editor.edit_survey, name="survey_edit"),
    path("name/", editor.rename_survey, name="survey_rename"),
    path("questions/<slug:question>/", question_page.question_page, name="survey_question"),
    path("settings/", survey_settings.settings_page, name="survey_settings"),
    path("publish/", publishing.publish_page, name="survey_publish"),
    path("close/", publishing.close_survey, name="survey_close"),
    path("reopen/", publishing.reopen_survey, name="survey_reopen"),
    path("preview/", preview.preview_page, name="survey_preview"),
    path("preview/page/", preview.previewed_page, name="survey_previewed"),
    path("share/", sharing.share_page, name="survey_share"),
    path("share/code.svg", sharing.code_file, name="survey_code"),
    path("share/poster.pdf", sharing.poster_file, name="survey_poster"),
    path("share/widget/", sharing.set_widget, name="survey_widget"),
    path("funnel/", funnel_page.funnel_page, name="survey_funnel"),
    path("questionnaire.json", gallery.export_survey, name="survey_export"),
    path("campaigns/", campaign_pages.campaign_list, name="campaigns"),
    path("campaigns/new/", campaign_pages.new_campaign, name="campaign_new"),
]
one_campaign: list[URLPattern | URLResolver] = [
    path("", campaign_pages.campaign_page, name="campaign"),
    path("edit/", campaign_pages.edit_campaign, name="campaign_edit"),
    path("test/", campaign_pages.try_campaign, name="campaign_test"),
    path("launch/", campaign_pages.launch_campaign, name="campaign_launch"),
    path("stop/", campaign_pages.stop_campaign, name="campaign_stop"),
    path("release/", campaign_pages.release_claims, name="campaign_release"),
]
one_customer: list[URLPattern | URLResolver] = [
    path("", customer_pages.customer_page, name="customer"),
    path("refusal/", customer_pages.customer_refusal, name="customer_refusal"),
    path("revoke/", customer_pages.revoke_invitation, name="invitation_revoke"),
    path("erase/", customer_pages.customer_erasure, name="customer_erase"),
]
of_organisation: list[URLPattern | URLResolver] = [
    path("surveys/", gallery.survey_list, name="surveys"),
    path("surveys/new/", gallery.new_survey, name="survey_new"),
    path("surveys/make/", gallery.make_survey, name="survey_make"),
    path("surveys/import/", gallery.import_survey, name="survey_import"),
    path("surveys/<uuid:survey>/", include(one_survey)),
    path("campaigns/<uuid:campaign>/", include(one_campaign)),
    path("customers/", customer_pages.customer_list, name="customers"),
    path("customers/import/", customer_pages.customer_import, name="customer_import"),
    path(
        "customers/import/confirm/",
        customer_pages.customer_import_confirmed,
        name="customer_import_confirm",
    ),
    path(
        "customers/import/rejects.csv",
        customer_pages.customer_import_rejects,
        name="customer_import_rejects",
    ),
    path("customers/<uuid:customer>/", include(one_customer)),
    path("pressure/", pressure_pages.pressure_page, name="pressure"),
    path("pressure/change/", pressure_pages.change_rules, name="pressure_change"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("o/<slug:organisation>/", include(of_organisation)),
    path("api/hooks/bounces/<slug:token>", bounce_intake.bounce_hook, name="bounce_hook"),
]
