"""Email Operations: the log of every mail."""

import uuid
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages as toasts
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from accounts import paging
from domains.access import Forbidden, May, NotFound, domains_of
from domains.context import choose, workspace_of
from domains.pages import page, person
from emailops import acts as deeds
from emailops import messages, queries, rows, servers
from emailops.bulk.progress import current as current_sends
from emailops.bulk_views import bars_context
from emailops.letter_page import letter_page
from emailops.models import WHY_NO_BODY, WHY_WIPED, EmailJob, EmailKind, EmailStatus
from emailops.strip import strip_of

_PARTS = ("html", "text", "headers")
# The first rows of a page that has grown: ids go into an address, which has bounds. An opened row asks for itself.
_MOST_WATCHED = 100


@page()
def emails(request: HttpRequest) -> HttpResponse:
    """All mails of one's domains, newest first; further pages by keyset, so none is skipped meanwhile."""
    choose(request)
    user, asked = person(request), request.GET
    current = workspace_of(request).current
    everything, wanted = _everything(request), _wanted(request)
    # Asked for before the rows, so that what comes between is counted rather than lost.
    newest = queries.newest(_parts(request, everything))
    one_page = {"cursor": asked.get("cursor", ""), "limit": queries.PAGE}
    shown = paging.page(
        _parts(request, queries.filtered(everything, **wanted)),
        one_page,
        order=queries.NEWEST_FIRST,
        show=list,
    )
    jobs: list[EmailJob] = shown["results"]
    context: dict[str, Any] = {
        "rows": rows.rows_of(person(request), jobs),
        "more": _with(asked, cursor=shown["next"]) if shown["next"] else "",
    }
    if request.headers.get("HX-Request") and asked.get("cursor"):
        return render(request, "emails/_rows.html", context)
    few = queries.counts(everything.filter(status__in=[EmailStatus.FAILED, *queries.UNFINISHED]))
    context |= {
        **wanted,
        **_watch(request, jobs, max([newest, *(job.created_at for job in jobs[:1])])),
        **bars_context(current_sends(user, current.pk if current else None), current.pk if current else ""),
        "kinds": EmailKind.choices,
        "periods": queries.PERIODS.items(),
        "statuses": [(value, word, few.get(value, 0)) for value, word in EmailStatus.choices],
        "filtered": any(wanted.values()),
        "resting": queries.resting_servers(user, current),
        "kept_as_files": queries.kept_as_files(user, current),
        "managed": rows.managed_by(user),
    }
    return render(request, "emails/index.html", context)


@page()
def moving(request: HttpRequest) -> HttpResponse:
    """What has become of the rows that were still on their way, and how many new ones fit the filters."""
    ids = [_uuid(one) for one in request.GET.getlist("ids")[:_MOST_WATCHED]]
    jobs = list(queries.jobs_of(person(request)).filter(id__in=ids))
    newest = _moment(request.GET.get("newest", ""))
    fitting = queries.filtered(_everything(request), **_wanted(request))
    context = {
        "rows": rows.rows_of(person(request), jobs),
        "fresh": fitting.filter(created_at__gt=newest).count(),
        **_watch(request, jobs, newest),
    }
    return render(request, "emails/_moving.html", context)


def _everything(request: HttpRequest) -> QuerySet[EmailJob]:
    """What the page shows without filters: the mails of the chosen domain, or of all."""
    current = workspace_of(request).current
    jobs = queries.jobs_of(person(request))
    return jobs if current is None else jobs.filter(domain=current)


def _parts(request: HttpRequest, jobs: QuerySet[EmailJob]) -> list[QuerySet[EmailJob]]:
    """These, one domain after the other, where no domain is chosen."""
    return [jobs] if workspace_of(request).current else queries.by_domain(person(request), jobs)


def _wanted(request: HttpRequest) -> dict[str, str]:
    """The filters that the address names."""
    return {name: request.GET.get(name, "")[:100] for name in ("kind", "status", "q", "days")}


def _watch(request: HttpRequest, jobs: list[EmailJob], newest: datetime) -> dict[str, Any]:
    """What the page's watch asks for: whether to ask soon, what was there, and what fits."""
    current = workspace_of(request).current
    wanted = {name: value for name, value in _wanted(request).items() if value}
    # Named also where it is none: another tab may have chosen one meanwhile.
    domain = str(current.pk) if current else ""
    return {
        "moving": any(job.moving for job in jobs),
        "newest": newest.isoformat(),
        "chosen": urlencode({**wanted, "domain": domain}),
        "most_watched": _MOST_WATCHED,
    }


