"""Pages by Django, sockets by Channels."""

import os

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import re_path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.anchors.plain_channels.settings")
django_application = get_asgi_application()

from bench.anchors.plain_channels.consumers import OperatorConsumer, VisitorConsumer  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": django_application,
        "websocket": URLRouter(
            [
                re_path(r"^ws/visitor/[\w-]+/[\w-]+/$", VisitorConsumer.as_asgi()),
                re_path(r"^ws/operator/[\w-]+/$", OperatorConsumer.as_asgi()),
            ]
        ),
    }
)
