"""A mail as a row of Email Operations: how it looks, and what this person may do with it."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from accounts.models import User
from domains.access import May, domains_of
from emailops import acts, queries
from emailops.models import WHY_NO_BODY, WHY_WIPED, EmailJob, EmailStatus, MailServer

# Shape, tone and meaning of each status; the word is the status itself.
_LOOKS = {
    EmailStatus.QUEUED: ("ring", "grey", "Waits for its turn."),
    EmailStatus.SENDING: ("half", "violet", "Is being handed to the mail server."),
    EmailStatus.RETRYING: ("half", "amber", "The mail server put it off; it is tried again by itself."),
    EmailStatus.SENT: ("check", "green", "The mail server has accepted it."),
    EmailStatus.FAILED: ("cross", "red", "The mail server refused it for good."),
    EmailStatus.EXPIRED: ("cross", "grey", "It could not be sent in the time in which it is useful."),
    EmailStatus.CANCELLED: ("cross", "grey", "Somebody cancelled it."),
    EmailStatus.SUPPRESSED: ("ring", "grey", "This recipient does not want such mail."),
    EmailStatus.HELD: ("square", "amber", "Waits until somebody tries it again."),
    EmailStatus.UNKNOWN: (
        "triangle",
        "amber",
        "It may have arrived: the mail server broke off at the last moment.",
    ),
}
# It has come to nobody.
_FILED = ("check", "grey", "Delivered to the file store, as no mail server is set.")


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    job: EmailJob
    form: str
    tone: str
    meaning: str
    # The server it waits for, where that rests.
    resting: MailServer | None
    may_open: bool
    managed: set[uuid.UUID]
    is_open: bool = False

    @property
    def not_before(self) -> datetime | None:
        """When a queued mail may go, where that is yet to come."""
        later = self.job.status == EmailStatus.QUEUED and self.job.run_after > timezone.now()
        return self.job.run_after if later else None

    @property
    def watched(self) -> bool:
        """Whether it may change without this page: by itself, or as its bulk send goes on."""
        return self.job.moving or self.job.status == EmailStatus.HELD

    @property
    def may_manage(self) -> bool:
        """Whether one looks after the mail's domain."""
        return self.job.domain_id in self.managed

    @property
    def may_retry(self) -> bool:
        """Whether the button is there."""
        return self.may_manage and acts.may_retry(self.job)

    @property
    def may_cancel(self) -> bool:
        """Whether the button is there."""
        return self.may_manage and acts.may_cancel(self.job)

    @property
    def parts(self) -> list[tuple[str, str]]:
        """The tabs: bodies for owners and admins, headers for all who may open the row."""
        shown = self.may_manage and not self.job.lets_in and self.job.content.wiped_at is None
        bodies = [("html", "HTML"), ("text", "Text")] if shown else []
        return [*bodies, ("headers", "Headers")]

    @property
    def why_no_body(self) -> str:
        """What stands in the place of the body; empty where it is shown."""
        if self.job.lets_in:
            return WHY_NO_BODY
        if self.job.content.wiped_at is not None:
            return WHY_WIPED
        return "" if self.may_manage else f"The body is for owners and admins of {self.job.domain}."


def rows_of(user: User, jobs: list[EmailJob], *, opened: bool = False) -> list[Row]:
    """These mails as this user sees them; opened where the role reaches."""
    talks = set(domains_of(user, May.TALK).order_by().values_list("id", flat=True))
    manages = managed_by(user)
    resting = queries.resting_servers_of(jobs)
    return [
        Row(
            job,
            *_look(job),
            resting=resting.get(job.id),
            may_open=job.domain_id in talks,
            managed=manages,
            is_open=opened and job.domain_id in talks,
        )
        for job in jobs
    ]


def _look(job: EmailJob) -> tuple[str, str, str]:
    """Its shape, its tone, and what they mean."""
    if job.status == EmailStatus.HELD and job.halted:
        return (*_LOOKS[EmailStatus.HELD][:2], f"Its bulk send is {job.halted}.")
    return _FILED if job.filed else _LOOKS[EmailStatus(job.status)]


def managed_by(user: User) -> set[uuid.UUID]:
    """The domains that this user looks after."""
    return set(domains_of(user, May.MANAGE).order_by().values_list("id", flat=True))
