"""The demo: a believable firm with knowledge, people, past conversations and mails. Above all apps, known to none."""
