"""The right to keep one connection open to a mail server."""

from django.db import models

from emailops.models.mail_server import MailServer


class ConnectionSlot(models.Model):
    """A server has as many as its `connections` say, whatever workers and machines there are.

    Held under the drain's lease token until `until`, which a living drain moves on; a slot whose time is over, or whose
    holder is known to be dead, is free.
    """

    server = models.ForeignKey(MailServer, on_delete=models.CASCADE, related_name="slots")
    n = models.PositiveSmallIntegerField()
    token = models.UUIDField(null=True, blank=True)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["server", "n"], name="one_row_per_connection_slot"),
        ]

    def __str__(self) -> str:
        return f"{self.server}, connection {self.n + 1}"
