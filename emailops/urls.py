"""Paths of Email Operations."""

from django.urls import path

from emailops import views

urlpatterns = [
    path("emails/", views.emails, name="emails"),
    path("emails/moving/", views.moving, name="emails_moving"),
    path("emails/<uuid:job_id>/", views.email, name="email"),
    path("emails/<uuid:job_id>/body/", views.body, name="email_body"),
    path("emails/<uuid:job_id>/attempts/", views.attempts, name="email_attempts"),
    path("emails/<uuid:job_id>/retry/", views.retry, name="email_retry"),
    path("emails/<uuid:job_id>/cancel/", views.cancel, name="email_cancel"),
]
