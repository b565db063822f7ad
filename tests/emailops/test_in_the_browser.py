"""Email Operations and the email settings in a real browser over the running product."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.axe import violations
from tests.console.desk import Desk
from tests.emailops.servers import Sink, smtp
from tests.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.redis, pytest.mark.timeout(240)]

_OPENING = """
from django.db import transaction
from emailops.models import EmailJob
from emailops.queueing import Letter, queue_email

def mail(to, subject="Hello", text="A text.", html="<p>A text.</p>", kind="new_conversation", status=None, **more):
    with transaction.atomic():
        job = queue_email(cast.acme, kind=kind, recipient=to, letter=Letter(subject, text, html), **more)
        if status:
            EmailJob.objects.filter(id=job.id).update(status=status)
    return str(job.id)
"""

# Each would set __x, if it ran.
_PAYLOADS = [
    "<script>parent.__x=top.__x=1</script>",
    "<img src=x onerror='parent.__x=top.__x=1'>",
    "<svg onload='parent.__x=top.__x=1'>",
    "<iframe srcdoc='<script>top.__x=1</script>'></iframe>",
    "<a href='javascript:top.__x=1' autofocus>x</a>",
    "<body onload=top.__x=1>",
    "<form action='javascript:top.__x=1'><button autofocus>x</button></form>",
    "<meta http-equiv=refresh content='0;url=javascript:top.__x=1'>",
    "<object data='javascript:top.__x=1'></object>",
    "<details open ontoggle=top.__x=1>",
    "\"'><script>__x=1</script>",
    "</iframe><script>__x=1</script>",
]


@pytest.fixture(scope="module")
def sink() -> Iterator[Sink]:
    """The administrator's mail server."""
    with smtp(
        Sink(on_rcpt=lambda to: "550 5.1.1 no such user" if to.startswith("gone") else None)
    ) as running:
        yield running


@pytest.fixture(scope="module")
def desk(sink: Sink) -> Iterator[Desk]:
    """The product at work with a worker and the clock. What letters try in vain may complain, nothing else."""
    stack = Stack("sqlite", web=1, workers=1, beat=True, env={"EMAIL_URL": f"smtp://127.0.0.1:{sink.port}"})
    try:
        stack.start()
        made = Desk(stack)
        made.do(_OPENING)
        yield made
        made.close()
        assert [
            line for line in made.complaints if not re.search("sandboxed|about:srcdoc|/body/", line)
        ] == []
    finally:
        stack.stop()


def test_a_row_changes_and_opens_without_a_reload(desk: Desk, browser: Any) -> None:
    desk.do("result = mail('first@acme.example', 'The first of all')")
    page: Page = desk.page(browser, "olga", "/emails/")
    page.evaluate("window.__here = 1")
    waiting = desk.do("result = mail('held@acme.example', 'Comes later', status='held')")
    expect(page.locator("#watch")).to_contain_text("1 new", timeout=15_000)
    page.click("#watch a")
    row = page.locator(f"tbody:has(#status-{waiting})")
    expect(row.locator(".badge")).to_have_text("Held")
    desk.do(f"EmailJob.objects.filter(id={waiting!r}).update(status='queued')")
    page.reload()
    expect(row.locator(".badge")).to_have_text("Sent", timeout=20_000)
    expect(row.locator(f"#tries-{waiting}")).to_have_text("1")
    toggle = row.get_by_role("button").first
    expect(toggle).to_have_attribute("aria-expanded", "false")
    toggle.click()
    expect(toggle).to_have_attribute("aria-expanded", "true")
    expect(toggle).to_be_focused()
    expect(row.frame_locator("iframe").locator("p")).to_have_text("A text.")
    row.get_by_role("button", name="Text", exact=True).click()
    expect(row.locator("pre")).to_have_text("A text.")
    row.get_by_role("button", name="Headers").click()
    expect(row.locator("dl")).to_contain_text("Message-ID")
    expect(row.locator(".tries")).to_contain_text("taken as")
    toggle.click()
    expect(row.locator("iframe, dl, pre")).to_have_count(0)


def test_a_refused_mail_says_why_and_is_tried_again(desk: Desk, browser: Any) -> None:
    pk = desk.do("result = mail('gone@acme.example', 'Nobody there')")
    page: Page = desk.page(browser, "olga", f"/emails/?q=gone&domain={desk.acme}")
    row = page.locator(f"tbody:has(#status-{pk})")
    expect(row.locator(".badge").first).to_have_text("Failed", timeout=20_000)
    expect(row.locator(f"#error-{pk}")).to_contain_text("550 5.1.1 no such user")
    row.get_by_role("button").first.click()
    row.get_by_role("button", name="Retry").click()
    expect(row.get_by_role("status")).to_have_text("It is in the queue again.")
    expect(row.locator(".tries > li")).to_have_count(2, timeout=20_000)


