"""Channels' Pub/Sub layer, with one round trip for all frames of an event instead of one for each."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from channels_redis.pubsub import RedisPubSubChannelLayer


class PubSubLayer(RedisPubSubChannelLayer):
    """Set as the default layer in settings; only domains/publishing.py sends through it."""

    async def group_send_all(self, pairs: Sequence[tuple[str, dict[str, Any]]]) -> None:
        """Send each message to its group, in order, in one pipeline to each server.

        The layer holds its lock for a whole round trip; joining and leaving wait for it too.
        """
        layer = self._get_layer()
        by_shard: dict[Any, list[tuple[str, bytes]]] = defaultdict(list)
        for group, message in pairs:
            channel = layer._get_group_channel_name(group)
            by_shard[layer._get_shard(channel)].append((channel, self.serialize(message)))
        for shard, encoded in by_shard.items():
            async with shard._lock:
                shard._ensure_redis()
                pipeline = shard._redis.pipeline(transaction=False)
                for channel, words in encoded:
                    pipeline.publish(channel, words)
                await pipeline.execute()
