"""The main job, end to end, in real browsers: a visitor on a customer's site, two operators, a real mail server.

A question is answered as it is streamed, the team is told by mail, the link leads to the thread, a person takes over
in the middle of a reply and hands back, a wish for a person goes unmet, and every mail is on record.
"""

import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from email.message import Message
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.cast import PASSWORD
from tests.console.desk import Desk
from tests.emailops.servers import Sink, smtp
from tests.waiting import until
from tests.widget.conftest import Visitor
from tests.widget.host import Host

mark = pytest.mark
pytestmark = [mark.browser, mark.redis, mark.slow, mark.alone, mark.timeout(400)]

NOBODY_CAME_S = 6
_DRESS = """
from notifications.rules import Told, tell
from tests.representative.knowledge import teach
cast.acme.takeover_timeout_s = {timeout_s}
cast.acme.save(update_fields=["takeover_timeout_s"])
teach(cast.acme)
tell(cast.acme, Told(address=cast.omar.email), {{"new_conversation", "escalation"}})
result = cast.acme.widget_key
"""


@dataclass
class Stage:
    """Everything the story needs."""

    desk: Desk
    host: Host
    sink: Sink
    browser: Any
    # How long the first words of each answer took to come on screen.
    waits_s: list[float] = field(default_factory=list)


@pytest.fixture(
    params=[
        pytest.param(("sqlite", 1, 1), id="embedded"),
        pytest.param(("postgres", 2, 2), id="two_of_everything", marks=pytest.mark.postgres),
    ]
)
def stage(request: pytest.FixtureRequest, stack: Any, browser: Any) -> Iterator[Stage]:
    """The product as its owner runs it: once the embedded default, once with two of everything."""
    database, web, workers = request.param
    with ExitStack() as ends:
        sink = ends.enter_context(smtp())
        running = stack(
            database,
            web=web,
            workers=workers,
            beat=True,
            env={
                "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
                "DEFAULT_FROM_EMAIL": "Privas <hello@privas.example>",
                "AI_PROVIDER": "tests.support.slow.Deliberate",
            },
        )
        desk = Desk(running)
        ends.callback(desk.close)
        host = Host(running.url, desk.do(_DRESS.format(timeout_s=NOBODY_CAME_S)))
        ends.callback(host.stop)
        desk.do(
            f"cast.acme.allowed_origins = [{host.origin!r}]; cast.acme.save(update_fields=['allowed_origins'])"
        )
        yield Stage(desk, host, sink, browser)


def test_a_question_an_answer_an_alert_a_person_and_the_way_back(stage: Stage) -> None:
    with ExitStack() as ends:
        context = ends.enter_context(stage.browser.new_context(viewport={"width": 1280, "height": 860}))
        vera = Visitor(context.new_page(), stage.host)
        vera.page.goto(stage.host.origin)
        vera.open()

        the_question_is_answered_as_it_is_streamed(stage, vera)
        talk = the_alert_mail_names_the_question_and_links_to_the_thread(stage)
        omar = the_link_leads_through_the_log_in_to_the_thread(stage, ends, talk)
        the_operator_watches_unseen(stage, vera, omar, talk)
        the_operator_takes_over_in_the_middle_of_a_reply(vera, omar)
        ona = the_second_operator_is_refused_by_name(stage, ends, talk)
        words_go_both_ways(vera, omar)
        the_ai_goes_on_with_what_was_said(stage, vera, omar, talk)
        nobody_comes_and_the_visitor_is_told(vera, ona, talk)
        every_mail_is_on_record(stage, ends, talk)

        the_timeline_holds_all_of_it(stage, talk)
        assert vera.complaints == []
        assert stage.desk.complaints == []
        # The first one too: nobody pays for a process that has just started.
        assert max(stage.waits_s) <= 1.0, stage.waits_s


def the_question_is_answered_as_it_is_streamed(stage: Stage, vera: Visitor) -> None:
    _ask(stage, vera, "How long does delivery take?")
    vera.told("We deliver within 3 working days.")


def the_alert_mail_names_the_question_and_links_to_the_thread(stage: Stage) -> str:
    mail = _mail(stage, "New conversation")
    omar = stage.desk.people["omar"]
    assert mail["To"] is not None
    assert omar in str(mail["To"])
    body = _text(mail)
    assert "How long does delivery take?" in body
    assert "Acme" in body
    found = re.search(re.escape(stage.desk.stack.url) + r"/conversations/([0-9a-f-]{36})/", body)
    assert found, body
    assert found[0] in _html(mail)
    return found[1]


