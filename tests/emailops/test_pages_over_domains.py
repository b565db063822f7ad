"""Lists over several domains are read one domain at a time, and are in order all the same."""

from datetime import timedelta

from django.utils import timezone

from domains.models import Domain, Membership, Role
from emailops import queries
from emailops.models import EmailJob
from tests.api.caller import Caller
from tests.cast import Cast
from tests.emailops.conftest import queued


def test_pages_over_all_domains_follow_one_another_without_a_gap(cast: Cast) -> None:
    domains = [cast.acme]
    for name in ("Second", "Third"):
        domain = Domain.objects.create(name=name)
        Membership.objects.create(domain=domain, user=cast.olga, role=Role.OWNER)
        domains.append(domain)
    now = timezone.now()
    for n in range(30):
        job = queued(domains[n * n % 3], f"to{n}@x.example")
        # Some share their moment.
        EmailJob.objects.filter(id=job.id).update(created_at=now - timedelta(seconds=n // 2))
    queued(cast.bolt, "foreign@x.example")
    wanted = [
        str(pk)
        for pk in EmailJob.objects.filter(domain__in=domains)
        .order_by("-created_at", "-id")
        .values_list("id", flat=True)
    ]
    olga = Caller(cast.olga)
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        answer = olga.get(f"email-jobs/?limit=7&cursor={cursor}").body
        seen += [one["id"] for one in answer["results"]]
        cursor = answer["next"]
    assert seen == wanted
    parts = queries.by_domain(cast.olga, queries.jobs_of(cast.olga))
    assert len(parts) == 3
    assert queries.newest(parts) == now
