"""The email settings of a domain: who is told of what, and where mail leaves."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from domains.access import May, NotFound, domain_for
from domains.models import Domain
from domains.pages import page, person, settings_domain
from emailops import custom_email, hints, queries, servers, trials
from emailops.addresses import BadAddress
from emailops.models import EmailJob, EmailKind, MailServer
from notifications import rules
from notifications.forms import AlertsForm, RecipientForm, ServerForm, TrialForm
from notifications.models import AlertEvent
from notifications.recipients import follows_default, missing


@page("POST")
def email(request: HttpRequest, domain_id: uuid.UUID) -> HttpResponse:
    """Alerts, recipients, mail server and its test, each a form of its own that says in `do` what it wants."""
    domain, may_manage = settings_domain(request, domain_id)
    if request.method == "POST":
        deed = _DEEDS.get(request.POST.get("do", ""))
        if deed is None:
            raise NotFound
        return deed(request, domain)
    return _shown(request, domain, may_manage=may_manage)


@page()
def trial(request: HttpRequest, domain_id: uuid.UUID, job_id: uuid.UUID) -> HttpResponse:
    """How far a test has come, fetched again while it runs."""
    domain = domain_for(person(request), domain_id, May.MANAGE)
    found = _trial(request, domain, str(job_id))
    if found is None:
        raise NotFound
    return render(request, "domains/settings/_email_test.html", {"domain": domain, "trial": found})


def _switch(request: HttpRequest, domain: Domain) -> HttpResponse:
    form = AlertsForm(request.POST)
    if not form.is_valid():
        return _shown(request, domain, alerts_form=form)
    domain.new_conversation_alerts = form.cleaned_data["new_conversation_alerts"]
    domain.save(update_fields=["new_conversation_alerts"])
    state = "on" if domain.new_conversation_alerts else "off"
    return _done(request, domain, f"New-conversation alerts are {state}.")


def _add(request: HttpRequest, domain: Domain) -> HttpResponse:
    form = RecipientForm(request.POST)
    if form.is_valid():
        try:
            rules.tell(domain, form.told, set(form.cleaned_data["events"]))
        except rules.BadRecipient as error:
            form.add_error(None, str(error))
        else:
            return _done(request, domain, f"{form.told.words}: saved.")
    return _shown(request, domain, recipient_form=form)


def _change(request: HttpRequest, domain: Domain) -> HttpResponse:
    """Change or remove one line of the table."""
    if "remove" not in request.POST:
        return _add(request, domain)
    try:
        told = rules.checked(**{name: request.POST.get(name, "") for name in ("address", "role", "team")})
    except rules.BadRecipient:
        raise NotFound from None
    rules.forget(domain, told)
    return _done(request, domain, f"{told.words}: removed.")


def _save(request: HttpRequest, domain: Domain) -> HttpResponse:
    form = ServerForm(request.POST, server=servers.own_server(domain), domain=domain)
    if form.is_valid():
        try:
            custom_email.save_server(domain, **form.wanted())
        except custom_email.InvalidServer as wrong:
            form.blame(wrong.fields)
        else:
            return _done(
                request, domain, "SMTP settings saved. Send a test to see whether they work.", "#smtp"
            )
    return _shown(request, domain, server_form=form)


def _remove(request: HttpRequest, domain: Domain) -> HttpResponse:
    custom_email.remove_server(domain)
    return _done(request, domain, "The built-in mail system sends for this domain again.", "#smtp")


def _test(request: HttpRequest, domain: Domain) -> HttpResponse:
    form = TrialForm(request.POST)
    if form.is_valid():
        try:
            job = custom_email.queue_test(
                domain, recipient=form.cleaned_data["recipient"], user=person(request)
            )
        except (BadAddress, custom_email.TooManyTests) as refusal:
            form.add_error("recipient", str(refusal))
        else:
            return redirect(f"{reverse('settings_email', args=[domain.pk])}?test={job.pk}#test")
    return _shown(request, domain, trial_form=form)


_DEEDS: dict[str, Callable[[HttpRequest, Domain], HttpResponse]] = {
    "alerts": _switch,
    "add": _add,
    "change": _change,
    "save": _save,
    "remove": _remove,
    "test": _test,
}


def _done(request: HttpRequest, domain: Domain, words: str, place: str = "") -> HttpResponse:
    messages.success(request, words)
    return redirect(reverse("settings_email", args=[domain.pk]) + place)


def _shown(request: HttpRequest, domain: Domain, *, may_manage: bool = True, **forms: Any) -> HttpResponse:
    """The page; a form that came back keeps what was typed and says what is wrong with it."""
    own = servers.own_server(domain)
    context: dict[str, Any] = {
        "domain": domain,
        "may_manage": may_manage,
        "alerts_form": AlertsForm(initial={"new_conversation_alerts": domain.new_conversation_alerts}),
        "recipient_form": RecipientForm(),
        "lines": rules.table(domain),
        "events": AlertEvent.choices,
        "teams": rules.teams_of(domain),
        "by_default": [event.label for event in AlertEvent if follows_default(domain, event)],
        "missing": [event.label for event in missing(domain)],
        "server": own,
        "state": _state(own),
        "trial": _trial(request, domain, request.GET.get("test", "")) if may_manage else None,
    }
    if may_manage:
        context["server_form"] = ServerForm(server=own, domain=domain)
        context["trial_form"] = TrialForm(initial={"recipient": person(request).email})
    context |= forms
    return render(request, "domains/settings/email.html", context, status=400 if forms else 200)


def _state(own: MailServer | None) -> MailServer:
    return queries.state_of(own)


def _trial(request: HttpRequest, domain: Domain, job_id: str) -> dict[str, Any] | None:
    """A test of this domain's mail server with its stages; None for what is none."""
    if not job_id:
        return None
    try:
        job = queries.job_for(person(request), job_id, May.MANAGE)
    except NotFound:
        return None
    if job.kind != EmailKind.SMTP_TEST or job.domain_id != domain.pk:
        return None
    return {"job": job, "stages": _stages(job), "running": trials.still_running(job), "hint": _hint(job)}


def _stages(job: EmailJob) -> list[dict[str, Any]]:
    """The stages that were passed, the one that failed, and those that are still to come."""
    attempt = next(iter(job.attempt_rows.all()), None)
    steps: list[dict[str, Any]] = list(attempt.steps) if attempt else []
    seen = {step["stage"] for step in steps}
    if trials.still_running(job):
        coming = [stage for stage in trials.stages_of(job) if stage not in seen]
        steps += [{"stage": stage, "ok": None, "text": ""} for stage in coming]
    return [{**step, "word": _STAGES.get(step["stage"], step["stage"])} for step in steps]


_STAGES = {"connect": "Connection", "tls": "TLS", "auth": "Log-in", "accepted": "Mail accepted"}


def _hint(job: EmailJob) -> str:
    failed = not trials.still_running(job) and bool(job.last_error)
    return hints.hint(job.last_stage, job.last_code, job.last_error) if failed else ""
