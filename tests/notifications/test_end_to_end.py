"""From a visitor's words to the mail server, through real processes."""

import re
from typing import Any

import pytest

from tests.emailops.servers import Sink, smtp
from tests.stack import Stack
from tests.waiting import until

pytestmark = [pytest.mark.redis, pytest.mark.timeout(120)]

_STORY = """
import uuid
from tests.cast import make_cast, vera, say
from conversations.actions import escalation
cast = make_cast()
seen = vera(cast.acme)
conversation = say(seen, "What does the team plan cost?")
say(seen, "Are you there?")
escalation.ring_bell(seen, client_id=str(uuid.uuid4()), reason="In a hurry")
print("STORY", conversation.pk, cast.olga.email)
"""


def test_the_team_is_told_of_a_conversation_and_of_its_wish_for_a_person(stack: Any, database: str) -> None:
    sink = Sink()
    with smtp(sink):
        running: Stack = stack(
            database, web=0, workers=2, beat=True, env={"EMAIL_URL": f"smtp://127.0.0.1:{sink.port}"}
        )
        _, pk, olga = running.python(_STORY).rpartition("STORY")[2].rpartition("\n")[0].split(" ")
        until(lambda: len(sink.mails) >= 2, timeout=30, message="both alerts have arrived")
        sent = "SELECT count(*) FROM emailops_emailjob WHERE status = 'sent' AND attempts = 1 AND sent_at IS NOT NULL"
        until(lambda: running.query(sent) == [(2,)], timeout=10)
    by_subject = {str(mail["Subject"]): mail for mail in sink.mails}
    assert set(by_subject) == {
        "New conversation on Acme: What does the team plan cost?",
        "Anonymous asks for a person on Acme",
    }
    for mail in sink.mails:
        assert mail["To"] == f"Olga <{olga}>"
        text = mail.get_body(("plain",))
        assert text is not None
        assert re.search(rf"^{re.escape(running.url)}/conversations/{pk}/", text.get_content(), re.M)
    assert len({str(mail["References"]) for mail in sink.mails}) == 1
