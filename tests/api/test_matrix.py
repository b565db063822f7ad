"""Every operation of the API's description, tried by everybody who must not: made from the description itself, so that
an operation nobody thought of fails here."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.test import Client

from conversations.actions import handling
from domains.api_docs import description
from domains.models import Membership
from emailops import suppressions
from emailops.bulk import recipients, sending
from emailops.models import MailServer, SuppressionReason
from emailops.queueing import Letter, queue_email
from notifications.models import AlertRule, MailTemplate
from representative.models import Article
from tests.api.caller import Caller
from tests.cast import PASSWORD, Cast, say, vera

# A body that would be taken, for every operation that takes one.
BODIES: dict[str, dict[str, Any]] = {
    "add_message": {"text": "x"},
    "add_note": {"text": "x"},
    "change_alert_rule": {"active": False},
    "change_article": {"text": "x"},
    "change_domain": {"greeting": "x"},
    "change_me": {"name": "x"},
    "change_member": {"role": "viewer"},
    "create_alert_rule": {"event": "escalation", "role": "viewer"},
    "create_article": {"title": "x", "text": "x"},
    "create_bulk_send": {"domain": "{domain_id}", "addresses": ["x@x.example"], "subject": "x", "body": "x"},
    "create_domain": {"name": "x"},
    "add_transcript": {"recipient": "x@x.example"},
    "change_mail_template": {"subject": "x"},
    "create_mail_template": {"kind": "transcript", "subject": "x", "text": "x"},
    "create_member": {"email": "x@acme.example", "role": "viewer"},
    "create_suppression": {"address": "x@x.example"},
    "escalate_conversation": {"reason": "x"},
    "set_mail_server": {"host": "smtp.example.com", "port": 587, "from_address": "x@acme.example"},
    "test_mail_server": {"recipient": "x@acme.example"},
}
WITHOUT_BODY = {
    "cancel_bulk_send",
    "cancel_email_job",
    "create_socket_ticket",
    "end_conversation",
    "hand_back_conversation",
    "keep_control_conversation",
    "pass_control_conversation",
    "pause_bulk_send",
    "reopen_conversation",
    "request_control_conversation",
    "resolve_conversation",
    "resume_bulk_send",
    "retry_email_job",
    "take_over_conversation",
    "withdraw_control_conversation",
}
# What a viewer may read: all but where mail leaves.
NOT_FOR_VIEWERS = {"read_mail_server", "list_suppressions", "read_suppression"}

OPERATIONS = [
    (operation["operationId"], method.upper(), path)
    for path, operations in description()["paths"].items()
    for method, operation in operations.items()
]
ON_ONE = [operation for operation in OPERATIONS if "{" in operation[2]]
UNSAFE = [operation for operation in OPERATIONS if operation[1] != "GET"]


def names(operations) -> Any:
    return pytest.mark.parametrize(
        ("name", "method", "path"), operations, ids=[operation[0] for operation in operations]
    )


@pytest.fixture
def ids(cast: Cast) -> dict[str, str]:
    """One thing of Acme for each id in a path."""
    talk = say(vera(cast.acme), "canary")
    handling.take_over(talk.pk, operator=cast.omar)
    MailServer.objects.create(domain=cast.acme, host="smtp.example.com", from_address="a@acme.example")
    letter = Letter("canary", "canary", "<p>canary</p>")
    job = queue_email(cast.acme, kind="escalation", recipient="a@acme.example", letter=letter)
    found = recipients.checked(cast.acme, [], recipients.split("canary@x.example"))
    send = sending.queue_bulk(cast.acme, sending.words("canary", "canary"), found)
    template = MailTemplate.objects.create(
        domain=cast.acme, kind="follow_up", subject="canary", text="canary", active=False
    )
    silent = suppressions.suppress(cast.acme, "canary@y.example", SuppressionReason.MANUAL)
    return {
        "send_id": str(send.pk),
        "template_id": str(template.pk),
        "suppression_id": str(silent.pk),
        "domain_id": str(cast.acme.pk),
        "member_id": str(Membership.objects.get(user=cast.ona).pk),
        "article_id": str(Article.objects.create(domain=cast.acme, title="canary", text="canary").pk),
        "rule_id": str(AlertRule.objects.create(domain=cast.acme, event="escalation", role="owner").pk),
        "conversation_id": str(talk.pk),
        "job_id": str(job.pk),
    }


def call(caller: Caller, name: str, method: str, path: str, ids: dict[str, str]) -> Any:
    where = re.sub(r"{(\w+)}", lambda found: ids[found[1]], path).removeprefix("/api/v1/")
    body = {key: ids.get(str(value).strip("{}"), value) for key, value in BODIES.get(name, {}).items()}
    return caller.call(method, where, body if method not in ("GET", "DELETE") else None)


def words(answer) -> bytes:
    """The body without the one thing that differs by right."""
    return re.sub(rb'"request_id":"[^"]*"', b"", answer.content)


def rows() -> dict[str, list[Any]]:
    """All that is stored, but for tokens and who used them when."""
    kept = [
        model
        for model in apps.get_models()
        if model._meta.app_label
        in {"accounts", "domains", "conversations", "emailops", "representative", "notifications"}
        and model.__name__ not in {"ApiToken", "SocketTicket"}
    ]
    return {model._meta.label: list(model._default_manager.order_by("pk").values()) for model in kept}


def test_every_operation_is_in_this_matrix():
    taking = {name for name, method, _ in UNSAFE if method != "DELETE"}
    assert taking == set(BODIES) | WITHOUT_BODY
    assert len({name for name, _, _ in OPERATIONS}) == len(OPERATIONS)


@names(OPERATIONS)
def test_nobody_is_told_who_they_are(ids, name, method, path):
    before = rows()
    answer = call(Caller(), name, method, path, ids)
    assert (answer.status_code, answer.body["error"]["code"]) == (401, "not_authenticated")
    assert rows() == before


@names(ON_ONE)
def test_a_stranger_reads_of_a_foreign_thing_what_he_reads_of_none(cast, ids, mallory, name, method, path):
    before = rows()
    foreign = call(mallory, name, method, path, ids)
    unknown = call(mallory, name, method, path, dict.fromkeys(ids, str(uuid4())))
    assert (foreign.status_code, foreign.body["error"]["code"]) == (404, "not_found")
    assert foreign.status_code == unknown.status_code
    assert words(foreign) == words(unknown)
    # The foreign thing, reached through the stranger's own domain.
    through_own = call(mallory, name, method, path, {**ids, "domain_id": str(cast.bolt.pk)})
    if len(re.findall("{", path)) > 1:
        assert through_own.status_code == 404
        assert words(through_own) == words(unknown)
        assert rows() == before


@names(ON_ONE)
def test_who_was_removed_is_a_stranger(cast, ids, name, method, path):
    Membership.objects.filter(user=cast.ona).delete()
    member = str(Membership.objects.get(user=cast.vic).pk)
    answer = call(Caller(cast.ona), name, method, path, {**ids, "member_id": member})
    assert answer.status_code == 404


@names(ON_ONE)
def test_a_viewer_reads_and_changes_nothing(ids, vic, name, method, path):
    before = rows()
    answer = call(vic, name, method, path, ids)
    expected = 200 if method == "GET" and name not in NOT_FOR_VIEWERS else 403
    assert answer.status_code == expected
    assert rows() == before


@names(UNSAFE)
def test_a_token_for_reading_changes_nothing(cast, ids, name, method, path):
    if name == "create_socket_ticket":  # a socket only shows
        return
    before = rows()
    answer = call(Caller(cast.olga, ("read",)), name, method, path, ids)
    assert (answer.status_code, answer.body["error"]["code"]) == (403, "out_of_scope")
    assert rows() == before


@names(UNSAFE)
def test_a_cookie_alone_changes_nothing(cast, ids, name, method, path):
    browser = Client(enforce_csrf_checks=True)
    browser.login(username=cast.olga.email, password=PASSWORD)
    before = rows()
    where = re.sub(r"{(\w+)}", lambda found: ids[found[1]], path)
    answer = browser.generic(method, where, "{}", content_type="application/json")
    assert answer.status_code == 403
    assert rows() == before


@names([operation for operation in UNSAFE if operation[1] != "DELETE"])
def test_plain_text_is_no_body(cast, ids, olga, name, method, path):
    before = rows()
    where = re.sub(r"{(\w+)}", lambda found: ids[found[1]], path)
    answer = olga.client.generic(method, where, "{}", content_type="text/plain", headers=olga.headers)
    assert answer.status_code == 415
    assert rows() == before


@names([operation for operation in UNSAFE if operation[1] != "DELETE"])
def test_an_unknown_field_is_named_and_nothing_is_changed(cast, ids, olga, name, method, path):
    before = rows()
    where = re.sub(r"{(\w+)}", lambda found: ids[found[1]], path).removeprefix("/api/v1/")
    answer = olga.call(method, where, {**BODIES.get(name, {}), "owner_id": "x"})
    assert (answer.status_code, list(answer.body["error"]["fields"])) == (400, ["owner_id"])
    assert rows() == before
