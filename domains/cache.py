"""What processes share for a while and nobody misses: limits, and rings that were not heard yet."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis import RedisError

from domains.broker import Silent, asked

# Larger than Django's 300: who guesses passwords under many names must not push the limits of others out.
memory = LocMemCache("while the broker is away", {"OPTIONS": {"MAX_ENTRIES": 10_000}})


class EnduringCache(RedisCache):
    """Redis; while it is away, the memory of this process: limits count for one process then, and pages work.

    Never raises for a broker that is gone or silent; how long it is waited for is said in domains/broker.py.
    """

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _Client


class _Client:
    """Has what Django's client of Redis has, all of which Django's memory has by the same names."""

    def __init__(self, servers: Any, **options: Any) -> None:
        self._redis = RedisCacheClient(servers, **options)

    def __getattr__(self, deed: str) -> Callable[..., Any]:
        return partial(self._do, deed)

    def _do(self, deed: str, *arguments: Any) -> Any:
        try:
            with asked():
                return getattr(self._redis, deed)(*arguments)
        except (RedisError, Silent):
            return getattr(memory, deed)(*arguments)
