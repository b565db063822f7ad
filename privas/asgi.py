"""The ASGI application: static files, pages and REST by Django, the two sockets by Channels."""

import os
from typing import Any

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import path, re_path

from privas.checks import refuse_unsafe_start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "privas.settings")
refuse_unsafe_start()
django_application = get_asgi_application()

# After Django is set up: these modules load models.
from conversations.live.consumer import ConsoleConsumer  # noqa: E402
from privas.staticfiles import StaticFiles  # noqa: E402
from privas.warming import warm_web  # noqa: E402
from widget.consumer import WidgetConsumer  # noqa: E402

warm_web()


async def refuse(scope: Any, receive: Any, send: Any) -> None:
    """No socket lives at this path: HTTP 403 instead of a traceback."""
    await receive()
    await send({"type": "websocket.close"})


application = ProtocolTypeRouter(
    {
        "http": StaticFiles(django_application),
        "websocket": URLRouter(
            [
                path("ws/widget/", WidgetConsumer.as_asgi()),
                path("ws/console/", ConsoleConsumer.as_asgi()),
                re_path("", refuse),  # type: ignore[arg-type]  # an ASGI application, as Channels routes
            ]
        ),
    }
)
