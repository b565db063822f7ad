"""Domains and their settings."""

from django.urls import path

from domains import views

_SETTINGS = "domains/<uuid:domain_id>/settings/"

urlpatterns = [
    path("domains/", views.domain_list, name="domains"),
    path("domains/new/", views.domain_create, name="domain_create"),
    path(_SETTINGS, views.settings_home, name="settings"),
    path(f"{_SETTINGS}general/", views.general, name="settings_general"),
    path(f"{_SETTINGS}live/", views.live, name="settings_live"),
    path(f"{_SETTINGS}widget/", views.widget, name="settings_widget"),
    path(f"{_SETTINGS}members/", views.people, name="settings_members"),
    path(f"{_SETTINGS}members/<uuid:member_id>/", views.member, name="settings_member"),
]
