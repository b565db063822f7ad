"""What a mail says."""

from django.db import models

from domains.models import Domain


class EmailContent(models.Model):
    """Subject and bodies. Apart from the jobs, so that the queue's table stays narrow and many jobs can
    share one.
    """

    # So that the words go when the domain goes.
    domain = models.ForeignKey(Domain, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    subject = models.CharField(max_length=255)
    text = models.TextField()
    html = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.subject
