"""The demo: a believable firm, made once, of which nobody is told."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from conversations import broadcast, relay
from conversations.actions import handling
from conversations.events import as_past
from conversations.models import ControlRequest, Conversation, Escalation, Event, Message
from conversations.models.note import Note
from conversations.states import Badge, ControlRequestState, EscalationState, Kind, Lifecycle
from domains.models import Domain, Membership
from emailops.models import EmailJob, EmailStatus
from notifications import alerts
from privas.demo import knowledge, people
from privas.demo.past import Past
from representative import claims
from representative.models import Article

pytestmark = pytest.mark.django_db


def seed() -> list[str]:
    out = StringIO()
    call_command("seed_demo", stdout=out)
    return out.getvalue().splitlines()


@pytest.fixture(scope="module")
def printed(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[list[str]]:
    """The demo, made once for all tests of this module, and what the command printed."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic():
        patch.setattr(settings, "DATA_DIR", tmp_path_factory.mktemp("demo"))
        yield seed()
        transaction.set_rollback(True)


@pytest.fixture
def shop(printed: list[str]) -> Domain:
    return Domain.objects.get(widget_key="pk_demo")


def test_three_people_of_different_roles_are_named_the_owner_first(shop: Domain, printed: list[str]) -> None:
    found = [re.search(r"(\S+@\S+) (\S+)$", line) for line in printed]
    assert len(found) == 3
    roles = []
    for one in found:
        assert one is not None
        member = Membership.objects.get(user__email=one[1], domain__widget_key="pk_demo")
        roles.append(member.role)
        assert member.user.check_password(one[2])
    assert roles[0] == "owner"
    assert len(set(roles)) == 3


def test_one_log_in_opens_the_administration_and_is_named_as_such(shop: Domain, printed: list[str]) -> None:
    opens = {one.email: one.admin for one in people.known_logins()}
    assert opens == {one.email: one.is_staff for one in User.objects.filter(email__in=opens)}
    assert list(opens.values()).count(True) == 1
    assert ["/admin/" in line for line in printed] == list(opens.values())


def test_a_second_time_changes_nothing_and_names_the_same_log_ins(shop: Domain, printed: list[str]) -> None:
    counts = [model.objects.count() for model in (Domain, User, Conversation, Event, Article, EmailJob)]
    assert seed() == printed
    assert [m.objects.count() for m in (Domain, User, Conversation, Event, Article, EmailJob)] == counts


def test_the_log_ins_are_kept_for_the_log_in_page_and_for_nobody_else(shop: Domain) -> None:
    assert people.logins_file().stat().st_mode & 0o077 == 0
    assert [one.email for one in people.known_logins()] == [part.email for part in people.PARTS]


def test_the_firm_knows_a_lot_and_how_visitors_ask_for_it(shop: Domain) -> None:
    articles = Article.objects.filter(domain=shop)
    assert articles.count() >= 25
    for article in articles:
        assert 3 <= len(article.phrasings) <= 9, article.title
        assert 40 <= len(article.text.split()) <= 120, article.title
    assert len({entry.title for entry in knowledge.entries("knowledge")}) == articles.count()


def test_past_talks_stand_in_every_state(shop: Domain) -> None:
    talks = list(Conversation.objects.filter(domain=shop).select_related("operator", "visitor"))
    now = timezone.now()
    assert len(talks) >= 20
    assert {talk.badge(now) for talk in talks} == set(Badge)
    assert {talk.lifecycle for talk in talks} == set(Lifecycle)
    assert set(Event.objects.filter(conversation__in=talks).values_list("kind", flat=True)) == set(Kind)
    assert {wish.state for wish in Escalation.objects.all()} == set(EscalationState)
    scores = {talk.score for talk in talks}
    assert min(scores) == 0
    assert max(scores) == 90
    assert any(talk.visitor.name for talk in talks)
    assert any(not talk.visitor.name for talk in talks)
    assert len({talk.visitor.page_url for talk in talks}) > 5


def test_whoever_waits_has_not_waited_longer_than_the_clock_lets_them(shop: Domain) -> None:
    wishes = Escalation.objects.filter(conversation__domain=shop, state=EscalationState.OPEN)
    assert wishes.count() == 2
    for wish in wishes:
        assert wish.due_at - wish.created_at == timedelta(seconds=shop.takeover_timeout_s)
        assert wish.conversation.requested_at == wish.created_at
        assert wish.due_at > shop.created_at
    asked = ControlRequest.objects.get(state=ControlRequestState.OPEN)
    assert asked.due_at - asked.created_at == timedelta(seconds=shop.control_timeout_s)
    assert asked.due_at > shop.created_at
    event = Event.objects.filter(kind=Kind.CONTROL_REQUESTED, conversation=asked.conversation).latest("n")
    assert datetime.fromisoformat(event.data["due_at"]) == asked.due_at


