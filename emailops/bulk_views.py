"""Bulk Send: the dialog over the table of mails, what it would do, and how far sends have come."""

import uuid
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib import messages as toasts
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse

from domains.access import May, NotFound, as_uuid, domain_for
from domains.models import Domain
from domains.pages import page, person
from emailops import messages, placeholders, servers
from emailops.bulk import recipients, sending
from emailops.bulk.progress import current, progress_of, send_for
from emailops.bulk.ticked import ticked
from emailops.letter_page import letter_page
from emailops.models import EmailJob, EmailKind

_MOST_TYPED = 100_000
_DEEDS = {"pause": sending.pause, "resume": sending.resume, "stop": sending.stop}


@page("POST")
def compose(request: HttpRequest) -> HttpResponse:
    """The form for the ticked rows. It comes by POST, as a thousand ids do not fit into an address."""
    if request.method != "POST":
        return redirect("emails")
    return _form(request, _asked(request))


@page("POST")
def check(request: HttpRequest) -> HttpResponse:
    """What a send would do, asked again while it is written."""
    if request.method != "POST":
        return redirect("emails")
    return render(request, "emails/bulk/_check.html", _asked(request))


@page("POST")
def preview(request: HttpRequest) -> HttpResponse:
    """The mail as its first recipient would read it, for a frame that runs nothing."""
    if request.method != "POST":
        return redirect("emails")
    asked = _asked(request)
    try:
        said = sending.words(asked["subject"], asked["body"])
    except sending.Unsendable as wrong:
        return letter_page(render_to_string("emails/bulk/preview.html", {"wrong": str(wrong)}))
    found: recipients.Recipients = asked["found"]
    first = next(iter(found.wanted), recipients.Recipient(person(request).email, person(request).name))
    facts = EmailJob(recipient=first.address, recipient_name=first.name).facts
    html = said.letter(asked["domain"]).html
    return letter_page(placeholders.filled(html, {**facts, "unsubscribe_url": "#"}, html=True))


@page("POST")
def queue(request: HttpRequest) -> HttpResponse:
    """Queue it, or send it to oneself; a form that comes back keeps what was typed and says what is wrong."""
    if request.method != "POST":
        return redirect("emails")
    asked = _asked(request)
    domain: Domain = asked["domain"]
    try:
        said = sending.words(asked["subject"], asked["body"])
        if "test" in request.POST:
            job = sending.queue_test(domain, said, person(request))
            return _form(request, {**asked, "tested": job.recipient})
        send = sending.queue_bulk(
            domain,
            said,
            asked["found"],
            send_id=asked["send_id"],
            run_at=_moment(request),
            user=person(request),
        )
    except sending.Unsendable as wrong:
        return _form(request, {**asked, "wrong": {wrong.field: str(wrong)}})
    except ValueError as wrong:
        return _form(request, {**asked, "wrong": {"": str(wrong)}})
    (progress,) = progress_of([send])
    toasts.success(request, f"{progress.queued:,} mails are queued.")
    answer = HttpResponse(status=204)
    answer.headers["HX-Redirect"] = f"{reverse('emails')}?domain={domain.pk}&kind={EmailKind.BULK}"
    return answer


@page()
def bars(request: HttpRequest) -> HttpResponse:
    """How far the sends of one's domains have come, fetched again while one moves."""
    return _bars(request)


@page("POST")
def act(request: HttpRequest, send_id: uuid.UUID) -> HttpResponse:
    """Pause it, let it go on, or stop it for good. Owners and admins."""
    send = send_for(person(request), send_id, May.MANAGE)
    deed = _DEEDS.get(request.POST.get("do", ""))
    if deed is None:
        raise NotFound
    refused = "" if deed(send) else f"Nothing was changed: this send is {progress_of([send])[0].state}."
    if not request.headers.get("HX-Request"):
        if refused:
            toasts.error(request, refused)
        return redirect(f"{reverse('emails')}?domain={send.domain_id}")
    answer = _bars(request, refused)
    # The rows of its mails are looked at again at once.
    answer.headers["HX-Trigger"] = "bulk"
    return answer


def _bars(request: HttpRequest, refused: str = "") -> HttpResponse:
    domain_id = request.GET.get("domain", "")
    shown = current(person(request), as_uuid(domain_id) if domain_id else None)
    context = {**bars_context(shown, domain_id), "refused": refused}
    return render(request, "emails/bulk/_bars.html", context)


def bars_context(shown: list[Any], domain_id: object) -> dict[str, Any]:
    """What the bars need; they ask again for as long as one comes on by itself."""
    return {
        "sends": shown,
        "bars_domain": str(domain_id or ""),
        "bars_pace_s": min((one.pace_s for one in shown if one.pace_s), default=None),
    }


def _asked(request: HttpRequest) -> dict[str, Any]:
    """The form as it was sent, with who would get the mail. Raises NotFound, Forbidden."""
    posted = request.POST
    domain = domain_for(person(request), posted.get("domain", ""), May.MANAGE)
    ids = [as_uuid(one) for one in posted.getlist("job")]
    jobs = ticked(person(request), domain, ids)
    typed = posted.get("addresses", "")[:_MOST_TYPED]
    found = recipients.checked(domain, jobs, recipients.split(typed))
    try:
        _, sender = messages.sender_of(servers.own_server(domain) or servers.built_in())
    except ValueError:
        sender = ""
    return {
        "domain": domain,
        "sender": sender,
        "jobs": jobs,
        "found": found,
        "addresses": typed,
        "subject": posted.get("subject", ""),
        "body": posted.get("body", ""),
        "run_at": posted.get("run_at", ""),
        "send_id": as_uuid(posted.get("send_id") or uuid.uuid4()),
        "left_today": sending.left_today(domain),
        "placeholders": placeholders.NAMES,
        "longest_subject": sending.LONGEST_SUBJECT,
        "longest_body": sending.LONGEST_BODY,
        "wrong": {},
    }


def _form(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    return render(request, "emails/bulk/_form.html", context)


def _moment(request: HttpRequest) -> datetime | None:
    """When it may begin, as it was typed in the person's own time zone. Raises Unsendable."""
    typed = request.POST.get("run_at", "").strip()
    if not typed:
        return None
    try:
        zone = ZoneInfo(request.POST.get("zone") or "UTC")
        return datetime.fromisoformat(typed).replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError, ZoneInfoNotFoundError):
        raise sending.Unsendable("run_at", "Enter a day and a time.") from None
