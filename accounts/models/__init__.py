"""People who sign in, and the secrets by which programs act for them."""

from accounts.models.api_token import ApiToken
from accounts.models.presence import Presence
from accounts.models.socket_ticket import SocketTicket
from accounts.models.user import User

__all__ = ["ApiToken", "Presence", "SocketTicket", "User"]
