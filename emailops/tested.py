"""What the tests of mail servers have shown."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from domains.models import Domain
from emailops import hints, servers
from emailops.connections import stages
from emailops.models import EmailAttempt, EmailJob, EmailKind, EmailStatus, MailServer

_WORDS = {"connect": "Connection", "tls": "TLS", "auth": "Log-in", "accepted": "Mail accepted"}
# Where the fault is the recipient's or the mail's, not the server's settings.
_NOT_THE_SETTINGS = ("", "rcpt", "data", "body", "dot")


@dataclass(frozen=True)
class Tested:
    """One test, as people are told of it."""

    job: EmailJob
    attempt: EmailAttempt | None

    @property
    def server(self) -> MailServer:
        """What was tested; of a server that has been removed since, the built-in mail system."""
        return self.job.server or servers.built_in()

    @property
    def running(self) -> bool:
        """Whether one should look again."""
        return self.job.moving

    @property
    def failed(self) -> bool:
        """Whether it is over and did not go well."""
        return not self.running and self.job.status != EmailStatus.SENT

    @property
    def at(self) -> datetime:
        """When the server was tried, or else when somebody wanted it to be."""
        return self.attempt.started_at if self.attempt else self.job.created_at

    @property
    def outdated(self) -> bool:
        """Whether the settings have been changed since."""
        return not self.server.built_in and self.at < self.server.updated_at

    @property
    def words(self) -> str:
        """What the server answered, or why there is no answer."""
        if self.job.status == EmailStatus.SENT and self.attempt:
            return f"{self.attempt.code} {self.attempt.reply}"
        code = f"{self.job.last_code} " if self.job.last_code else ""
        return code + self.job.last_error

    @property
    def hint(self) -> str:
        """What to do, where it failed."""
        if not self.failed or not self.job.last_error:
            return ""
        if self.server.built_in and self.job.last_stage not in _NOT_THE_SETTINGS:
            return "Whoever runs Privas sets the built-in mail system (EMAIL_URL, DEFAULT_FROM_EMAIL)."
        return hints.hint(self.job.last_stage, self.job.last_code, self.job.last_error)

    @property
    def stages(self) -> list[dict[str, Any]]:
        """The stages that were passed, the one that failed, and those that are still to come."""
        steps: list[dict[str, Any]] = list(self.attempt.steps) if self.attempt else []
        seen = {step["stage"] for step in steps}
        if self.running:
            coming = [stage for stage in self._way() if stage not in seen]
            steps += [{"stage": stage, "ok": None, "text": ""} for stage in coming]
        return [{**step, "word": _WORDS[step["stage"]]} for step in steps]

    def _way(self) -> tuple[str, ...]:
        """The stages that it passes if all goes well."""
        try:
            return tuple(stages(servers.target_of(self.server)))
        except ImproperlyConfigured:
            return ("connect",)


def tested(job: EmailJob) -> Tested:
    """A test with its try, once it has begun."""
    return Tested(job, job.attempt_rows.first())


def last_test(server: MailServer, domain: Domain | None = None) -> Tested | None:
    """The newest test of this server, or of one domain through it: the built-in one is tested by all."""
    jobs = EmailJob.objects.filter(kind=EmailKind.SMTP_TEST, server=server).select_related("server")
    if domain is not None:
        jobs = jobs.filter(domain=domain)
    job = jobs.order_by("-created_at", "-id").first()
    return None if job is None else tested(job)
