"""What Celery processes do beside their tasks: refuse unsafe settings, keep our logs, say that they live."""

import threading
from typing import Any

import structlog
from celery import bootsteps, signals
from django.db import connections

from privas.checks import refuse_unsafe_start
from privas.heartbeat import EVERY_S, beat_heart, forget_the_dead


class HeartbeatStep(bootsteps.StartStopStep):
    """Beats while the consumer is connected, so a worker that lost its broker, or hangs, falls silent."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def __init__(self, parent: Any, **options: Any) -> None:
        self.timer: Any = None
        super().__init__(parent, **options)

    def start(self, parent: Any) -> None:
        """The consumer is connected and takes work."""
        forget_the_dead()
        queues = list(parent.app.amqp.queues.consume_from)
        beat_heart(parent.hostname, queues)
        self.timer = parent.timer.call_repeatedly(EVERY_S, beat_heart, (parent.hostname, queues))

    def stop(self, parent: Any) -> None:
        """The consumer stops, or has lost the broker."""
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None


@signals.celeryd_init.connect
@signals.beat_init.connect
def _refuse(**_: Any) -> None:
    refuse_unsafe_start()


@signals.worker_ready.connect
def _warm_up(sender: Any, **_: Any) -> None:
    """The AI's worker reads its knowledge beside the first tasks, not inside the first visitor's turn."""
    if "ai" in sender.app.amqp.queues.consume_from:
        threading.Thread(target=_warm_representative, name="warming", daemon=True).start()


def _warm_representative() -> None:
    from privas.warming import warm_representative  # Celery loads this module before Django's models

    try:
        warm_representative()
    finally:
        connections.close_all()


@signals.setup_logging.connect
def _keep_our_logging(**_: Any) -> None:
    """Celery would set its own; that this receiver exists is what keeps it from doing so."""


@signals.task_postrun.connect
def _leave_broken_connections(**_: Any) -> None:
    """After an error, look whether the database is still there: Celery would keep a dead connection for hundreds of
    tasks (CELERY_DB_REUSE_MAX), and each of them would fail long after the database has come back.
    """
    for connection in connections.all(initialized_only=True):
        if connection.errors_occurred and not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()


@signals.task_prerun.connect
def _name_the_task(task_id: str, task: Any, **_: Any) -> None:
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(task=task.name, task_id=task_id)
