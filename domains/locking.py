"""The lock under which the people of a domain change: of two owners who leave at once, one is the last."""

import uuid

from domains.access import NotFound
from domains.models import Domain


def lock(domain_id: uuid.UUID) -> Domain:
    """The locked row. Call it inside a transaction only. Raises NotFound for an unknown id."""
    try:
        return Domain.objects.select_for_update().get(pk=domain_id)
    except Domain.DoesNotExist:
        raise NotFound from None
