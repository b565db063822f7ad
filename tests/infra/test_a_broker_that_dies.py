"""A worker whose broker is killed while it works comes again by itself."""

from pathlib import Path
from typing import Any

import pytest
from celery.worker import consumer
from kombu import Connection

from privas.celery import app
from privas.consumer import Consumer
from tests.support.broker import own_broker

pytestmark = pytest.mark.redis


def connected(cls: Any, url: str) -> Any:
    """A consumer in the middle of its work: a job is with it that it has not acknowledged, and it listens for more."""
    working = object.__new__(cls)
    working.app = app
    working.connection = Connection(url)
    channel = working.connection.default_channel
    channel.queue_declare("mail")
    channel.basic_consume("mail", no_ack=False, callback=lambda message: None, consumer_tag="1")
    working.connection.Producer(channel).publish("a job", routing_key="mail")
    working.connection.drain_events(timeout=5)
    with pytest.raises(TimeoutError):
        working.connection.drain_events(timeout=0.1)
    return working


def test_a_connection_that_cannot_be_closed_is_left_behind(tmp_path: Path) -> None:
    with own_broker(tmp_path) as broker:
        working = connected(Consumer, broker.url)
        broker.kill()
        working.on_connection_error_after_connected(ConnectionError("gone"))
    assert working.connection is None


def test_celery_itself_still_trips_over_it(tmp_path: Path) -> None:
    """When this fails, kombu was mended and privas/consumer.py can go."""
    with own_broker(tmp_path) as broker:
        working = connected(consumer.Consumer, broker.url)
        broker.kill()
        with pytest.raises(AttributeError):
            working.on_connection_error_after_connected(ConnectionError("gone"))


def test_workers_are_given_this_consumer() -> None:
    assert app.conf.worker_consumer == f"{Consumer.__module__}:{Consumer.__qualname__}"
