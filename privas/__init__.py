"""Privas: website chat in which an AI representative answers first and people back it up."""

from privas.celery import app as celery_app

__all__ = ["celery_app"]
