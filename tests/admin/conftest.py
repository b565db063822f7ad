"""A site administrator, and one of everything to look at."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import tokens
from accounts.models import ApiToken, User
from conversations.actions import handling, operators
from conversations.models import Conversation
from domains.models import Membership
from emailops import servers
from emailops.models import AttemptOutcome, EmailAttempt, EmailJob, MailServer
from emailops.queueing import Letter, queue_email
from notifications.models import AlertRule
from representative.models import Article
from tests.axe import watch_policy
from tests.cast import PASSWORD, Cast, make_cast, say, vera

SMTP_SECRET = "canary-smtp-secret"
HOSTILE = "javascript:alert(document.domain)//<img src=x onerror=alert(1)>"


@dataclass
class Things:
    """One of each."""

    cast: Cast
    talk: Conversation
    job: EmailJob
    server: MailServer
    rule: AlertRule
    article: Article
    token: ApiToken
    secret: str


def path(label: str, page: str, *args) -> str:
    return reverse(f"admin:{label.replace('.', '_').lower()}_{page}", args=args)


def errors(answer) -> str:
    form = answer.context["adminform"].form
    return f"{form.errors.as_text()} {[f.formset.errors for f in answer.context.get('inline_admin_formsets', [])]}"


@pytest.fixture
def things(db) -> Things:
    cast = make_cast()
    talk = say(vera(cast.acme), "<script>alert('visitor')</script> What does it cost?")
    talk.visitor.page_url = talk.visitor.referrer = HOSTILE
    talk.visitor.name = "<b>Vera</b>"
    talk.visitor.save()
    Conversation.objects.filter(pk=talk.pk).update(started_url=HOSTILE)
    handling.take_over(talk.pk, operator=cast.omar)
    operators.add_note(talk.pk, operator=cast.ona, client_id="1", text="A quiet word")
    server = MailServer.objects.create(
        domain=cast.acme,
        host="smtp.example.com",
        username="desk",
        password=SMTP_SECRET,
        from_address="a@acme.example",
    )
    letter = Letter(
        "Vera asks", "The whole <i>text</i>", "<p>The whole text</p><script>alert('mail')</script>"
    )
    job = queue_email(cast.acme, kind="escalation", recipient="olga@acme.example", letter=letter)
    EmailAttempt.objects.create(
        job=job,
        n=1,
        stage="rcpt",
        code=450,
        reply="450 try later",
        outcome=AttemptOutcome.TEMPORARY,
        started_at=timezone.now(),
    )
    token, secret = tokens.mint(cast.olga, name="CI", scopes=["read"])
    return Things(
        cast=cast,
        talk=talk,
        job=job,
        server=server,
        rule=AlertRule.objects.create(domain=cast.acme, event="escalation", role="owner"),
        article=Article.objects.create(
            domain=cast.acme, title="Returns", text="30 days", phrasings=["Send back?"]
        ),
        token=token,
        secret=secret,
    )


@pytest.fixture
def ines(db) -> User:
    """The site administrator, on no domain."""
    return User.objects.create_superuser("ines@privas.example", PASSWORD, name="Ines")


@pytest.fixture
def desk(ines: User) -> Client:
    """Her browser."""
    client = Client()
    assert client.login(username=ines.email, password=PASSWORD)
    return client


@pytest.fixture
def page(browser: Any, live_server: Any, things: Things, ines: User) -> Iterator[Any]:
    """A page of hers in Chromium; what breaks its policy is in `page.violations`."""
    servers.built_in()
    context = browser.new_context(base_url=live_server.url)
    broken = watch_policy(context)
    page = context.new_page()
    page.violations = broken
    page.goto("/admin/")
    page.fill("input[name=login]", ines.email)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/admin/")
    yield page
    context.close()


def membership(cast: Cast, user: User) -> Membership:
    """A membership of Acme."""
    return Membership.objects.get(domain=cast.acme, user=user)
