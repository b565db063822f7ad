"""The list of domains and the settings of each. Pages that need more than a domain live in higher apps."""

import uuid
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse

from domains import members
from domains.access import May, NotFound, as_uuid, membership_of, roles_that_may
from domains.forms import GeneralForm, LiveForm, MemberForm, NewMemberForm, WidgetForm
from domains.models import Membership, Role
from domains.pages import page, person, settings_domain


@page()
def domain_list(request: HttpRequest) -> HttpResponse:
    """The person's domains, with their role on each."""
    mine = (
        Membership.objects.filter(user=person(request))
        .select_related("domain")
        .annotate(people=Count("domain__memberships"))
        .order_by("domain__name", "domain_id")
    )
    return render(request, "domains/index.html", {"memberships": mine})


@page("POST")
def domain_create(request: HttpRequest) -> HttpResponse:
    """A new domain, with its founder as owner."""
    form = GeneralForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        domain = members.found_domain(person(request), **form.cleaned_data)
        messages.success(request, f"{domain.name} is ready. Put its widget on your site.")
        return redirect("settings_widget", domain.pk)
    return _answer(request, "domains/new.html", form, {})


@page()
def settings_home(request: HttpRequest, domain_id: uuid.UUID) -> HttpResponse:
    """To the first tab."""
    settings_domain(request, domain_id)
    return redirect("settings_general", domain_id)


@page("POST")
def general(request: HttpRequest, domain_id: uuid.UUID) -> HttpResponse:
    """Name and allowed sites."""
    return _settings(request, domain_id, GeneralForm, "general", "General settings saved.")


@page("POST")
def live(request: HttpRequest, domain_id: uuid.UUID) -> HttpResponse:
    """Timeouts, gaps and the texts a visitor reads."""
    return _settings(request, domain_id, LiveForm, "live", "Live conversation settings saved.")


@page("POST")
def widget(request: HttpRequest, domain_id: uuid.UUID) -> HttpResponse:
    """Look and installation."""
    domain, _ = settings_domain(request, domain_id)
    address = f"{settings.BASE_URL}/w/{domain.widget_key}.js"
    base = urlsplit(settings.BASE_URL)
    more = {
        "snippet": f'<script async src="{address}"></script>',
        "csp": f"script-src {base.scheme}://{base.netloc}; frame-src {base.scheme}://{base.netloc}",
        "preview_url": _or_nothing("widget:demo") if settings.DEMO else "",
    }
    return _settings(request, domain_id, WidgetForm, "widget", "Widget settings saved.", more)


@page("POST")
def people(request: HttpRequest, domain_id: uuid.UUID) -> HttpResponse:
    """Who is on the domain; owners and admins add people."""
    domain, may_manage = settings_domain(request, domain_id)
    own = membership_of(person(request), domain.pk).role in roles_that_may(May.OWN)
    form = NewMemberForm(request.POST or None, may_own=own)
    if request.method == "POST" and form.is_valid():
        try:
            member = members.add_member(person(request), domain.pk, **form.cleaned_data)
        except members.AlreadyMember as refusal:
            form.add_error("email", str(refusal))
        else:
            messages.success(request, f"{member.user.email} is on {domain.name} now.")
            return redirect("settings_members", domain.pk)
    everybody = (
        Membership.objects.filter(domain=domain).select_related("user").order_by("user__name", "user__email")
    )
    rows = [
        {
            "member": member,
            "form": MemberForm(
                instance=member, prefix=str(member.pk), auto_id=f"{member.pk}_%s", may_own=own
            ),
            "changeable": may_manage and (own or member.role != Role.OWNER),
        }
        for member in everybody
    ]
    context = {"domain": domain, "may_manage": may_manage, "rows": rows}
    return _answer(request, "domains/settings/members.html", form, context)


@page("POST")
def member(request: HttpRequest, domain_id: uuid.UUID, member_id: uuid.UUID) -> HttpResponse:
    """Change or remove one member; the last owner stays."""
    if request.method != "POST":
        return redirect("settings_members", domain_id)
    actor = person(request)
    try:
        if "remove" in request.POST:
            # Anybody may leave by themselves, so the action decides and not the role.
            members.remove_member(actor, domain_id, member_id)
            if not Membership.objects.filter(domain_id=domain_id, user=actor).exists():
                messages.success(request, "You have left the domain.")
                return redirect("domains")
            messages.success(request, "The member was removed.")
        else:
            _change(request, domain_id, member_id)
    except members.LastOwner as refusal:
        messages.error(request, str(refusal))
    return redirect("settings_members", domain_id)


def _change(request: HttpRequest, domain_id: uuid.UUID, member_id: uuid.UUID) -> None:
    domain, _ = settings_domain(request, domain_id)
    found = Membership.objects.filter(domain=domain, pk=as_uuid(member_id)).first()
    if found is None:
        raise NotFound
    form = MemberForm(request.POST, instance=found, prefix=str(found.pk))
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return
    members.change_member(person(request), domain.pk, found.pk, **form.cleaned_data)
    messages.success(request, f"{found.user.display_name} is saved.")


def _settings(
    request: HttpRequest,
    domain_id: uuid.UUID,
    form_class: type[GeneralForm] | type[LiveForm] | type[WidgetForm],
    name: str,
    done: str,
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    domain, may_manage = settings_domain(request, domain_id)
    form = form_class(request.POST or None, instance=domain)
    if request.method == "POST" and form.is_valid():
        # Only what this page shows: a colleague may be changing another tab.
        form.instance.save(update_fields=form.Meta.fields)
        messages.success(request, done)
        return redirect(f"settings_{name}", domain.pk)
    context = {"domain": domain, "may_manage": may_manage, **(more or {})}
    return _answer(request, f"domains/settings/{name}.html", form, context)


def _answer(
    request: HttpRequest, template: str, form: forms.BaseForm, context: dict[str, Any]
) -> HttpResponse:
    return render(request, template, {"form": form, **context}, status=400 if form.errors else 200)


def _or_nothing(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
