"""What a person can do about a test of a mail server that failed. Pure."""

_PORTS = "Check host and port: 587 with STARTTLS and 465 with TLS are usual."
_LATER = "The server cannot do it now: test again in some minutes."

# Stage, beginning of the server's code ("-": it gave none), some of the words, and what to do. Of those that fit, the
# first; what is empty always fits.
_HINTS: tuple[tuple[str, str, str, str], ...] = (
    ("resolve", "", "FIELD_KEYS", "Whoever runs Privas can put the old key back at the end of FIELD_KEYS instead."),
    ("resolve", "", "", "Check the spelling of the SMTP host."),
    ("guard", "", "", "Use the public name of your mail server, or ask the administrator to allow this one."),
    ("connect", "", "refused", f"The machine is there, but nothing answers at this port. {_PORTS}"),
    ("connect", "", "", f"{_PORTS} A firewall may be in the way."),
    ("banner", "-", "in time", f"A server that waits for TLS says nothing without it. {_PORTS}"),
    ("banner", "-", "", f"Another service, or TLS where none was expected, may answer there. {_PORTS}"),
    ("banner", "5", "", "The server takes no mail from this machine. Its provider can say why, and allow it."),
    ("tls", "-", "offers no TLS", "Choose TLS for port 465, or have the server offer STARTTLS."),
    ("tls", "-", "expired", "Have the server's certificate renewed. Nothing is sent before that."),
    ("tls", "-", "mismatch", "Use the host name that the certificate is made for."),
    ("tls", "-", "not valid", "Have the server show a certificate of a public authority, with the whole chain."),
    ("tls", "-", "", "Choose TLS for port 465 and STARTTLS for 587. The server must speak TLS 1.2 or newer."),
    ("tls", "5", "", "Choose TLS for port 465, or ask the server's provider why it refuses STARTTLS."),
    ("auth", "504", "", "Many servers offer a log-in with TLS only: choose it. Or leave user name and password empty."),
    ("auth", "5", "", "Check user name and password. Some providers want a password made for applications."),
    ("mail", "530", "", "The server wants a log-in first, and maybe TLS: give user name and password."),
    ("mail", "5", "", "The server does not let this log-in send from the From address. Use one that belongs to it."),
    ("rcpt", "4", "", "Many servers put off senders they do not know: test again in some minutes."),
    ("rcpt", "5", "", "The server refuses this recipient. Check it; many relay to others after a log-in only."),
    ("build", "", "", "Correct the From address or the recipient."),
    ("dot", "-", "", "It may have arrived all the same: look into the mailbox, then test again."),
    ("", "5", "", "The server refused the mail itself; its words say why."),
    ("", "4", "", _LATER),
    ("", "", "", "The server broke off, or spoke out of turn. Test again; if it stays so, ask its provider."),
)  # fmt: skip


def hint(stage: str, code: int | None, words: str) -> str:
    """What to do about a fault at this stage, of which the server, or its silence, said this."""
    if not stage:
        return (
            "No worker has sent it. Test again; whoever runs Privas sees at /readyz whether one is at work."
        )
    said = "-" if code is None else str(code)
    return next(
        advice
        for where, answer, piece, advice in _HINTS
        if where in ("", stage) and said.startswith(answer) and piece in words
    )
