"""A domain that is deleted lets go of its visitors at once, not with the next heartbeat."""

from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.test import Client
from django.urls import reverse

from accounts.models import User
from domains import members
from tests.cast import PASSWORD, Cast, make_cast, say, vera
from tests.widget.visitor import act, tab
from widget import sessions

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]

cast_of: Any = sync_to_async(make_cast)


@sync_to_async
def token_with_talk(cast: Cast) -> str:
    seen = vera(cast.acme)
    say(seen, "Hello?")
    return sessions.token_for(cast.acme.pk, seen.id)


async def test_the_sockets_of_a_closed_domain_close_with_4403_and_others_stay() -> None:
    cast = await cast_of()
    token = await token_with_talk(cast)
    async with tab() as talks, tab() as looks, tab("https://bolt.example") as elsewhere:
        await talks.auth(cast.acme, token)
        await looks.auth(cast.acme)
        await elsewhere.auth(cast.bolt)
        for each in (talks, looks, elsewhere):
            await each.of("synced")
        await act(members.close_domain, cast.olga, cast.acme.pk)
        assert (await talks.of("closed", 2))["code"] == 4403
        assert (await looks.of("closed", 2))["code"] == 4403
        assert (await elsewhere.say("Still here"))["t"] == "ack"


@pytest.mark.parametrize("several", [False, True])
async def test_a_domain_that_an_administrator_deletes_closes_them_too(several: bool) -> None:
    cast = await cast_of()
    async with tab() as visitor:
        await visitor.auth(cast.acme)
        await visitor.of("synced")
        await act(_delete_in_the_admin, cast, several)
        assert (await visitor.of("closed", 2))["code"] == 4403


def _delete_in_the_admin(cast: Cast, several: bool) -> None:
    User.objects.create_superuser("root@privas.example", PASSWORD)
    browser = Client()
    browser.login(username="root@privas.example", password=PASSWORD)
    if several:
        chosen = {"action": "delete_selected", "_selected_action": [str(cast.acme.pk)], "post": "yes"}
        browser.post(reverse("admin:domains_domain_changelist"), chosen)
    else:
        browser.post(reverse("admin:domains_domain_delete", args=[cast.acme.pk]), {"post": "yes"})