def test_an_opened_row_that_no_longer_fits_the_filter_follows_its_mail(desk: Desk, browser: Any) -> None:
    pks = [desk.do(f"result = mail('doubt{n}@acme.example', 'In doubt', status='unknown')") for n in (1, 2)]
    page: Page = desk.page(browser, "olga", f"/emails/?status=unknown&q=doubt&domain={desk.acme}")
    for pk, left_open in zip(pks, (True, False), strict=True):
        row = page.locator(f"tbody:has(#status-{pk})")
        row.get_by_role("button").first.click()
        row.get_by_role("button", name="Retry").click()
        expect(row.get_by_role("status")).to_be_visible()
        if not left_open:
            row.get_by_role("button").first.click()
        expect(row.locator(f"#status-{pk} .badge")).to_have_text("Sent", timeout=15_000)
        expect(row.locator(f"#tries-{pk}")).to_have_text("1")
        expect(row.get_by_role("button", name="Cancel")).to_have_count(0)
        if left_open:
            expect(row.locator(".letter__bar")).to_contain_text("The mail server has accepted it.")
    page.context.close()


def test_the_page_of_one_mail_follows_it(desk: Desk, browser: Any) -> None:
    pk = desk.do("result = mail('later@acme.example', 'Later', status='held')")
    later = "status='queued', run_after=timezone.now() + timedelta(hours=1)"
    desk.do(f"EmailJob.objects.filter(id={pk!r}).update({later})")
    page: Page = desk.page(browser, "olga", f"/emails/{pk}/")
    expect(page.locator(".badge").first).to_have_text("Queued")
    desk.do(f"EmailJob.objects.filter(id={pk!r}).update(run_after=timezone.now())")
    expect(page.locator(f"#status-{pk} .badge")).to_have_text("Sent", timeout=30_000)
    expect(page.locator(f"#tries-{pk}")).to_have_text("1")
    expect(page.get_by_role("button", name="Cancel")).to_have_count(0)
    page.context.close()


def test_what_is_new_keeps_the_filters(desk: Desk, browser: Any) -> None:
    page: Page = desk.page(browser, "olga", f"/emails/?q=fits&domain={desk.acme}")
    desk.do("mail('other@acme.example', 'Something else')")
    pk = desk.do("result = mail('fits@acme.example', 'Hello', status='held')")
    expect(page.locator("#watch")).to_contain_text("1 new", timeout=15_000)
    page.click("#watch a")
    expect(page.locator(f"#status-{pk}")).to_be_visible()
    expect(page.get_by_label("Recipient or subject")).to_have_value("fits")
    expect(page.locator(".mail")).to_have_count(1)
    page.context.close()


def test_nothing_in_a_letter_runs(desk: Desk, browser: Any) -> None:
    pks = [
        desk.do(
            f"result = mail('x{n}@acme.example', {words!r}, {words!r}, {words!r}, recipient_name={words[:60]!r})"
        )
        for n, words in enumerate(_PAYLOADS)
    ]
    fetched: list[str] = []
    page: Page = desk.page(browser, "olga", "/emails/")
    page.on("request", lambda request: fetched.append(request.url))
    page.on("dialog", lambda dialog: fetched.append("dialog"))
    for pk in pks:
        page.goto(f"/emails/{pk}/")
        expect(page.locator("iframe")).to_be_visible()
        page.locator("iframe").scroll_into_view_if_needed()
        page.frame_locator("iframe").locator("body").wait_for(state="attached")
        page.get_by_role("button", name="Text", exact=True).click()
        expect(page.locator("pre")).to_be_visible()
        assert page.evaluate("window.__x") is None
    assert all(url.startswith(desk.stack.url) for url in fetched), fetched


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pages_can_be_used_by_all(desk: Desk, browser: Any, theme: str, width: int) -> None:
    desk.do(
        "from notifications.rules import Told, tell\n"
        "tell(cast.acme, Told(address='sales@acme.example'), {'new_conversation'})\n"
        "tell(cast.acme, Told(team='Nobody'), {'escalation'})\n"
    )
    pk = desk.do("result = mail('axe@acme.example', 'For axe', status='unknown')")
    options = {"color_scheme": theme, "viewport": {"width": width, "height": 900}}
    for path in ("/emails/", f"/emails/{pk}/", f"/domains/{desk.acme}/settings/email/"):
        page: Page = desk.page(browser, "olga", path, **options)
        if path == "/emails/":
            page.locator(f"tbody:has(#status-{pk})").get_by_role("button").first.click()
            expect(page.locator("iframe")).to_be_visible()
        assert violations(page) == [], path
        # Neither the page nor its table is wider than its place.
        wide = "() => [...document.querySelectorAll('.table-wrap')].map((one) => one.scrollWidth - one.clientWidth)"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert max(page.evaluate(wide), default=0) <= 0, path
        page.context.close()


