"""Mail as rows: the queue, its record, and the servers."""

from emailops.models.bulk_send import BulkSend, BulkState
from emailops.models.connection_slot import ConnectionSlot
from emailops.models.email_attempt import AttemptOutcome, EmailAttempt
from emailops.models.email_content import EmailContent
from emailops.models.email_job import (
    FILED,
    MOVING,
    UNSENT,
    WAITING,
    WHY_NO_BODY,
    WHY_WIPED,
    EmailJob,
    EmailKind,
    EmailStatus,
)
from emailops.models.mail_server import BUILT_IN_ID, MailServer, Security, ServerState
from emailops.models.suppression import Suppression, SuppressionReason

__all__ = [
    "BUILT_IN_ID",
    "FILED",
    "MOVING",
    "UNSENT",
    "WAITING",
    "WHY_NO_BODY",
    "WHY_WIPED",
    "AttemptOutcome",
    "BulkSend",
    "BulkState",
    "ConnectionSlot",
    "EmailAttempt",
    "EmailContent",
    "EmailJob",
    "EmailKind",
    "EmailStatus",
    "MailServer",
    "Security",
    "ServerState",
    "Suppression",
    "SuppressionReason",
]
