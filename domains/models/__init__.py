"""Websites registered in Privas and the people on them."""

from domains.models.domain import Domain
from domains.models.membership import Membership, Role

__all__ = ["Domain", "Membership", "Role"]
