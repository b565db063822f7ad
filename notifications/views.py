"""The email settings of a domain: who is told of what, and where mail leaves."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from domains.access import May, NotFound, domain_for
from domains.models import Domain
from domains.pages import page, person, settings_domain
from emailops import custom_email, queries, servers
from emailops.addresses import BadAddress
from emailops.models import EmailKind
from emailops.tested import last_test, tested
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
    job = queries.job_for(person(request), job_id, May.MANAGE)
    if job.kind != EmailKind.SMTP_TEST or job.domain_id != domain.pk:
        raise NotFound
    context = {
        "domain": domain,
        "trial": tested(job),
        "server": servers.own_server(domain),
        "keeps_files": servers.keeps_files(),
        "polled": True,
    }
    return render(request, "domains/settings/_email_test.html", context)


def _switch(request: HttpRequest, domain: Domain) -> HttpResponse:
    form = AlertsForm(request.POST)
    if not form.is_valid():
        return _shown(request, domain, alerts_form=form)
    domain.new_conversation_alerts = form.cleaned_data["new_conversation_alerts"]
    domain.save(update_fields=["new_conversation_alerts"])
    state = "on" if domain.new_conversation_alerts else "off"
    return _done(request, domain, f"New-conversation alerts are {state}.")


def _add(request: HttpRequest, domain: Domain) -> HttpResponse:
    return _told(request, domain, rules.add)


def _told(request: HttpRequest, domain: Domain, tell: Callable[..., None]) -> HttpResponse:
    form = RecipientForm(request.POST)
    if form.is_valid():
        try:
            tell(domain, form.told, set(form.cleaned_data["events"]))
        except rules.BadRecipient as error:
            form.add_error(error.field, str(error))
        else:
            return _done(request, domain, f"{form.told.words}: saved.")
    return _shown(request, domain, recipient_form=form)


def _change(request: HttpRequest, domain: Domain) -> HttpResponse:
    """Change or remove one line of the table."""
    if "remove" not in request.POST:
        return _told(request, domain, rules.tell)
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
            return _done(request, domain, "SMTP settings saved, not tested yet.", "#test")
    return _shown(request, domain, server_form=form)


def _remove(request: HttpRequest, domain: Domain) -> HttpResponse:
    custom_email.remove_server(domain)
    if servers.keeps_files():
        return _done(request, domain, "Removed. No mail server is set now: mails are kept as files.", "#smtp")
    return _done(request, domain, "The built-in mail system sends for this domain again.", "#smtp")


def _test(request: HttpRequest, domain: Domain) -> HttpResponse:
    form = TrialForm(request.POST)
    if form.is_valid():
        try:
            custom_email.queue_test(domain, recipient=form.cleaned_data["recipient"], user=person(request))
        except (BadAddress, custom_email.TooManyTests) as refusal:
            form.add_error("recipient", str(refusal))
        else:
            return redirect(reverse("settings_email", args=[domain.pk]) + "#test")
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
    state = own or servers.built_in()
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
        "state": state,
        "resting": not servers.ready(state, timezone.now()),
        "keeps_files": servers.keeps_files(),
    }
    if may_manage:
        context["server_form"] = ServerForm(server=own, domain=domain)
        context["trial"] = trial = last_test(state, domain)
        mine = trial is not None and trial.job.created_by_id == person(request).pk
        recipient = trial.job.recipient if trial and mine else person(request).email
        context["trial_form"] = TrialForm(initial={"recipient": recipient})
    context |= forms
    return render(request, "domains/settings/email.html", context, status=400 if forms else 200)
