"""Logging: one line for each thing, readable in a terminal or JSON for machines, never with a secret in it.

Named by LOGGING_CONFIG in settings.py. Every line carries the request id or the task id that it belongs to,
from structlog's context variables (middleware.py sets the first, workers.py the second).
"""

import logging.config
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

# Names whose values are never written, whatever they are.
SECRET_NAMES = re.compile(
    r"password|passwd|secret|token|ticket|authorization|cookie|api_?key|signature", re.I
)
# Values that are secret wherever they stand: API tokens (accounts/tokens.py) and visitors' (widget/sessions.py,
# whose parts stand between colons) by their prefix, passwords inside addresses, and the links that let their
# bearer in.
SECRET_VALUES = re.compile(
    r"(?<![a-zA-Z0-9])(?P<prefix>p?vt_)[\w\-.:]{6,}"
    r"|(?P<scheme>\b[a-z][a-z0-9+.\-]{0,40}+://[^\s:/@]*:)[^\s@/]+(?=@)"
    r"|(?P<path>/(?:invitations|unsubscribe|accounts/password/reset/key|accounts/confirm-email)/)[^\s/?#\"']+"
)
MASK = "***"
# What a line may tell beside its words (`extra=`).
FACTS = (
    "act", "conversation", "domain", "error", "event_id", "group", "groups", "representative", "row", "sockets",
    "topic", "turn", "type", "why",
)  # fmt: skip

Event = MutableMapping[str, Any]


def mask(text: str) -> str:
    """The text without what would let its reader in."""
    return SECRET_VALUES.sub(
        lambda found: (found["prefix"] or found["scheme"] or found["path"] or "") + MASK, text
    )


def hide_secrets(_logger: object, _method: str, event: Event) -> Event:
    """The structlog step that masks; it runs last before rendering, so nothing passes around it."""
    for name, value in event.items():
        if SECRET_NAMES.search(name):
            event[name] = MASK
        elif isinstance(value, str):
            event[name] = mask(value)
    return event


class StandardError(logging.Handler):
    """Writes to whatever standard error is at that moment, so that redirecting it redirects the log."""

    def emit(self, record: logging.LogRecord) -> None:
        """One line."""
        try:
            sys.stderr.write(self.format(record) + "\n")
        except Exception:
            self.handleError(record)


def configure(config: dict[str, Any]) -> None:
    """Send structlog and the standard library through the same steps; `format` is `console` or `json`."""
    json = config["format"] == "json"
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.ExtraAdder(FACTS),
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso" if json else "%H:%M:%S", utc=json),
        structlog.processors.StackInfoRenderer(),
    ]
    # A traceback becomes text before the masking step, so that an address inside it is masked too.
    last: list[Any] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        hide_secrets,
        structlog.processors.JSONRenderer() if json else structlog.dev.ConsoleRenderer(colors=False),
    ]
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "lines": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "foreign_pre_chain": shared,
                    "processors": last,
                }
            },
            "handlers": {"stderr": {"()": StandardError, "formatter": "lines"}},
            "root": {"handlers": ["stderr"], "level": "INFO"},
            "loggers": {
                # A line for each request: what machines collect. In a terminal it would bury the rest.
                "privas.access": {"level": "INFO" if json else "WARNING"},
                # Celery and kombu tell of every connection and task at INFO.
                "celery": {"level": "WARNING"},
                "kombu": {"level": "WARNING"},
                # Every 404 is in the access log already.
                "django.request": {"level": "ERROR"},
                "django.channels.server": {"level": "WARNING"},
                "uvicorn": {"level": "WARNING"},
                "httpx": {"level": "WARNING"},
                "asyncio": {"level": "WARNING"},
            },
        }
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