@page()
def email(request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
    """One mail: as an opened or closed row of the table, as one of its parts, or on its own page."""
    asked = request.GET
    part = asked.get("part", "")
    if request.headers.get("HX-Request") and asked.get("open") == "0":
        job = queries.job_for(person(request), job_id, May.READ)
        return render(request, "emails/_job.html", {"row": rows.rows_of(person(request), [job])[0]})
    job = queries.job_for(person(request), job_id, May.TALK)
    (row,) = rows.rows_of(person(request), [job], opened=True)
    context = {"row": row, "part": _part(row, part), **_part_context(job, _part(row, part))}
    if request.headers.get("HX-Request"):
        return render(request, "emails/_part.html" if part else "emails/_job.html", context)
    return render(request, "emails/one.html", context)


@page()
def attempts(request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
    """An opened mail, fetched again while something may happen to it: its tries, and whatever they have changed."""
    job = queries.job_for(person(request), job_id, May.TALK)
    (row,) = rows.rows_of(person(request), [job], opened=True)
    # Buttons that mean the same stay as they are, so that none goes from under a finger.
    context = {
        "row": row,
        "alone": "alone" in request.GET,
        "changed": request.GET.get("was") != job.status,
    }
    return render(request, "emails/_polled.html", context)


@page()
def body(request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
    """The HTML as it was sent, for a frame that may run nothing and fetch nothing. Owners and admins."""
    job = queries.job_for(person(request), job_id, May.MANAGE)
    if job.lets_in:
        return HttpResponse(WHY_NO_BODY, content_type="text/plain; charset=utf-8", status=403)
    if job.content.wiped_at is not None:
        return HttpResponse(WHY_WIPED, content_type="text/plain; charset=utf-8", status=410)
    return letter_page(messages.bodies_of(job)[1])


@page("POST")
def retry(request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
    """Another try. Owners and admins."""
    return _acted(request, job_id, deeds.retry, "It is in the queue again.")


@page("POST")
def cancel(request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
    """No try any more. Owners and admins."""
    return _acted(request, job_id, deeds.cancel, "It is cancelled.")


@page()
def strip(request: HttpRequest) -> HttpResponse:
    """What became of the mails of the last days, of the chosen domain or of all."""
    current = workspace_of(request).current
    shown = domains_of(person(request)) if current is None else [current]
    return render(request, "emails/_strip.html", {"strip": strip_of(shown)})


@page("POST")
def act(request: HttpRequest) -> HttpResponse:
    """The same for all ticked rows: what each can take, and how many could not. Raises NotFound for a foreign one."""
    if request.method != "POST":
        return redirect("emails")
    deed = {"retry": deeds.retry, "cancel": deeds.cancel}.get(request.POST.get("do", ""))
    ids = {_uuid(one) for one in request.POST.getlist("job")}
    jobs = list(queries.jobs_of(person(request), May.MANAGE).filter(id__in=ids))
    if deed is None or len(jobs) != len(ids):
        raise NotFound
    refused: list[str] = []
    for job in jobs:
        try:
            deed(job)
        except deeds.Impossible as why:
            refused.append(str(why))
    done = len(jobs) - len(refused)
    if done:
        word = "in the queue again" if deed is deeds.retry else "cancelled"
        toasts.success(request, f"{done} mail{'s are' if done > 1 else ' is'} {word}.")
    if refused:
        toasts.error(
            request, f"{len(refused)} left as {'they were' if len(refused) > 1 else 'it was'}: {refused[0]}"
        )
    answer = HttpResponse(status=204)
    answer.headers["HX-Refresh"] = "true"
    return answer


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
    (row,) = rows.rows_of(person(request), [job], opened=True)
    part = _part(row, "")
    said = {"refused": refused, "done": "" if refused else done}
    context = {"row": row, "part": part, **said, **_part_context(job, part)}
    return render(request, "emails/_job.html", context)


def _part(row: rows.Row, asked: str) -> str:
    """The tab that is shown. Raises Forbidden for a body that is not for this role."""
    offered = [name for name, _ in row.parts]
    if asked in _PARTS and asked not in offered:
        raise Forbidden(May.MANAGE)
    return asked if asked in offered else offered[0]


def _part_context(job: EmailJob, part: str) -> dict[str, Any]:
    if part == "text":
        return {"text": messages.bodies_of(job)[0]}
    if part != "headers":
        return {}
    try:
        headers = messages.headers_of(job, job.server or servers.built_in())
    except ValueError as error:
        return {"headers": [("Not sent", str(error))]}
    return {"headers": [(name, messages.readable(value)) for name, value in headers]}


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


def _moment(value: str) -> datetime:
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        raise NotFound from None
