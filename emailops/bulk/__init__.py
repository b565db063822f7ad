"""One mail to many recipients: what would be sent, sending it, and how far it has come."""
