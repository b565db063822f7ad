"""Paths of Email Operations."""

from django.urls import path

from emailops import bulk_views, suppression_views, unsubscribe_views, views

_SUPPRESSIONS = "domains/<uuid:domain_id>/settings/email/suppressions/"

urlpatterns = [
    path("emails/", views.emails, name="emails"),
    path("emails/act/", views.act, name="emails_act"),
    path("emails/strip/", views.strip, name="emails_strip"),
    path("emails/moving/", views.moving, name="emails_moving"),
    path("emails/bulk/", bulk_views.queue, name="bulk_queue"),
    path("emails/bulk/compose/", bulk_views.compose, name="bulk_compose"),
    path("emails/bulk/check/", bulk_views.check, name="bulk_check"),
    path("emails/bulk/preview/", bulk_views.preview, name="bulk_preview"),
    path("emails/bulk/bars/", bulk_views.bars, name="bulk_bars"),
    path("emails/bulk/<uuid:send_id>/", bulk_views.act, name="bulk_act"),
    path("emails/<uuid:job_id>/", views.email, name="email"),
    path("emails/<uuid:job_id>/body/", views.body, name="email_body"),
    path("emails/<uuid:job_id>/attempts/", views.attempts, name="email_attempts"),
    path("emails/<uuid:job_id>/retry/", views.retry, name="email_retry"),
    path("emails/<uuid:job_id>/cancel/", views.cancel, name="email_cancel"),
    path(_SUPPRESSIONS, suppression_views.suppressions_page, name="settings_email_suppressions"),
    path(f"{_SUPPRESSIONS}list.csv", suppression_views.as_csv, name="suppressions_csv"),
    path("unsubscribe/<str:token>/", unsubscribe_views.unsubscribe, name="unsubscribe"),
]
