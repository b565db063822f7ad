"""Public addresses: the loader and the frame of a domain, and the demo site."""

from django.urls import path

from widget import demo, views

app_name = "widget"
urlpatterns = [
    path("w/<str:key>.js", views.loader, name="loader"),
    path("w/<str:key>/frame", views.frame, name="frame"),
    path("demo/", demo.shop, name="demo"),
    path("demo/workshop/", demo.workshop, name="demo_workshop"),
]