def the_link_leads_through_the_log_in_to_the_thread(stage: Stage, ends: ExitStack, talk: str) -> Page:
    url = stage.desk.stack.url
    context = ends.enter_context(stage.browser.new_context(viewport={"width": 1280, "height": 860}))
    page: Page = context.new_page()
    page.goto(f"{url}/conversations/{talk}/")
    expect(page).to_have_url(re.compile("/accounts/login/"))
    page.get_by_label(re.compile("^e-?mail", re.IGNORECASE)).fill(stage.desk.people["omar"])
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page).to_have_url(f"{url}/conversations/{talk}/")
    log = page.get_by_role("log", name="Messages")
    expect(log).to_contain_text("How long does delivery take?")
    expect(log).to_contain_text("We deliver within 3 working days.")
    return page


def the_operator_watches_unseen(stage: Stage, vera: Visitor, omar: Page, talk: str) -> None:
    expect(omar.locator(".thread")).to_have_attribute("data-synced", "")
    _ask(stage, vera, "Are you open on Sunday?")
    vera.told("We are closed on Sundays")
    log = omar.get_by_role("log", name="Messages")
    expect(log).to_contain_text("Are you open on Sunday?")
    expect(log).to_contain_text("We are closed on Sundays")
    assert not [event for event in _events(stage, talk) if event["actor"] not in ("visitor", "ai")]
    expect(vera.chat.locator("body")).not_to_contain_text("Omar")


def the_operator_takes_over_in_the_middle_of_a_reply(vera: Visitor, omar: Page) -> None:
    vera.say("Please tell me in detail: what does a service cost?")
    expect(omar.locator(".message--draft .message__body")).not_to_be_empty(timeout=10_000)
    expect(vera.chat.locator(".m.draft")).to_be_visible()
    omar.get_by_role("button", name="Take over").click()
    expect(omar.locator(".thread")).to_have_attribute("data-state", "mine")
    vera.told("You're now connected with a member of our team.")
    expect(vera.chat.locator(".m.draft")).to_have_count(0)
    expect(omar.locator(".message--draft")).to_have_count(0)
    expect(omar.locator(".line", has_text="Human takeover by Omar at")).to_be_visible()


def the_second_operator_is_refused_by_name(stage: Stage, ends: ExitStack, talk: str) -> Page:
    page: Page = stage.desk.page(stage.browser, "ona", f"/live/?c={talk}")
    ends.callback(page.context.close)
    thread = page.locator(".thread")
    expect(thread).to_contain_text("Omar is currently handling this conversation.")
    expect(thread.get_by_role("button", name="Take over")).to_be_hidden()
    # Also where no button shows it.
    token = next(cookie["value"] for cookie in page.context.cookies() if "csrf" in cookie["name"])
    answer = page.request.post(
        f"{stage.desk.stack.url}/api/v1/conversations/{talk}/take-over/",
        headers={"X-CSRFToken": token, "Referer": stage.desk.stack.url},
    )
    assert answer.status == 409, answer.text()
    assert answer.json()["error"]["code"] == "held"
    assert "Omar is currently handling this conversation." in answer.json()["error"]["message"]
    return page


def words_go_both_ways(vera: Visitor, omar: Page) -> None:
    _write(omar, "Hi! What's your name, and which e-mail can we use?")
    vera.told("which e-mail can we use?")
    expect(vera.chat.locator("body")).to_contain_text("Omar")
    vera.say("Vera, vera@initech.example")
    expect(omar.get_by_role("log", name="Messages")).to_contain_text("Vera, vera@initech.example")
    _write(omar, "Thanks. Your discount code is SPRING20, valid until May.")
    vera.told("SPRING20")


