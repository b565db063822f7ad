"""How many connections a mail server is given at once, over all workers and machines."""

import uuid
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from emailops.models import ConnectionSlot, MailServer


def take(server: MailServer, token: uuid.UUID, until: datetime) -> bool:
    """Hold one of the server's slots. False when all are held."""
    if ConnectionSlot.objects.filter(server=server).count() < server.connections:
        rows = [ConnectionSlot(server=server, n=n) for n in range(server.connections)]
        ConnectionSlot.objects.bulk_create(rows, ignore_conflicts=True)
    return any(
        _free(server).filter(pk=pk).update(token=token, until=until)
        for pk in _free(server).order_by("n").values_list("pk", flat=True)
    )


def one_is_free(server: MailServer) -> bool:
    """Whether another connection could be opened now."""
    taken = ConnectionSlot.objects.filter(server=server, token__isnull=False, until__gte=timezone.now())
    return taken.count() < server.connections


def keep(token: uuid.UUID, until: datetime) -> None:
    """The holder lives."""
    ConnectionSlot.objects.filter(token=token).update(until=until)


def free(token: uuid.UUID) -> None:
    """Give the slot back."""
    ConnectionSlot.objects.filter(token=token).update(token=None, until=None)


def held() -> set[uuid.UUID]:
    """Who holds one."""
    return {token for token in ConnectionSlot.objects.values_list("token", flat=True) if token is not None}


def _free(server: MailServer) -> QuerySet[ConnectionSlot]:
    rows = ConnectionSlot.objects.filter(server=server, n__lt=server.connections)
    return rows.filter(Q(token__isnull=True) | Q(until__lt=timezone.now()))
