"""The anchor of the mail benchmark: django-post_office, the mail queue that most Django projects install."""
