"""The two sockets, as in the tutorial."""

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.db import transaction
from django.utils import timezone

from bench.anchors.plain_channels.models import Conversation, Message


class VisitorConsumer(AsyncJsonWebsocketConsumer):
    """One visitor."""

    async def connect(self):
        parts = self.scope["path"].strip("/").split("/")
        self.domain, self.key = parts[-2], parts[-1]
        self.conversation_id = await self.begin()
        await self.channel_layer.group_add(f"conversation.{self.key}", self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        await self.channel_layer.group_discard(f"conversation.{self.key}", self.channel_name)

    async def receive_json(self, content, **kwargs):
        n = await self.store(content["id"], content["text"])
        await self.send_json({"t": "ack", "id": content["id"], "n": n})
        message = {"type": "chat.message", "c": self.key, "n": n, "text": content["text"]}
        await self.channel_layer.group_send(f"conversation.{self.key}", message)
        await self.channel_layer.group_send(f"dashboard.{self.domain}", message)

    async def chat_message(self, event):
        await self.send_json({"t": "message", "c": event["c"], "n": event["n"], "text": event["text"]})

    @database_sync_to_async
    def begin(self):
        conversation, _ = Conversation.objects.get_or_create(key=self.key, defaults={"domain": self.domain})
        return conversation.pk

    @database_sync_to_async
    def store(self, client_id, text):
        with transaction.atomic():
            conversation = Conversation.objects.select_for_update().get(pk=self.conversation_id)
            message = Message.objects.create(conversation=conversation, client_id=client_id, text=text)
            conversation.message_count += 1
            conversation.last_text = text[:200]
            conversation.last_at = message.created_at or timezone.now()
            conversation.save(update_fields=["message_count", "last_text", "last_at"])
        return conversation.message_count


class OperatorConsumer(AsyncJsonWebsocketConsumer):
    """One operator's dashboard."""

    async def connect(self):
        self.domain = self.scope["path"].strip("/").split("/")[-1]
        await self.channel_layer.group_add(f"dashboard.{self.domain}", self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        await self.channel_layer.group_discard(f"dashboard.{self.domain}", self.channel_name)

    async def chat_message(self, event):
        await self.send_json({"t": "message", "c": event["c"], "n": event["n"], "text": event["text"]})
