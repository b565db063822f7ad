"""What the tests of alerts share."""

from tests.cast import Cast

# What the form of a domain's own mail server sends.
SMTP = {
    "do": "save",
    "host": "smtp.acme.example",
    "port": "587",
    "security": "starttls",
    "username": "mailer",
    "password": "s3cret-canary",
    "from_address": "hello@acme.example",
    "from_name": "Acme",
}


def settings_url(cast: Cast) -> str:
    """The email settings of Acme."""
    return f"/domains/{cast.acme.id}/settings/email/"
