"""Email Operations: the log of every mail."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages as toasts
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts import paging
from accounts.models import User
from domains.access import Forbidden, May, NotFound, domains_of
from domains.context import choose, workspace_of
from domains.pages import page, person
from emailops import acts as deeds
from emailops import messages, queries, servers
from emailops.file_store import FILED
from emailops.models import WHY_NO_BODY, EmailJob, EmailKind, EmailStatus, MailServer

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
_FILED = ("check", "green", "Delivered to the file store, as no mail server is set.")
# Nothing runs, nothing is fetched, nothing is sent. Letters carry their looks inline, because mail programs
# drop style sheets.
_LETTER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'; sandbox"
)
_PARTS = ("html", "text", "headers")


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
    def may_manage(self) -> bool:
        """Whether one looks after the mail's domain."""
        return self.job.domain_id in self.managed

    @property
    def may_retry(self) -> bool:
        """Whether the button is there."""
        return self.may_manage and deeds.may_retry(self.job)

    @property
    def may_cancel(self) -> bool:
        """Whether the button is there."""
        return self.may_manage and deeds.may_cancel(self.job)

    @property
    def parts(self) -> list[tuple[str, str]]:
        """The tabs: bodies for owners and admins, headers for all who may open the row."""
        bodies = [("html", "HTML"), ("text", "Text")] if self.may_manage and not self.job.lets_in else []
        return [*bodies, ("headers", "Headers")]

    @property
    def why_no_body(self) -> str:
        """What stands in the place of the body; empty where it is shown."""
        if self.job.lets_in:
            return WHY_NO_BODY
        return "" if self.may_manage else f"The body is for owners and admins of {self.job.domain}."


def _rows(request: HttpRequest, jobs: list[EmailJob], *, opened: bool = False) -> list[Row]:
    user = person(request)
    talks = set(domains_of(user, May.TALK).order_by().values_list("id", flat=True))
    manages = _managed(user)
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
    filed = job.status == EmailStatus.SENT and job.last_stage == FILED
    return _FILED if filed else _LOOKS[EmailStatus(job.status)]


def _managed(user: User) -> set[uuid.UUID]:
    return set(domains_of(user, May.MANAGE).order_by().values_list("id", flat=True))


@page()
def emails(request: HttpRequest) -> HttpResponse:
    """All mails of one's domains, newest first; further pages by keyset, so none is skipped meanwhile."""
    choose(request)
    user, asked = person(request), request.GET
    current = workspace_of(request).current
    everything = queries.jobs_of(user)
    if current is not None:
        everything = everything.filter(domain=current)
    kind, status, q = (asked.get(name, "")[:100] for name in ("kind", "status", "q"))
    found = queries.filtered(everything, kind=kind, status=status, q=q)
    one_page = {"cursor": asked.get("cursor", ""), "limit": queries.PAGE}
    shown = paging.page(found, one_page, order=queries.NEWEST_FIRST, show=list)
    jobs: list[EmailJob] = shown["results"]
    context: dict[str, Any] = {
        "rows": _rows(request, jobs),
        "more": _with(asked, cursor=shown["next"]) if shown["next"] else "",
        "moving": _moving(jobs),
        "newest": jobs[0].created_at.isoformat() if jobs and not asked.get("cursor") else "",
    }
    if request.headers.get("HX-Request") and asked.get("cursor"):
        return render(request, "emails/_rows.html", context)
    few = queries.counts(everything.filter(status__in=[EmailStatus.FAILED, *queries.UNFINISHED]))
    context |= {
        "kind": kind,
        "status": status,
        "q": q,
        "kinds": EmailKind.choices,
        "statuses": [(value, word, few.get(value, 0)) for value, word in EmailStatus.choices],
        "filtered": bool(kind or status or q),
        "resting": queries.resting_servers(user, current),
        "managed": _managed(user),
    }
    return render(request, "emails/index.html", context)


