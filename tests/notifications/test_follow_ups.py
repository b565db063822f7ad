"""Mail to visitors who have left an address: when, what it says, and to whom never."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from conversations.actions import closing, handling, operators, representatives, visitors
from conversations.models import Conversation
from emailops import acts, suppressions
from emailops.models import EmailJob, EmailKind, SuppressionReason
from notifications import follow_ups, wording
from notifications.models import MailTemplate, TemplateKind
from tests.cast import Cast, logged_in, say, vera

ADDRESS = "vera@x.example"


@pytest.fixture
def template(cast: Cast) -> MailTemplate:
    return MailTemplate.objects.create(
        domain=cast.acme,
        kind=TemplateKind.FOLLOW_UP,
        subject="Hello {{first_name|you}}",
        text="From {{domain}}:\n\n{{summary}}",
        active_since=timezone.now() - timedelta(minutes=1),
    )


def _talk(cast: Cast, email: str = ADDRESS, text: str = "Do you deliver <b>fast</b>?") -> Conversation:
    seen = vera(cast.acme)
    talk = say(seen, text)
    if email:
        visitors.identify(seen, name="Vera Stone", email=email)
    written = Conversation.objects.get(pk=talk.pk)
    representatives.post_reply(
        talk.pk,
        epoch=written.handling_epoch,
        answers_n=written.last_visitor_message_n,
        text="In 3 days.",
        draft=str(uuid4()),
    )
    return Conversation.objects.get(pk=talk.pk)


def _end(cast: Cast, talk: Conversation) -> None:
    closing.resolve(talk.pk, operator=cast.omar)


def _letters() -> list[EmailJob]:
    return list(EmailJob.objects.filter(kind=EmailKind.FOLLOW_UP))


@pytest.mark.usefixtures("template")
def test_who_left_an_address_gets_the_summary_once(cast: Cast) -> None:
    talk = _talk(cast)
    assert follow_ups.send_due(timezone.now()) == 0, "it is not over"
    _end(cast, talk)
    assert follow_ups.send_due(timezone.now()) == 1
    assert follow_ups.send_due(timezone.now()) == 0
    (job,) = _letters()
    assert (job.recipient, job.recipient_name, job.about) == (ADDRESS, "Vera Stone", talk.pk)
    assert job.content.subject == "Hello Vera"
    assert "From Acme:\n\nYou: Do you deliver <b>fast</b>?\nAcme: In 3 days." in job.content.text
    assert "&lt;b&gt;fast&lt;/b&gt;" in job.content.html


@pytest.mark.usefixtures("template")
def test_a_talk_that_fell_silent_is_over_too(cast: Cast) -> None:
    _talk(cast)
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert follow_ups.send_due(timezone.now()) == 1


@pytest.mark.usefixtures("template")
def test_while_a_person_holds_it_nothing_is_sent(cast: Cast) -> None:
    handling.take_over(_talk(cast).pk, operator=cast.omar)
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert follow_ups.send_due(timezone.now()) == 0


def test_without_an_active_template_nothing_is_sent(cast: Cast, template: MailTemplate) -> None:
    template.active = False
    template.save()
    _end(cast, _talk(cast))
    assert follow_ups.send_due(timezone.now()) == 0
    template.active, template.active_since = True, timezone.now()
    template.save()
    assert follow_ups.send_due(timezone.now()) == 0, "what was before is not news"


@pytest.mark.usefixtures("template")
def test_one_address_gets_one_a_day_whoever_types_it(cast: Cast) -> None:
    for _ in range(3):
        _end(cast, _talk(cast, "Victim@x.example"))
    assert follow_ups.send_due(timezone.now()) == 1
    _end(cast, _talk(cast, "victim@X.example"))
    assert follow_ups.send_due(timezone.now()) == 0


@pytest.mark.usefixtures("template")
@pytest.mark.parametrize("other", ["victim@x\uff45.example", "VICTIM@XE.example"])
def test_another_spelling_is_the_same_address(cast: Cast, other: str) -> None:
    for email in ("victim@xe.example", other):
        _end(cast, _talk(cast, email))
    assert follow_ups.send_due(timezone.now()) == 1


@pytest.mark.usefixtures("template")
def test_what_cannot_be_sent_stands_in_nobodys_way(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow_ups, "_AT_ONCE", 2)
    for n in range(3):
        _end(cast, _talk(cast, f"{'x' * 70}{n}@x.example"))
    _end(cast, _talk(cast))
    assert follow_ups.send_due(timezone.now()) == 1


def test_a_transcript_that_never_left_is_sent_when_it_is_asked_for_again(cast: Cast) -> None:
    talk = _talk(cast)
    job = follow_ups.send_transcript(talk, ADDRESS, cast.omar)
    EmailJob.objects.filter(id=job.id).update(status="failed")
    again = follow_ups.send_transcript(talk, ADDRESS, cast.omar)
    assert (again.id, again.status) == (job.id, "queued")


def test_a_transcript_that_two_ask_for_again_at_once_is_sent_once(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = _talk(cast)
    job = follow_ups.send_transcript(talk, ADDRESS, cast.omar)
    EmailJob.objects.filter(id=job.id).update(status="failed")

    def retry_of_another(job: EmailJob) -> EmailJob:
        retry(job)
        return retry(job)

    retry = acts.retry
    monkeypatch.setattr(acts, "retry", retry_of_another)
    again = follow_ups.send_transcript(talk, ADDRESS, cast.omar)
    assert (again.id, again.status) == (job.id, "queued")


@pytest.mark.usefixtures("template")
def test_a_domain_follows_up_so_many_a_day_at_most(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow_ups, "_MOST_A_DAY", 2)
    for n in range(4):
        _end(cast, _talk(cast, f"a{n}@x.example"))
    assert [follow_ups.send_due(timezone.now()) for _ in range(3)] == [2, 0, 0]


@pytest.mark.usefixtures("template")
@pytest.mark.parametrize("why", ["written_today", "bad_address"])
def test_talks_that_may_not_be_followed_up_cost_nothing_each_time(
    cast: Cast, django_assert_max_num_queries: Any, why: str
) -> None:
    for _ in range(10):
        _end(cast, _talk(cast, "Same@x.example"))
    if why == "written_today":
        assert follow_ups.send_due(timezone.now()) == 1
    else:
        suppressions.suppress(cast.acme, "Same@x.example", SuppressionReason.BAD_ADDRESS)
    with django_assert_max_num_queries(4):
        assert follow_ups.send_due(timezone.now()) == 0


@pytest.mark.usefixtures("template")
def test_an_address_with_an_underscore_is_that_address_only(cast: Cast) -> None:
    _end(cast, _talk(cast, "annaxlee@x.example"))
    assert follow_ups.send_due(timezone.now()) == 1
    _end(cast, _talk(cast, "anna_lee@x.example"))
    assert follow_ups.send_due(timezone.now()) == 1


@pytest.mark.usefixtures("template")
def test_a_mailbox_that_does_not_exist_and_no_address_get_none(cast: Cast) -> None:
    suppressions.suppress(cast.acme, ADDRESS, SuppressionReason.BAD_ADDRESS)
    suppressions.suppress(cast.acme, "quiet@x.example", SuppressionReason.UNSUBSCRIBED)
    for email in (ADDRESS, "", "quiet@x.example"):
        _end(cast, _talk(cast, email))
    follow_ups.send_due(timezone.now())
    assert [job.recipient for job in _letters()] == ["quiet@x.example"], "an unsubscribe is about bulk mail"


def test_a_transcript_has_all_that_was_said_and_no_note(cast: Cast) -> None:
    talk = _talk(cast)
    handling.take_over(talk.pk, operator=cast.omar)
    operators.post_operator_message(talk.pk, operator=cast.omar, client_id=str(uuid4()), text="Omar here.")
    operators.add_note(talk.pk, operator=cast.omar, client_id=str(uuid4()), text="canary of the team")
    omar = logged_in(cast.omar)
    for _ in range(2):
        omar.post(f"/conversations/{talk.pk}/transcript/", {"address": "boss@x.example"})
    job = EmailJob.objects.get(kind=EmailKind.TRANSCRIPT)
    assert (job.recipient, job.created_by) == ("boss@x.example", cast.omar)
    for words in ("Do you deliver", "In 3 days.", "Omar: Omar here."):
        assert words in job.content.text
    assert "canary" not in job.content.text + job.content.html
    cast.acme.operator_label = "support_agent"
    cast.acme.save()
    fresh = Conversation.objects.get(pk=talk.pk)
    assert "Support Agent: Omar here." in wording.transcript_of(fresh)


def test_strangers_and_viewers_mail_no_transcript(cast: Cast) -> None:
    talk = _talk(cast)
    path = f"/conversations/{talk.pk}/transcript/"
    assert logged_in(cast.mallory).post(path, {"address": "m@x.example"}).status_code == 404
    assert logged_in(cast.vic).post(path, {"address": "m@x.example"}).status_code == 403
    omar = logged_in(cast.omar)
    omar.post(path, {"address": "nonsense\r\nBcc: all@x.example"})
    assert b"No transcript was sent" in omar.get(f"/conversations/{talk.pk}/").content
    assert EmailJob.objects.count() == 0


def _settings(cast: Cast) -> str:
    return f"/domains/{cast.acme.pk}/settings/email/templates/"


def test_owners_word_their_own_mail(cast: Cast) -> None:
    olga, path = logged_in(cast.olga), _settings(cast)
    assert b"Send follow-ups" in olga.get(path).content
    form: dict[str, Any] = {
        "kind": "follow_up",
        "subject": "Hi {{name|you}}",
        "text": "{{summary}}",
        "active": "on",
    }
    assert olga.post(path, form).status_code == 302
    own = MailTemplate.objects.get()
    assert (own.subject, own.text, own.active) == ("Hi {{name|you}}", "{{summary}}", True)
    wrong = olga.post(path, {**form, "text": "Long words {{nmae}}"})
    assert wrong.status_code == 400
    assert b"is no placeholder" in wrong.content
    assert b"Long words {{nmae}}" in wrong.content
    assert olga.post(path, {**form, "kind": "bulk"}).status_code == 404


def test_strangers_and_operators_word_nothing(cast: Cast) -> None:
    form = {"kind": "follow_up", "subject": "x", "text": "x"}
    assert logged_in(cast.mallory).post(_settings(cast), form).status_code == 404
    assert logged_in(cast.omar).post(_settings(cast), form).status_code == 403
    assert logged_in(cast.omar).get(_settings(cast)).status_code == 200
    assert MailTemplate.objects.count() == 0
