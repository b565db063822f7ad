"""The consumer of Celery workers, by its name in privas/celery.py."""

import structlog
from celery.worker import consumer

log = structlog.get_logger("privas.consumer")


class Consumer(consumer.Consumer):
    """Celery's own, which a broker's death does not end.

    A broker that dies while a job is being acknowledged leaves a channel that kombu cannot close: AttributeError, which
    Celery takes for a fault of its own, and the worker ends. What is not acknowledged is a ring; a sweep rings again.
    """

    def on_connection_error_after_connected(self, exc: Exception) -> None:
        """Leave the lost connection behind, closed or not; the next one is new."""
        try:
            super().on_connection_error_after_connected(exc)
        except Exception as trouble:
            log.warning("a lost connection to the broker could not be closed", error=repr(trouble))
