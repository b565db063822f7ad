"""A bulk send to a thousand while its worker is killed again and again: one mail each, or an honest row."""

from collections import Counter
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.emailops.servers import Sink, smtp
from tests.stack import Stack
from tests.waiting import until

pytestmark = [pytest.mark.redis, pytest.mark.slow]

RECIPIENTS, DOUBLED, UNSUBSCRIBED, KILLS = 1_000, 50, 10, 5

SEND = f"""
from domains.models import Domain
from emailops import suppressions
from emailops.bulk import recipients, sending
from emailops.models import SuppressionReason
domain = Domain.objects.create(name="Acme")
unique = [f"to{{n}}@acme.example" for n in range({RECIPIENTS - DOUBLED})]
for address in unique[:{UNSUBSCRIBED}]:
    suppressions.suppress(domain, address.upper(), SuppressionReason.UNSUBSCRIBED)
given = unique + [address.upper() for address in unique[-{DOUBLED}:]]
assert len(given) == {RECIPIENTS}
found = recipients.checked(domain, [], recipients.split(" ".join(given)))
sending.queue_bulk(domain, sending.words("News for {{{{email}}}}", "Hello {{{{name|there}}}}"), found)
"""


def _has_taken(sink: Sink, goal: int) -> bool:
    return len(sink.mails) >= goal


def _statuses(stack: Stack) -> dict[str, int]:
    return dict(stack.query("SELECT status, count(*) FROM emailops_emailjob GROUP BY status"))


@pytest.mark.timeout(420)
def test_of_a_thousand_each_gets_one_mail_although_the_worker_dies_five_times(
    stack: Any, database: str
) -> None:
    wanted = RECIPIENTS - DOUBLED - UNSUBSCRIBED
    with smtp(Sink(delay_s=0.01)) as sink:
        running: Stack = stack(
            database, web=1, workers=1, beat=True, env={"EMAIL_URL": f"smtp://127.0.0.1:{sink.port}"}
        )
        running.python(SEND)
        assert _statuses(running)["suppressed"] == UNSUBSCRIBED
        for kill in range(1, KILLS + 1):
            until(partial(_has_taken, sink, kill * wanted // (KILLS + 1)), timeout=60, every=0.002)
            running.kill("worker1")
            running.restart("worker1")
        until(
            lambda: not {"queued", "sending", "retrying"} & set(_statuses(running)),
            timeout=120,
            message="all mails are settled",
        )
        statuses = _statuses(running)
        # What the worker was killed in the middle of may have arrived: a person decides, nothing goes twice.
        assert statuses.get("unknown", 0) <= KILLS
        assert statuses["sent"] + statuses.get("unknown", 0) == wanted
        assert statuses["suppressed"] == UNSUBSCRIBED
        assert [len(to) for _, to in sink.envelopes] == [1] * len(sink.envelopes)
        addresses = Counter(to for _, (to,) in sink.envelopes)
        assert set(addresses) == {f"to{n}@acme.example" for n in range(UNSUBSCRIBED, RECIPIENTS - DOUBLED)}
        assert max(addresses.values()) == 1
        mail = sink.mails[-1]
        assert mail["Subject"] == f"News for {mail['To']}"
        path = urlsplit(mail["List-Unsubscribe"].strip("<>")).path
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        with httpx.Client(base_url=running.url, timeout=10) as program:
            assert program.get(path).status_code == 200
            assert _suppressions(running) == UNSUBSCRIBED
            answer = program.post(path, data={"List-Unsubscribe": "One-Click"})
            assert answer.status_code == 200
            assert not program.cookies
        assert _suppressions(running) == UNSUBSCRIBED + 1


def _suppressions(running: Stack) -> int:
    (count,) = running.query("SELECT count(*) FROM emailops_suppression")[0]
    return int(count)
