"""The rows of the log that a person has ticked."""

import uuid

from accounts.models import User
from domains.access import May, NotFound
from domains.models import Domain
from emailops import queries
from emailops.models import EmailJob


def ticked(user: User, domain: Domain, job_ids: list[uuid.UUID]) -> list[EmailJob]:
    """The mails whose recipients are meant, in that order. Raises NotFound when one of them is not of this domain:
    then nothing is sent at all.
    """
    jobs = {job.id: job for job in queries.jobs_of(user, May.MANAGE).filter(domain=domain, id__in=job_ids)}
    if any(job_id not in jobs for job_id in job_ids):
        raise NotFound
    return [jobs[job_id] for job_id in dict.fromkeys(job_ids)]
