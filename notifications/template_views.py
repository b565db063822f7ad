"""The words of mail to visitors as a page, and the button that mails a transcript."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from conversations.queries import conversation_for
from domains.access import May, NotFound
from domains.models import Domain
from domains.pages import page, person, settings_domain
from notifications import follow_ups, wording
from notifications.models import MailTemplate, TemplateKind

_ABOUT = {
    TemplateKind.FOLLOW_UP: (
        "Sent once to a visitor who has left an address, when the conversation is over or has been silent for ten "
        "minutes; to one address at most once a day."
    ),
    TemplateKind.TRANSCRIPT: (
        "Sent when somebody of the team asks for it. {{summary}} is what was said, the newest 500 messages, "
        "without the team's notes."
    ),
}


@page("POST")
def templates(request: HttpRequest, domain_id: uuid.UUID) -> HttpResponse:
    """Each kind is a form of its own; one that comes back keeps what was typed."""
    domain, may_manage = settings_domain(request, domain_id)
    if request.method != "POST":
        return _shown(request, domain, may_manage=may_manage)
    kind = request.POST.get("kind", "")
    if kind not in TemplateKind.values:
        raise NotFound
    subject, text = request.POST.get("subject", ""), request.POST.get("text", "")[:5_000]
    active = kind == TemplateKind.TRANSCRIPT or "active" in request.POST
    try:
        words = wording.checked(subject, text)
    except wording.BadTemplate as wrong:
        typed = {"kind": kind, "subject": subject, "text": text, "active": active}
        return _shown(request, domain, typed={**typed, "wrong": {wrong.field: str(wrong)}})
    known = MailTemplate.objects.filter(domain=domain, kind=kind).first()
    values = {"subject": words.subject, "text": words.text, "active": active}
    if active and known is not None and not known.active:
        values["active_since"] = timezone.now()
    MailTemplate.objects.update_or_create(domain=domain, kind=kind, defaults=values)
    word = TemplateKind(kind).label
    messages.success(request, f"{word}: saved." if active else f"{word}: saved, and switched off.")
    return redirect("settings_email_templates", domain_id=domain.pk)


@page("POST")
def transcript(request: HttpRequest, conversation_id: uuid.UUID) -> HttpResponse:
    """Mail what was said to the address that was typed. Whoever talks on the domain."""
    conversation = conversation_for(person(request), conversation_id, May.TALK)
    if request.method == "POST":
        try:
            job = follow_ups.send_transcript(conversation, request.POST.get("address", ""), person(request))
        except ValueError as wrong:
            messages.error(request, f"No transcript was sent: {wrong}")
        else:
            messages.success(request, f"The transcript is on its way to {job.recipient}.")
    return redirect("conversation", conversation_id)


def _shown(
    request: HttpRequest, domain: Domain, *, may_manage: bool = True, typed: dict[str, object] | None = None
) -> HttpResponse:
    own = {template.kind: template for template in MailTemplate.objects.filter(domain=domain)}
    forms = []
    for kind in TemplateKind:
        words = wording.template_of(domain, kind)
        form: dict[str, object] = {
            "kind": kind.value,
            "word": kind.label,
            "about": _ABOUT[kind],
            "subject": words.subject,
            "text": words.text,
            "active": kind in own and own[kind].active,
            "wrong": {},
        }
        if typed is not None and typed["kind"] == kind:
            form |= typed
        forms.append(form)
    context = {"domain": domain, "may_manage": may_manage, "forms": forms, "placeholders": wording.NAMES}
    return render(request, "domains/settings/mail_templates.html", context, status=400 if typed else 200)
