"""axe finds nothing in the administration, in both themes, on a phone and on a desk, and no policy breaks."""

from typing import Any

import pytest
from django.contrib import admin
from django.urls import reverse

from accounts.admin import ReadOnly
from tests.admin.conftest import Things
from tests.axe import wrong_in_any_look

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.django_db(transaction=True),
]


def paths(article: Any) -> list[str]:
    """The index, of each model the list, the form for a new one and for one that is there, and what else there is."""
    found = [
        reverse("admin:index"),
        reverse("admin:app_list", args=["accounts"]),
        reverse("admin:representative_article_changelist") + "?q=nobody",
        reverse("admin:representative_article_history", args=[article.pk]),
        reverse("admin:representative_article_delete", args=[article.pk]),
    ]
    for model, page in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        one = model._default_manager.first()
        found += [
            reverse(f"{name}_changelist"),
            *([] if isinstance(page, ReadOnly) else [reverse(f"{name}_add")]),
            *([reverse(f"{name}_change", args=[one.pk])] if one else []),
        ]
    return found


def test_every_page_is_accessible(page: Any, things: Things) -> None:
    wrong = {}
    for path in paths(things.article):
        answer = page.goto(path)
        assert answer.status == 200, path
        if found := wrong_in_any_look(page):
            wrong[path] = found
    assert wrong == {}
    assert page.violations == []


def test_a_row_that_is_added_and_a_search_that_is_open_have_names_too(page: Any, things: Things) -> None:
    page.goto(f"/admin/domains/domain/{things.cast.acme.pk}/change/")
    page.click("text=Add another Membership")
    page.locator("tr.dynamic-memberships").last.locator(".select2-selection").click()
    page.fill(".select2-search__field", "Mal")
    page.click(".select2-results__option:has-text('Mallory')")
    chosen = page.get_by_role("combobox", name="User Mallory")
    assert chosen.count() == 1
    chosen.click()
    page.get_by_role("searchbox", name="Search").wait_for()
    assert wrong_in_any_look(page) == []
    assert page.violations == []


def test_the_words_of_a_timeline_can_be_reached_on_a_phone(page: Any, things: Things) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"/admin/conversations/conversation/{things.talk.pk}/change/")
    table = page.get_by_role("region", name="Timeline")
    right_edge, hidden = table.evaluate(
        "node => [node.getBoundingClientRect().right, node.scrollWidth - node.clientWidth]"
    )
    assert right_edge <= 390
    assert hidden > 0
