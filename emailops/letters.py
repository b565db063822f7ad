"""Letters from templates: templates/letters/<name>.txt and .html."""

from django.conf import settings
from django.template.loader import render_to_string

from emailops.addresses import one_line
from emailops.queueing import Letter

_LONGEST_SUBJECT = 160


def written(name: str, *, subject: str, **facts: object) -> Letter:
    """The letter of this name. Foreign words in the subject lose their line breaks; in the HTML they are
    escaped.
    """
    subject = one_line(subject, _LONGEST_SUBJECT)
    context = {**facts, "subject": subject, "base_url": settings.BASE_URL}
    return Letter(
        subject=subject,
        text=render_to_string(f"letters/{name}.txt", context).strip() + "\n",
        html=render_to_string(f"letters/{name}.html", context).strip() + "\n",
    )
