"""The demo's mails: the alerts of its talks as they would have been sent, and one of every other fate."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.html import format_html, format_html_join

from accounts.models import User
from conversations.models import Conversation, Event, Message
from conversations.states import ActorKind, Kind
from domains.models import Domain
from emailops import messages, retrying, servers
from emailops.models import AttemptOutcome, EmailAttempt, EmailContent, EmailJob, EmailKind, EmailStatus
from emailops.queueing import Letter
from notifications import letters
from notifications.models import AlertEvent
from notifications.recipients import Recipient, recipients
from privas.demo.mail_fates import ACCEPTED, FATES, Try

_TAKES_MS = 140


@dataclass(frozen=True)
class Post:
    """One mail before it is a row."""

    kind: EmailKind
    to: Recipient
    letter: Letter
    created_at: datetime
    about: uuid.UUID | None = None
    key: str | None = None
    status: EmailStatus = EmailStatus.SENT
    tries: tuple[Try, ...] = (ACCEPTED,)
    run_after: datetime | None = None
    created_by: User | None = None


def alerts_of(conversation: Conversation) -> list[Post]:
    """The alerts of one past talk, under the keys of the real ones, so that none can be sent again."""
    domain = conversation.domain
    posts: list[Post] = []
    first = (
        Message.objects.filter(conversation=conversation, author_kind=ActorKind.VISITOR)
        .order_by("id")
        .first()
    )
    if first is not None:
        letter = letters.new_conversation(conversation, first)
        key = f"new_conversation:{conversation.pk}"
        posts += [
            _alert(EmailKind.NEW_CONVERSATION, to, letter, first.created_at, conversation, key)
            for to in recipients(domain, AlertEvent.NEW_CONVERSATION)
        ]
    wishes = Event.objects.filter(conversation=conversation, kind=Kind.HUMAN_REQUESTED)
    for event in wishes.select_related(
        "escalation__conversation__domain", "escalation__conversation__visitor"
    ):
        if event.escalation is None:
            continue
        letter = letters.escalation(conversation, event.escalation)
        for to in recipients(domain, AlertEvent.ESCALATION):
            key = f"escalation:{event.pk}"
            posts.append(_alert(EmailKind.ESCALATION, to, letter, event.created_at, conversation, key))
    return posts


def others(now: datetime, by: User) -> list[Post]:
    """One mail of every fate that a mail can have."""
    return [
        Post(
            fate.kind,
            Recipient(fate.recipient, fate.name),
            Letter(fate.subject, fate.text, _html(fate.text)),
            now - fate.ago,
            status=fate.status,
            tries=fate.tries,
            run_after=now + fate.due if fate.due else None,
            created_by=by,
        )
        for fate in FATES
    ]


def _html(text: str) -> str:
    paragraphs = format_html_join("\n", "<p>{}</p>", ((words,) for words in text.split("\n\n")))
    return format_html(
        '<div style="font: 15px/1.5 system-ui, sans-serif; padding: 16px">{}</div>', paragraphs
    )


def write(domain: Domain, posts: list[Post]) -> None:
    """Make the rows. Nothing is rung for: what is still to be sent is found by the sweep when it is due."""
    server = servers.own_server(domain)
    _, sender = messages.sender_of(server or servers.built_in())
    contents = [
        EmailContent(
            domain=domain, subject=post.letter.subject[:255], text=post.letter.text, html=post.letter.html
        )
        for post in posts
    ]
    EmailContent.objects.bulk_create(contents)
    jobs = [_job(domain, post, content, sender) for post, content in zip(posts, contents, strict=True)]
    for job in jobs:
        job.server = server
    EmailJob.objects.bulk_create(jobs)
    EmailAttempt.objects.bulk_create(
        _attempt(job, number, one)
        for job, post in zip(jobs, posts, strict=True)
        for number, one in enumerate(post.tries, 1)
    )


def _alert(
    kind: EmailKind, to: Recipient, letter: Letter, at: datetime, conversation: Conversation, key: str
) -> Post:
    return Post(kind, to, letter, at, conversation.pk, f"{key}:{to.address}")


def _job(domain: Domain, post: Post, content: EmailContent, sender: str) -> EmailJob:
    rules = retrying.policy(post.kind)
    last = post.tries[-1] if post.tries else None
    job = EmailJob(
        domain=domain,
        content=content,
        kind=post.kind,
        status=post.status,
        priority=rules.priority,
        recipient=post.to.address,
        recipient_name=post.to.name,
        about=post.about,
        attempts=len(post.tries),
        max_attempts=rules.max_attempts,
        run_after=post.run_after or post.created_at,
        expires_at=post.created_at + rules.lifetime if rules.lifetime else None,
        idempotency_key=post.key,
        created_by=post.created_by,
        created_at=post.created_at,
    )
    job.message_id = messages.new_message_id(job.id, sender)
    if last is not None:
        job.last_stage, job.last_code = last.stage, last.code
        if last.outcome == AttemptOutcome.SENT:
            job.sent_at = post.created_at + timedelta(seconds=last.after_s, milliseconds=_TAKES_MS)
        else:
            job.last_error = last.reply
    return job


def _attempt(job: EmailJob, number: int, one: Try) -> EmailAttempt:
    return EmailAttempt(
        job=job,
        n=number,
        stage=one.stage,
        code=one.code,
        enhanced=retrying.enhanced_code(one.reply),
        reply=one.reply,
        outcome=one.outcome,
        ms=_TAKES_MS,
        started_at=job.created_at + timedelta(seconds=one.after_s),
    )