def test_talks_lie_in_the_past_and_in_order(shop: Domain) -> None:
    now = timezone.now()
    for talk in Conversation.objects.filter(domain=shop):
        events = list(Event.objects.filter(conversation=talk).order_by("n"))
        times = [event.created_at for event in events]
        assert times == sorted(times)
        assert talk.created_at == times[0]
        assert talk.last_activity_at == times[-1] <= now - timedelta(seconds=30)
        assert [event.n for event in events] == list(range(1, talk.head + 1))
        for message in Message.objects.filter(conversation=talk):
            assert message.created_at == message.events.get().created_at
        for note in Note.objects.filter(conversation=talk):
            assert note.created_at == Event.objects.get(note=note).created_at
        for name in ("requested_at", "missed_at", "closed_at", "last_visitor_message_at"):
            moment = getattr(talk, name)
            assert moment is None or moment in times, name


def test_nobody_is_told_of_what_lies_in_the_past(
    shop: Domain, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    told: list[object] = []
    monkeypatch.setattr(broadcast, "event", lambda *what: told.append(what))
    monkeypatch.setattr(relay, "relay", lambda *what: told.append(what))
    talk = Conversation.objects.filter(domain=shop, lifecycle=Lifecycle.OPEN, operator=None).first()
    owner = User.objects.get(email=people.OWNER.email)
    assert talk is not None
    with django_capture_on_commit_callbacks(execute=True), as_past():
        handling.take_over(talk.pk, operator=owner)
    assert told == []
    with django_capture_on_commit_callbacks(execute=True):
        handling.hand_back(talk.pk, operator=owner)
    assert len(told) == 2
    assert not Event.objects.exclude(kind=Kind.HANDED_BACK).filter(relayed_at=None).exists()


def test_no_visitor_of_the_past_waits_for_the_representative(shop: Domain) -> None:
    assert claims.forgotten() == []


def test_a_past_talk_is_never_alerted_about_again(shop: Domain) -> None:
    before = EmailJob.objects.count()
    for message in Message.objects.filter(conversation__domain=shop, author_kind="visitor"):
        alerts.tell_of_new_conversation(message)
    for event in Event.objects.filter(conversation__domain=shop, kind=Kind.HUMAN_REQUESTED):
        assert event.escalation is not None
        alerts.tell_of_escalation(event.escalation, event.pk)
    assert EmailJob.objects.count() == before


def test_mails_have_met_every_fate_and_none_is_due_now(shop: Domain) -> None:
    jobs = EmailJob.objects.filter(domain=shop)
    # One that is being sent would belong to a worker.
    assert set(jobs.values_list("status", flat=True)) == set(EmailStatus) - {EmailStatus.SENDING}
    waiting = jobs.filter(status__in=(EmailStatus.QUEUED, EmailStatus.RETRYING))
    assert not waiting.filter(run_after__lte=timezone.now() + timedelta(minutes=30)).exists()
    for job in jobs:
        assert job.attempt_rows.count() == job.attempts
        assert (job.sent_at is not None) == (job.status == EmailStatus.SENT)


def test_visitors_must_wait_between_messages_once_the_talks_are_played(shop: Domain) -> None:
    assert (shop.message_gap_ms, shop.operator_message_gap_ms) == (3000, 3000)
    assert set(Domain.objects.values_list("message_gap_ms", flat=True)) == {3000}


def test_the_owner_has_a_second_domain_that_support_does_not_see(shop: Domain) -> None:
    owner = User.objects.get(email=people.OWNER.email)
    support = User.objects.get(email=people.SUPPORT.email)
    assert Membership.objects.filter(user=owner).count() == 2
    assert Membership.objects.filter(user=support).count() == 1


def test_a_time_belongs_to_the_first_event_at_or_after_it() -> None:
    def at(second: int) -> datetime:
        return datetime(2026, 1, 1, 12, 0, second, tzinfo=UTC)

    past = Past([at(10), at(20)], [at(1), at(5)])
    assert [past.moved(at(second)) for second in (9, 10, 11, 20, 30)] == [at(1), at(1), at(5), at(5), at(5)]
    assert past.moved_if(None) is None


def test_times_that_run_backwards_are_refused() -> None:
    early, late = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    with pytest.raises(ValueError, match="in order"):
        Past([late, early], [early, late])
    with pytest.raises(ValueError, match="needs its moment"):
        Past([early], [early, late])


def test_where_the_demo_is_off_nothing_is_made(settings: Any) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO is off"):
        seed()
