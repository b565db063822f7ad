"""Which pages the pictures show, and who looks at them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Page

if TYPE_CHECKING:
    from tools.screens import Studio

OWNER, SALES, SUPPORT = "nora@northwind.example", "sam@northwind.example", "tess@northwind.example"
NEWCOMER, PASSWORD = "new@harbour-cafe.example", "a café with a view of the harbour"
# Runs inside the product: the ids that paths are made of, and somebody whose domain is still empty.
_IDS = """
def talk_of(name):
    return str(Conversation.objects.filter(visitor__name=name).latest("created_at").pk)

from emailops.models import EmailJob
from representative.models import Article
shop = Domain.objects.get(widget_key="pk_demo")
newcomer = User.objects.create_user({newcomer!r}, {password!r}, name="Ines Sand")
cafe = Domain.objects.create(name="Harbour Café", allowed_origins=["https://harbour-cafe.example"])
Membership.objects.create(domain=cafe, user=newcomer, role="owner")
answer = {{
    "shop": str(shop.pk),
    "cafe": str(cafe.pk),
    **{{name.split()[-2].lower().rstrip("."): talk_of(name) for name in
       ("Maria Rossi", "Lukas Berger", "Petra Lang", "J. Kim", "Amélie Dubois", "Jonas Richter")}},
    "failed": str(EmailJob.objects.get(status="failed").pk),
    "alert": str(EmailJob.objects.filter(kind="escalation").latest("created_at").pk),
    "article": str(Article.objects.get(domain=shop, title="Range of an e-bike").pk),
}}
"""


@dataclass(frozen=True)
class Shot:
    """One page as somebody sees it. `then` brings it into the state to be shown."""

    name: str
    path: str
    who: str | None = OWNER
    then: Callable[[Page], Any] | None = None
    status: int = 200
    whole: bool = True


def _open_mail(page: Page) -> None:
    page.locator("button[aria-expanded=false][hx-get*='open=1']").first.click()
    page.locator("[id^=part-]").first.wait_for()


def _bulk(page: Page) -> None:
    for box in page.locator('.mail [name="job"]').all()[:3]:
        box.check()
    page.get_by_role("button", name="Bulk Send").click()
    page.locator("#bulk-addresses").fill("maria@example.com, Ben Moss <ben@example.com>, nobody")
    page.locator("#bulk-subject").fill("Winter service for {{first_name|you}}")
    page.locator("#bulk-body").fill("Hello {{name|there}},\n\nour winter service week begins on Monday.")
    page.get_by_text("not an address").first.wait_for()


def _menu(page: Page) -> None:
    page.get_by_role("button", name="Switch domain").click()


def _note_tab(page: Page) -> None:
    page.get_by_role("button", name="Note", exact=True).first.click()


SHOTS = (
    Shot("log-in", "/accounts/login/", None),
    Shot("log-in-refused", "/accounts/login/", None, lambda page: _wrong_password(page)),
    Shot("password-reset", "/accounts/password/reset/", None),
    Shot("not-found", "/nowhere/", None, status=404),
    Shot("live", "/live/", whole=False),
    Shot("live-drawer", "/live/?c={maria}", whole=False),
    Shot("live-refused", "/live/?c={j}", whole=False),
    Shot("live-holder-asked", "/live/?c={j}", SALES, whole=False),
    Shot("live-filters", "/live/?badge=ai_active&score_min=5", whole=False),
    Shot("live-no-match", "/live/?score_min=100", whole=False),
    Shot("live-empty", "/live/", NEWCOMER, whole=False),
    Shot("live-domain-menu", "/live/", OWNER, _menu, whole=False),
    Shot("conversations", "/conversations/"),
    Shot("conversations-filtered", "/conversations/?handoff=escalated&date=7"),
    Shot("conversations-no-match", "/conversations/?q=nobody-has-this-name"),
    Shot("thread-waiting", "/conversations/{maria}/", whole=False),
    Shot("thread-held", "/conversations/{petra}/", SUPPORT, whole=False),
    Shot("thread-note", "/conversations/{petra}/", SUPPORT, _note_tab, whole=False),
    Shot("thread-resolved", "/conversations/{lukas}/", whole=False),
    Shot("thread-missed", "/conversations/{amélie}/", whole=False),
    Shot("thread-handed-back", "/conversations/{jonas}/", whole=False),
    Shot("emails", "/emails/"),
    Shot("emails-open", "/emails/?status=failed", OWNER, _open_mail),
    Shot("emails-retrying", "/emails/?status=retrying", OWNER, _open_mail),
    Shot("emails-bulk", "/emails/?domain={shop}&kind=escalation", OWNER, _bulk, whole=False),
    Shot("emails-empty", "/emails/", NEWCOMER),
    Shot("email", "/emails/{alert}/"),
    Shot("domains", "/domains/"),
    Shot("domain-new", "/domains/new/"),
    Shot("settings-general", "/domains/{shop}/settings/general/"),
    Shot("settings-live", "/domains/{shop}/settings/live/"),
    Shot("settings-email", "/domains/{shop}/settings/email/"),
    Shot("settings-email-templates", "/domains/{shop}/settings/email/templates/"),
    Shot("settings-email-suppressions", "/domains/{shop}/settings/email/suppressions/"),
    Shot("settings-email-new", "/domains/{cafe}/settings/email/", NEWCOMER),
    Shot("settings-ai", "/domains/{shop}/settings/ai/"),
    Shot("settings-ai-empty", "/domains/{cafe}/settings/ai/", NEWCOMER),
    Shot("settings-article", "/domains/{shop}/settings/ai/articles/{article}/"),
    Shot("settings-widget", "/domains/{shop}/settings/widget/"),
    Shot("settings-members", "/domains/{shop}/settings/members/"),
    Shot("profile", "/accounts/profile/"),
    Shot("password", "/accounts/password/change/"),
    Shot("second-factor", "/accounts/2fa/"),
    Shot("admin", "/admin/"),
    Shot("admin-conversations", "/admin/conversations/conversation/"),
    Shot("admin-conversation", "/admin/conversations/conversation/{lukas}/change/"),
    Shot("admin-emails", "/admin/emailops/emailjob/"),
    Shot("admin-domain", "/admin/domains/domain/{shop}/change/"),
    Shot("api-docs", "/api/v1/docs/", None),
    Shot("demo-shop", "/demo/", None),
    Shot("demo-workshop", "/demo/workshop/", None),
)


def _wrong_password(page: Page) -> None:
    page.fill("[name=login]", OWNER)
    page.fill("[name=password]", "not the password")
    page.locator("main button").first.click()
    page.wait_for_load_state()


def take_all(studio: "Studio") -> None:
    """Every page in every look."""
    wanted = [shot for shot in SHOTS if studio.wants(shot.name)]
    if not wanted:
        return
    ids = studio.stage.do(_IDS.format(newcomer=NEWCOMER, password=PASSWORD))
    studio.log_ins[NEWCOMER] = PASSWORD
    # One window for each person, so that styles and scripts are fetched once.
    people = list(dict.fromkeys(shot.who for shot in wanted))
    for look, options in studio.looks():
        for who in people:
            with studio.attempt(f"everything of {who}-{look}"), studio.page(who, **options) as page:
                for shot in wanted:
                    if shot.who == who:
                        with studio.attempt(f"{shot.name}-{look}"):
                            _take(studio, page, shot, ids, look)


def _take(studio: "Studio", page: Page, shot: Shot, ids: dict[str, str], look: str) -> None:
    answer = page.goto(shot.path.format(**ids))
    status = answer.status if answer else 0
    if status != shot.status:
        raise LookupError(f"{shot.path} answers {status}")
    if shot.then is not None:
        shot.then(page)
    studio.shoot(page, f"{shot.name}-{look}", whole=shot.whole)
