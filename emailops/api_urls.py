"""Paths of this app below /api/v1/."""

from django.urls import path

from emailops import api, api_server

_SERVER = "domains/<uuid:domain_id>/mail-server/"

urlpatterns = [
    path("email-jobs/", api.EmailJobs.as_view(), name="api-email-jobs"),
    path("email-jobs/<uuid:job_id>/", api.OneEmailJob.as_view(), name="api-email-job"),
    path("email-jobs/<uuid:job_id>/retry/", api.Retry.as_view(), name="api-email-job-retry"),
    path("email-jobs/<uuid:job_id>/cancel/", api.Cancel.as_view(), name="api-email-job-cancel"),
    path(_SERVER, api_server.DomainMailServer.as_view(), name="api-mail-server"),
    path(f"{_SERVER}test/", api_server.MailServerTest.as_view(), name="api-mail-server-test"),
]
