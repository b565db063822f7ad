"""Which event wakes which task: the product's "then" on one page.

News travels upwards only through this table. Each task is woken with the event's id after commit and
may be woken twice, so each is idempotent by a unique key of its own. Alerts confirm the event when their rows
are written; the AI's turns have a sweep of their own.
"""

REACTIONS: dict[str, tuple[str, ...]] = {
    "message": ("representative.tasks.answer_visitor",),
    "message, the visitor's first": ("notifications.tasks.alert_new_conversation",),
    "human_requested": ("notifications.tasks.alert_escalation",),
    "handed_back": ("representative.tasks.answer_visitor",),
    "taken_over": ("representative.tasks.cancel_turn",),
}
