"""Paths of this app below /api/v1/."""

from django.urls import path

from domains import api, api_docs

urlpatterns = [
    path("schema/", api_docs.Schema.as_view(), name="api-schema"),
    path("docs/", api_docs.page, name="api-docs"),
    path("domains/", api.Domains.as_view(), name="api-domains"),
    path("domains/<uuid:domain_id>/", api.OneDomain.as_view(), name="api-domain"),
    path("domains/<uuid:domain_id>/members/", api.Members.as_view(), name="api-members"),
    path("domains/<uuid:domain_id>/members/<uuid:member_id>/", api.OneMember.as_view(), name="api-member"),
]
