"""The Celery app and the clock's table.

Celery is the doorbell, rows are the queue: every entry here is an idempotent sweep over rows
whose time has come, so two clocks, or none for a minute, do no harm.
"""

import os
from typing import Any

from celery import Celery
from kombu import Connection

from domains.broker import WAIT_S, asked
from privas import workers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "privas.settings")


class Bells(Celery):
    """Celery, whose rings are never waited for long: the rows hold what there is to do."""

    def connection_for_write(self, url: str | None = None, **options: Any) -> Connection:
        """A connection to ring through. Workers, who listen for as long as it takes, have others."""
        return super().connection_for_write(
            url, **options | {"transport_options": {"socket_timeout": WAIT_S}}
        )

    def send_task(self, *arguments: Any, **options: Any) -> Any:
        """Ring. Raises what the broker's client raises, and Silent."""
        with asked():
            return super().send_task(*arguments, **options)


app = Bells("privas")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.worker_consumer = "privas.consumer:Consumer"
app.steps["consumer"].add(workers.HeartbeatStep)


def _every(seconds: float, task: str) -> dict[str, Any]:
    """A sweep and its pace; rings that no worker heard in time are dropped, as the next one finds the same rows."""
    return {"task": task, "schedule": seconds, "options": {"expires": max(10.0, 2 * seconds)}}


app.conf.beat_schedule = {
    "relay events that nobody relayed": _every(5, "conversations.tasks.relay_missed_events"),
    "expire requests for a person": _every(1, "conversations.tasks.expire_requests"),
    "pass control of absent holders": _every(5, "conversations.tasks.pass_unanswered_control"),
    "return to the AI what departed operators hold": _every(5, "conversations.tasks.hand_back_from_departed"),
    "return to the AI what absent operators hold": _every(5, "conversations.tasks.hand_back_from_absent"),
    "resume AI turns whose worker died": _every(5, "representative.tasks.resume_turns"),
    "write to visitors whose talk is over": _every(30, "notifications.tasks.send_follow_ups"),
    "tell owners whose mail does not get through": _every(120, "notifications.tasks.look_after_mail"),
    "remove what old mails say": _every(300, "emailops.tasks.wipe_old_bodies"),
    "ring for mail that is due": _every(5, "emailops.tasks.sweep"),
}
