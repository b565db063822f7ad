"""The end of the list below /api/v1/: what no path before it took is a JSON 404."""

from django.urls import re_path

from domains.api_errors import NoSuchPath

urlpatterns = [re_path(r"", NoSuchPath.as_view(), name="api-missing")]
