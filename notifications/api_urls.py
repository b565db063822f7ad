"""Paths of this app below /api/v1/."""

from django.urls import path

from notifications import api

_RULES = "domains/<uuid:domain_id>/alert-rules/"

urlpatterns = [
    path(_RULES, api.AlertRules.as_view(), name="api-alert-rules"),
    path(f"{_RULES}<uuid:rule_id>/", api.OneAlertRule.as_view(), name="api-alert-rule"),
]
