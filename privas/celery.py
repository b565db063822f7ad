"""The Celery app and the clock's table.

Celery is the doorbell, rows are the queue: every entry here is an idempotent sweep over rows
whose time has come, so two clocks, or none for a minute, do no harm.
"""

import os

from celery import Celery

from privas import workers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "privas.settings")

app = Celery("privas")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["consumer"].add(workers.HeartbeatStep)

app.conf.beat_schedule = {
    "relay events that nobody relayed": {"task": "conversations.tasks.relay_missed_events", "schedule": 5.0},
    "expire requests for a person": {"task": "conversations.tasks.expire_requests", "schedule": 1.0},
    "pass control of absent holders": {
        "task": "conversations.tasks.pass_unanswered_control",
        "schedule": 5.0,
    },
    "resume AI turns whose worker died": {"task": "representative.tasks.resume_turns", "schedule": 5.0},
    "ring for mail that is due": {"task": "emailops.tasks.sweep", "schedule": 5.0},
}
