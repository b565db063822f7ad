"""The administration in a real browser, under the product's strict content security policy."""

import pytest

from tests.admin.conftest import Things
from tests.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_walk_through_the_administration_breaks_no_policy(page, things: Things):
    for where in (
        "/admin/",
        "/admin/accounts/user/",
        "/admin/accounts/user/add/",
        f"/admin/accounts/user/{things.cast.olga.pk}/change/",
        "/admin/accounts/apitoken/add/",
        f"/admin/domains/domain/{things.cast.acme.pk}/change/",
        "/admin/emailops/mailserver/add/",
        f"/admin/emailops/mailserver/{things.server.pk}/change/",
        "/admin/emailops/emailjob/",
        f"/admin/emailops/emailjob/{things.job.pk}/change/",
        "/admin/conversations/conversation/",
        f"/admin/conversations/conversation/{things.talk.pk}/change/",
        f"/admin/conversations/visitor/{things.talk.visitor_id}/change/",
        "/admin/notifications/alertrule/add/",
        f"/admin/representative/article/{things.article.pk}/change/",
    ):
        answer = page.goto(where)
        assert answer.status == 200, where
    assert page.violations == []
    # The control: a break is seen here.
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=color:red>x</p>')")
    until(lambda: page.evaluate("1") and page.violations)


def test_the_parts_that_move_work_under_the_policy(page, things: Things):
    # A person is found by name as one types.
    page.goto("/admin/accounts/apitoken/add/")
    page.click(".select2-selection")
    page.fill(".select2-search__field", "Olga")
    page.click(".select2-results__option:has-text('Olga')")
    page.fill("input[name=name]", "From the browser")
    page.check("input[value=read]")
    page.click("input[name=_save]")
    assert page.locator("code").inner_text().startswith("pvt_")
    # Another member's row is added.
    page.goto(f"/admin/domains/domain/{things.cast.acme.pk}/change/")
    before = page.locator("tr.dynamic-memberships").count()
    page.click("text=Add another Membership")
    assert page.locator("tr.dynamic-memberships").count() == before + 1
    # Mails are chosen and acted on.
    page.goto("/admin/emailops/emailjob/")
    page.check("#action-toggle")
    page.select_option("select[name=action]", "cancel")
    page.click("button[name=index]")
    assert "1 mails are cancelled" in page.inner_text(".messagelist")
    assert page.violations == []
