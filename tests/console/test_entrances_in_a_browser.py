"""Pages without the console's frame: log-in and second factor, errors, unsubscribing, the demo's shop. axe finds
nothing on them, in both themes, on a phone and on a desk, and none breaks its policy."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from domains.models import Domain
from emailops import unsubscribing
from tests.axe import watch_policy, wrong_in_any_look
from tests.cast import PASSWORD, Cast
from tests.emailops.test_bulk_sends import bulk
from widget import demo

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(browser: Any, live_server: Any) -> Iterator[Any]:
    """A page of nobody. When the test is over, no policy may have been broken on it."""
    context = browser.new_context(base_url=live_server.url)
    broken = watch_policy(context)
    page = context.new_page()
    yield page
    context.close()
    assert broken == []


def log_in(page: Any, user: Any) -> None:
    page.goto("/accounts/login/")
    page.fill("[name=login]", user.email)
    page.fill("[name=password]", PASSWORD)
    page.click("main button")


def wrong_on(page: Any, *paths: str) -> dict[str, list[str]]:
    """What is wrong on those of these pages on which something is."""
    wrong = {}
    for path in paths:
        answer = page.goto(path)
        assert page.url.endswith(path), "led elsewhere"
        assert "script-src 'self'" in answer.headers["content-security-policy"]
        if found := wrong_in_any_look(page):
            wrong[path] = found
    return wrong


def test_the_doors_are_accessible(page: Any, cast: Cast) -> None:
    token = default_token_generator.make_token(cast.olga)
    assert (
        wrong_on(
            page,
            "/accounts/login/",
            "/accounts/signup/",
            "/accounts/inactive/",
            "/accounts/confirm-email/",
            "/accounts/confirm-email/no-such-key/",
            "/accounts/password/reset/",
            "/accounts/password/reset/done/",
            "/accounts/password/reset/key/no-such-key/",
            "/accounts/password/reset/key/done/",
        )
        == {}
    )
    page.goto(f"/accounts/password/reset/key/{user_pk_to_url_str(cast.olga)}-{token}/")
    page.locator("[name=password1]").wait_for()
    assert wrong_in_any_look(page) == []
    page.goto("/accounts/login/")
    page.fill("[name=login]", "nobody@acme.example")
    page.fill("[name=password]", "wrong")
    page.click("main button")
    page.locator(".errorlist, [role=alert]").first.wait_for()
    assert wrong_in_any_look(page) == []


def test_the_accounts_own_pages_are_accessible(page: Any, cast: Cast) -> None:
    log_in(page, cast.olga)
    page.wait_for_url("**/live/**")
    assert wrong_on(page, "/accounts/reauthenticate/") == {}
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_url("**/live/**")
    assert (
        wrong_on(
            page,
            "/accounts/profile/",
            "/accounts/email/",
            "/accounts/password/change/",
            "/accounts/2fa/",
            "/accounts/2fa/totp/activate/",
            "/accounts/logout/",
        )
        == {}
    )
    TOTP.activate(cast.olga, generate_totp_secret())
    assert (
        wrong_on(
            page,
            "/accounts/2fa/",
            "/accounts/2fa/reauthenticate/",
            "/accounts/2fa/totp/deactivate/",
            "/accounts/2fa/recovery-codes/generate/",
            "/accounts/2fa/recovery-codes/",
        )
        == {}
    )


def test_the_second_factors_door_is_accessible(page: Any, cast: Cast) -> None:
    TOTP.activate(cast.olga, generate_totp_secret())
    log_in(page, cast.olga)
    page.wait_for_url("**/2fa/authenticate/**")
    assert wrong_in_any_look(page) == []


def test_errors_are_accessible(page: Any, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = wrong_on(page, "/nowhere/")
    log_in(page, cast.vic)
    page.wait_for_url("**/live/**")
    for path, status in (("/admin/", 403), ("/nowhere/", 404)):
        assert page.goto(path).status == status
        wrong |= wrong_on(page, path)
    page.goto("/accounts/profile/")
    page.evaluate("document.querySelector('main form [name=csrfmiddlewaretoken]').remove()")
    with page.expect_response("**/accounts/profile/") as answer:
        page.click("main form button")
    assert answer.value.status == 403
    assert page.inner_text("h1") == "This page is too old"
    wrong["a form without its token"] = wrong_in_any_look(page)
    monkeypatch.setattr(demo, "_page", lambda request, name: 1 / 0)
    broken = page.goto("/demo/")
    assert broken.status == 500
    assert "script-src 'self'" in broken.headers["content-security-policy"]
    wrong["a fault of ours"] = wrong_in_any_look(page)
    assert {path: found for path, found in wrong.items() if found} == {}


def test_unsubscribing_is_accessible(page: Any, cast: Cast) -> None:
    job = bulk(cast.acme, f"{'a-very-long-name' * 3}@{'a-very-long.' * 5}example").jobs.get()
    wrong = wrong_on(page, "/unsubscribe/no-such-mail/", urlsplit(unsubscribing.link(job)).path)
    for said in ("You are unsubscribed", "You are subscribed again"):
        page.click("main form button")
        page.get_by_role("heading", name=said).wait_for()
        wrong[said] = wrong_in_any_look(page)
    assert {state: found for state, found in wrong.items() if found} == {}


def test_the_demos_shop_is_accessible(page: Any) -> None:
    Domain.objects.create(name="Harbour Bikes", widget_key=demo.DEMO_KEY)
    assert wrong_on(page, "/demo/", "/demo/workshop/") == {}