@page()
def moving(request: HttpRequest) -> HttpResponse:
    """What has become of the rows that were still on their way, and how many new ones there are."""
    ids = [one for one in request.GET.get("ids", "").split(",") if one][: queries.PAGE]
    jobs = list(queries.jobs_of(person(request)).filter(id__in=[_uuid(one) for one in ids]))
    current = workspace_of(request).current
    newest = request.GET.get("newest", "")
    context = {
        "rows": _rows(request, jobs),
        "moving": _moving(jobs),
        "newest": newest,
        "fresh": queries.newer_than(person(request), newest, current) if newest else 0,
    }
    return render(request, "emails/_moving.html", context)


@page()
def email(request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
    """One mail: as an opened or closed row of the table, as one of its parts, or on its own page."""
    asked = request.GET
    part = asked.get("part", "")
    if request.headers.get("HX-Request") and asked.get("open") == "0":
        job = queries.job_for(person(request), job_id, May.READ)
        return render(request, "emails/_job.html", {"row": _rows(request, [job])[0]})
    job = queries.job_for(person(request), job_id, May.TALK)
    (row,) = _rows(request, [job], opened=True)
    context = {"row": row, "part": _part(row, part), **_part_context(job, _part(row, part))}
    if request.headers.get("HX-Request"):
        return render(request, "emails/_part.html" if part else "emails/_job.html", context)
    return render(request, "emails/one.html", context)


@page()
def attempts(request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
    """The record of its tries, fetched again while there may be another."""
    job = queries.job_for(person(request), job_id, May.TALK)
    return render(request, "emails/_attempts.html", {"row": _rows(request, [job], opened=True)[0]})


@page()
def body(request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
    """The HTML as it was sent, for a frame that may run nothing and fetch nothing. Owners and admins."""
    job = queries.job_for(person(request), job_id, May.MANAGE)
    if job.lets_in:
        return HttpResponse(WHY_NO_BODY, content_type="text/plain; charset=utf-8", status=403)
    response = HttpResponse(job.content.html, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = _LETTER_POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


@page("POST")
def retry(request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
    """Another try. Owners and admins."""
    return _acted(request, job_id, deeds.retry, "It is in the queue again.")


@page("POST")
def cancel(request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
    """No try any more. Owners and admins."""
    return _acted(request, job_id, deeds.cancel, "It is cancelled.")


def _acted(request: HttpRequest, job_id: uuid.UUID, deed: Any, done: str) -> HttpResponse:
    if request.method != "POST":
        return redirect("email", job_id=job_id)
    job = queries.job_for(person(request), job_id, May.MANAGE)
    refused = ""
    try:
        deed(job)
    except deeds.Impossible as why:
        refused = str(why)
    if not request.headers.get("HX-Request"):
        (toasts.error if refused else toasts.success)(request, refused or done)
        return redirect("email", job_id=job_id)
    job = queries.job_for(person(request), job_id, May.MANAGE)
    (row,) = _rows(request, [job], opened=True)
    part = _part(row, "")
    said = {"refused": refused, "done": "" if refused else done}
    context = {"row": row, "part": part, **said, **_part_context(job, part)}
    return render(request, "emails/_job.html", context)


def _part(row: Row, asked: str) -> str:
    """The tab that is shown. Raises Forbidden for a body that is not for this role."""
    offered = [name for name, _ in row.parts]
    if asked in _PARTS and asked not in offered:
        raise Forbidden(May.MANAGE)
    return asked if asked in offered else offered[0]


def _part_context(job: EmailJob, part: str) -> dict[str, Any]:
    if part != "headers":
        return {}
    try:
        headers = messages.headers_of(job, job.server or servers.built_in())
    except ValueError as error:
        return {"headers": [("Not sent", str(error))]}
    return {"headers": [(name, messages.readable(value)) for name, value in headers]}


def _moving(jobs: list[EmailJob]) -> str:
    return ",".join(str(job.id) for job in jobs if job.moving)


def _with(asked: QueryDict, **changes: str | None) -> str:
    """The query string with some values changed."""
    query = asked.copy()
    for name, value in changes.items():
        query[name] = value or ""
    return query.urlencode()


def _uuid(value: str) -> uuid.UUID:
    try:
        return uuid.UUID(value)
    except ValueError:
        raise NotFound from None
