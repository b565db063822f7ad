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
    # When the bodies were removed, because they are kept for so many days only (EMAIL_BODY_DAYS).
    wiped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["created_at"], name="email_content_kept", condition=models.Q(wiped_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.subject
