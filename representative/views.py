"""The AI page of a domain's settings: how it presents itself, and what it knows."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from domains.access import part_of
from domains.forms import RepresentativeForm
from domains.models import Domain
from domains.pages import page, settings_domain
from representative.forms import ArticleForm
from representative.models import Article

PAGE = 50


@page("POST")
def settings(request: HttpRequest, domain_id: uuid.UUID) -> HttpResponse:
    """Name, eagerness, and the list of articles."""
    domain, may_manage = settings_domain(request, domain_id)
    form = RepresentativeForm(request.POST or None, instance=domain)
    if request.method == "POST" and form.is_valid():
        form.instance.save(update_fields=form.Meta.fields)
        messages.success(request, "AI settings saved.")
        return redirect("settings_ai", domain.pk)
    words = request.GET.get("q", "").strip()[:100]
    articles = Article.objects.filter(domain=domain).order_by("title", "id")
    if words:
        articles = articles.filter(title__icontains=words)
    context = {
        "domain": domain,
        "may_manage": may_manage,
        "form": form,
        "q": words,
        "page": Paginator(articles, PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "domains/settings/ai.html", context, status=400 if form.errors else 200)


@page("POST")
def article_new(request: HttpRequest, domain_id: uuid.UUID) -> HttpResponse:
    """Write down one more thing that the AI may say."""
    domain, may_manage = settings_domain(request, domain_id)
    return _edit(request, domain, may_manage, Article(domain=domain))


@page("POST")
def article(request: HttpRequest, domain_id: uuid.UUID, article_id: uuid.UUID) -> HttpResponse:
    """Change or delete an article."""
    domain, may_manage = settings_domain(request, domain_id)
    found = part_of(domain, Article.objects.all(), article_id)
    if request.method == "POST" and "delete" in request.POST:
        found.delete()
        messages.success(request, f"“{found.title}” is deleted. The AI no longer says it.")
        return redirect("settings_ai", domain.pk)
    return _edit(request, domain, may_manage, found)


def _edit(request: HttpRequest, domain: Domain, may_manage: bool, thing: Article) -> HttpResponse:
    is_new = thing._state.adding
    form = ArticleForm(request.POST or None, instance=thing)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(
            request, f"“{form.instance.title}” is saved. The AI knows it from the next question on."
        )
        return redirect("settings_ai", domain.pk)
    context = {"domain": domain, "may_manage": may_manage, "form": form, "is_new": is_new}
    return render(request, "domains/settings/article.html", context, status=400 if form.errors else 200)