def test_a_test_mail_shows_its_stages_as_they_happen(desk: Desk, browser: Any, sink: Sink) -> None:
    page: Page = desk.page(browser, "olga", f"/domains/{desk.acme}/settings/email/")
    page.get_by_role("button", name="Send Test Email").click()
    trial = page.locator("#trial")
    expect(trial).to_contain_text("was accepted", timeout=20_000)
    expect(trial).to_contain_text(re.compile(r"Connection: 127\.0\.0\.1:\d+"))
    expect(trial).to_contain_text("Mail accepted: 250 2.0.0 taken")
    assert any("olga" in to[0] for _, to in sink.envelopes)


def test_what_is_typed_and_not_saved_is_not_left_without_a_question(desk: Desk, browser: Any) -> None:
    page: Page = desk.page(browser, "olga", f"/domains/{desk.acme}/settings/email/")
    asked: list[str] = []

    def stay(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.get_by_label("SMTP host").fill("smtp.typed.example")
    with page.expect_event("dialog"):
        page.get_by_role("button", name="Send Test Email").click()
    expect(page.get_by_label("SMTP host")).to_have_value("smtp.typed.example")
    # Saving asks nothing, and a mistake leaves it unsaved.
    page.get_by_label("From address").fill("nobody")
    page.get_by_role("button", name="Save SMTP").click()
    expect(page.get_by_text("is not an e-mail address")).to_be_visible()
    assert asked == ["beforeunload"]
    expect(page.get_by_label("SMTP host")).to_have_value("smtp.typed.example")
    with page.expect_event("dialog"):
        page.get_by_role("link", name="Widget", exact=True).click()
    expect(page.get_by_text("is not an e-mail address")).to_be_visible()
    page.get_by_label("From address").fill("hello@acme.example")
    page.get_by_role("button", name="Save SMTP").click()
    expect(page.get_by_text("Saved, not tested yet.", exact=True)).to_be_visible()
    assert asked == ["beforeunload"] * 2
    desk.do("from emailops.custom_email import remove_server; remove_server(cast.acme)")
    page.context.close()


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 390)])
def test_ticked_rows_wake_the_button_and_the_dialog_sends_to_each_once(
    desk: Desk, browser: Any, theme: str, width: int
) -> None:
    mails = [desk.do(f"result = mail('{theme}{n}@acme.example', '{theme} {n}')") for n in range(2)]
    page: Page = desk.page(
        browser,
        "olga",
        f"/emails/?q={theme}&domain={desk.acme}",
        color_scheme=theme,
        viewport={"width": width, "height": 900},
    )
    for pk in mails:
        page.locator(f"tbody:has(#status-{pk})").get_by_role("checkbox").check()
    button = page.get_by_role("button", name="Bulk Send")
    expect(page.locator("[data-ticked]")).to_have_text("2 selected")
    expect(button).to_have_attribute("aria-disabled", "false")
    button.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("2 ticked rows")
    dialog.get_by_label("Further addresses").fill(f"more@{theme}.example, nonsense, {theme}0@acme.example")
    queue = dialog.get_by_role("button", name="Queue 3 Emails")
    expect(queue).to_be_visible()
    assert violations(page) == []
    queue.click()
    expect(dialog.get_by_text("Write a subject.")).to_be_visible()
    expect(dialog.get_by_label("Subject")).to_be_focused()
    dialog.get_by_label("Subject").fill(f"{theme} news")
    dialog.get_by_label("Body").fill("Hello {{name|there}}, all is well.")
    dialog.get_by_role("button", name="Preview").click()
    expect(dialog.frame_locator("iframe").locator("p").first).to_have_text("Hello there, all is well.")
    expect(dialog.get_by_label("Further addresses")).to_have_value(re.compile("nonsense"))
    dialog.get_by_role("button", name="Queue 3 Emails").click()
    expect(page.locator(".bar", has_text=f"{theme} news")).to_contain_text("3 / 3 · 3 sent", timeout=20_000)
    expect(page.locator(".mail__subject", has_text=f"{theme} news")).to_have_count(3)
    assert violations(page) == []
    page.context.close()


def test_rows_of_one_domain_choose_it_and_a_button_that_sleeps_says_why(desk: Desk, browser: Any) -> None:
    pk = desk.do("result = mail('alone@acme.example', 'Alone')")
    page: Page = desk.page(browser, "olga", "/emails/?q=alone&domain=")
    button = page.get_by_role("button", name="Bulk Send")
    button.press("Enter")
    expect(page.get_by_text("Tick a row first.").first).to_be_attached()
    page.locator(f"tbody:has(#status-{pk})").get_by_role("checkbox").check()
    button.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("1 ticked row")
    dialog.get_by_label("Subject").fill("Hello")
    dialog.get_by_label("Body").fill("Hello {{name|there}}")
    # As somebody who drags its corner does.
    page.evaluate("document.querySelector('#bulk-body').style.height = '300px'")
    dialog.get_by_role("button", name="Send a test to myself").press("Enter")
    expect(dialog.get_by_text("A test is on its way")).to_be_visible()
    expect(dialog.get_by_role("button", name="Send a test to myself")).to_be_focused()
    page.context.close()