def the_ai_goes_on_with_what_was_said(stage: Stage, vera: Visitor, omar: Page, talk: str) -> None:
    omar.get_by_role("button", name="Return to AI").click()
    expect(omar.locator(".thread")).to_have_attribute("data-state", "ai")
    vera.told("You're back with our AI assistant")
    ai = vera.chat.locator(".m.ai:not(.draft)")
    before = ai.count()
    vera.say("what was my discount code again?")
    expect(ai).to_have_count(before + 1)
    expect(ai.last).to_contain_text("SPRING20")
    _ask(stage, vera, "How long is the guarantee?")
    expect(ai).to_have_count(before + 2)
    expect(ai.last).to_contain_text("guarantee of 10 years")
    vera.say("Which payment methods do you accept?")
    expect(ai).to_have_count(before + 3)
    for words in ai.all_inner_texts()[before:]:
        assert "your name" not in words
        assert "mail" not in words


def nobody_comes_and_the_visitor_is_told(vera: Visitor, ona: Page, talk: str) -> None:
    ona.locator("[data-close]").click()
    vera.say("I want to talk to a real person, please")
    vera.told("Of course — let me bring in a team member. One moment.")
    card = ona.locator(f"#card-{talk}")
    expect(card.locator(".badge")).to_have_text("Takeover Requested")
    vera.told("Our team is unavailable right now")
    expect(card.locator(".badge")).to_have_text("Awaiting Response")


def every_mail_is_on_record(stage: Stage, ends: ExitStack, talk: str) -> None:
    escalation = _mail(stage, "person", "Takeover", "asks")
    assert talk in _text(escalation)
    page: Page = stage.desk.page(stage.browser, "olga", "/emails/")
    ends.callback(page.context.close)
    rows = page.locator("tbody.mail")
    expect(rows).to_have_count(len(stage.sink.mails))
    for number in range(len(stage.sink.mails)):
        row = rows.nth(number)
        expect(row.locator("[data-label=Recipient]")).to_contain_text(stage.desk.people["omar"])
        expect(row.locator("[data-label=Status]")).to_have_text("Sent")
        expect(row.locator("[data-label=Attempts]")).to_have_text("1")
        expect(row.locator("[data-label='Sent at'] time")).to_be_visible()
        expect(row.locator("[data-label=Error]")).to_have_text("—")
    kinds = {str(mail["Subject"]) for mail in stage.sink.mails}
    assert len(kinds) == 2
    rows.first.locator("button").click()
    expect(rows.first.get_by_role("region", name="Attempts")).to_contain_text("250")


def the_timeline_holds_all_of_it(stage: Stage, talk: str) -> None:
    events = [event for event in _events(stage, talk) if event["kind"] != "facts_learned"]
    assert [event["n"] for event in _events(stage, talk)] == list(range(1, len(_events(stage, talk)) + 1))
    turning = [event["kind"] for event in events if event["kind"] not in ("message", "reply_discarded")]
    assert turning == ["taken_over", "handed_back", "human_requested", "request_expired"]
    kinds = [event["kind"] for event in events]
    held = events[kinds.index("taken_over") : kinds.index("handed_back")]
    assert not [event for event in held if (event["kind"], event["actor"]) == ("message", "ai")]


def _ask(stage: Stage, vera: Visitor, question: str) -> None:
    """Ask, and note how long the first words of the answer took."""
    words = vera.chat.locator(".m.ai")
    before = words.count()
    vera.text.fill(question)
    asked_at = time.monotonic()
    vera.text.press("Enter")
    words.nth(before).wait_for()
    stage.waits_s.append(time.monotonic() - asked_at)


def _write(page: Page, words: str) -> None:
    box = page.get_by_role("textbox", name=re.compile("^Write to"))
    box.fill(words)
    box.press("Enter")


def _events(stage: Stage, talk: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = stage.desk.do(
        "from conversations.models import Event\n"
        "result = [{'n': event.n, 'kind': event.kind, 'actor': event.actor_kind} "
        f"for event in Event.objects.filter(conversation={talk!r}).order_by('n')]"
    )
    return rows


def _mail(stage: Stage, *words: str) -> Message:
    """The mail in whose subject one of these words stands."""

    def arrived() -> Message | None:
        return next(
            (mail for mail in stage.sink.mails if any(word in str(mail["Subject"]) for word in words)), None
        )

    found: Message = until(
        arrived, 20, f"a mail about {words}; there are {[str(m['Subject']) for m in stage.sink.mails]}"
    )
    return found


def _text(mail: Any) -> str:
    return str(mail.get_body(("plain",)).get_content())


def _html(mail: Any) -> str:
    return str(mail.get_body(("html",)).get_content())
