"""The person's own pages; included at the root, beside allauth's under accounts/."""

from django.urls import path

from accounts import views

urlpatterns = [
    path("", views.home, name="home"),
    path("accounts/theme/", views.theme, name="theme"),
    path("accounts/profile/", views.profile, name="profile"),
]
