"""The API's page for people, in a real browser."""

import pytest

from tests.axe import scrolls_sideways, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_is_readable_by_all_and_breaks_no_policy(browser, live_server, width: int, theme: str):
    context = browser.new_context(
        base_url=live_server.url, color_scheme=theme, viewport={"width": width, "height": 800}
    )
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text))
    answer = page.goto("/api/v1/docs/")
    assert answer.status == 200
    assert violations(page) + scrolls_sideways(page) == []
    page.click("text=take over conversation")
    assert page.url.endswith("#take_over_conversation")
    assert said == []
    context.close()
