"""Paths of this app below /api/v1/."""

from django.urls import path

from emailops import api, api_bulk, api_server, api_suppressions

_BULK = "bulk-sends/<uuid:send_id>/"
_SUPPRESSIONS = "domains/<uuid:domain_id>/suppressions/"
_SERVER = "domains/<uuid:domain_id>/mail-server/"

urlpatterns = [
    path("email-jobs/", api.EmailJobs.as_view(), name="api-email-jobs"),
    path("email-jobs/<uuid:job_id>/", api.OneEmailJob.as_view(), name="api-email-job"),
    path("email-jobs/<uuid:job_id>/retry/", api.Retry.as_view(), name="api-email-job-retry"),
    path("email-jobs/<uuid:job_id>/cancel/", api.Cancel.as_view(), name="api-email-job-cancel"),
    path("bulk-sends/", api_bulk.BulkSends.as_view(), name="api-bulk-sends"),
    path(_BULK, api_bulk.OneBulkSend.as_view(), name="api-bulk-send"),
    path(f"{_BULK}cancel/", api_bulk.CancelBulkSend.as_view(), name="api-bulk-send-cancel"),
    path(f"{_BULK}pause/", api_bulk.PauseBulkSend.as_view(), name="api-bulk-send-pause"),
    path(f"{_BULK}resume/", api_bulk.ResumeBulkSend.as_view(), name="api-bulk-send-resume"),
    path(_SUPPRESSIONS, api_suppressions.Suppressions.as_view(), name="api-suppressions"),
    path(
        f"{_SUPPRESSIONS}<uuid:suppression_id>/",
        api_suppressions.OneSuppression.as_view(),
        name="api-suppression",
    ),
    path(_SERVER, api_server.DomainMailServer.as_view(), name="api-mail-server"),
    path(f"{_SERVER}test/", api_server.MailServerTest.as_view(), name="api-mail-server-test"),
]
