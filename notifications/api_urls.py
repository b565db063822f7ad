"""Paths of this app below /api/v1/."""

from django.urls import path

from notifications import api, api_templates

_TEMPLATES = "domains/<uuid:domain_id>/mail-templates/"
_RULES = "domains/<uuid:domain_id>/alert-rules/"

urlpatterns = [
    path(_RULES, api.AlertRules.as_view(), name="api-alert-rules"),
    path(f"{_RULES}<uuid:rule_id>/", api.OneAlertRule.as_view(), name="api-alert-rule"),
    path(_TEMPLATES, api_templates.MailTemplates.as_view(), name="api-mail-templates"),
    path(
        f"{_TEMPLATES}<uuid:template_id>/", api_templates.OneMailTemplate.as_view(), name="api-mail-template"
    ),
    path(
        "conversations/<uuid:conversation_id>/transcript/",
        api_templates.Transcript.as_view(),
        name="api-transcript",
    ),
]
