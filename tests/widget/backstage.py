"""The other side of a Stack: a process beside it that does what the representative, the team and the clock do."""

import json
import subprocess
from typing import Any

from privas import programs
from tests.stack import Stack
from tests.stack_databases import REPOSITORY

_LOOP = """
import json, sys, traceback, django
django.setup()
world = {}
exec(sys.stdin.readline() and json.loads(%r), world)
print(json.dumps("ready"), flush=True)
for line in sys.stdin:
    try:
        world["answer"] = None
        exec(json.loads(line), world)
        print(json.dumps(world["answer"], default=str), flush=True)
    except Exception:
        print(json.dumps({"error": traceback.format_exc()}), flush=True)
"""

_WORLD = """
import uuid
from django.utils import timezone
from accounts.models import User
from conversations import broadcast
from conversations.actions import closing, escalation, handling, operators, representatives
from conversations.models import Conversation, Escalation, Event, Message, Visitor
from domains.models import Domain, Membership
from widget import sessions

def talk():
    return Conversation.objects.select_related("domain", "visitor").latest("created_at")

def dana():
    user, made = User.objects.get_or_create(email="dana@shop.example", defaults={"name": "Dana Kay"})
    if made:
        Membership.objects.create(domain=talk().domain, user=user, role="operator")
    return user

def stream(draft, *parts, epoch=None):
    now = talk()
    for i, text in enumerate(parts):
        broadcast.delta(now, epoch=epoch or now.handling_epoch, draft=draft, i=i, text=text)

def reply(text, draft="d1"):
    now = talk()
    representatives.post_reply(
        now.pk, epoch=now.handling_epoch, answers_n=now.last_visitor_message_n, draft=draft, text=text
    )

def take_over():
    handling.take_over(talk().pk, operator=dana())

def pass_to(name):
    omar = User.objects.create(email=f"{uuid.uuid4().hex}@shop.example", name=name)
    Membership.objects.create(domain=talk().domain, user=omar, role="operator")
    handling.request_control(talk().pk, operator=omar)
    handling.pass_control(talk().pk, operator=dana())

def hand_back():
    handling.hand_back(talk().pk, operator=dana())

def write(text):
    operators.post_operator_message(talk().pk, operator=dana(), client_id=str(uuid.uuid4()), text=text)

def typing():
    broadcast.typing(talk(), who={"kind": "operator", "name": "Dana Kay"}, on=True, to_visitor=True)

def learn(**facts):
    representatives.learn_facts(talk().pk, facts=facts, score=0, reasons=[])

def nobody_came():
    wish = Escalation.objects.get(conversation=talk(), state="open")
    Escalation.objects.filter(pk=wish.pk).update(due_at=timezone.now())
    escalation.expire_request(wish.pk)

def resolve():
    closing.resolve(talk().pk, operator=dana())

def texts():
    return list(Message.objects.filter(conversation=talk()).order_by("id").values_list("text", flat=True))
"""


class Backstage:
    """Runs Python with Django set up against a Stack, in one process, so that a call costs milliseconds."""

    def __init__(self, stack: Stack) -> None:
        self._process = subprocess.Popen(
            [programs.PYTHON, "-c", _LOOP % json.dumps(_WORLD)],
            cwd=REPOSITORY,
            env={**stack.environment, "DJANGO_SETTINGS_MODULE": "privas.settings"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._send("begin")

    def do(self, code: str) -> Any:
        """Run a statement."""
        return self._send(code)

    def ask(self, expression: str) -> Any:
        """The value of an expression."""
        return self._send(f"answer = {expression}")

    def stop(self) -> None:
        """End the process."""
        self._process.stdin.close()  # type: ignore[union-attr]
        self._process.wait(10)

    def _send(self, code: str) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(code) + "\n")
        self._process.stdin.flush()
        while line := self._process.stdout.readline():
            if line[0] in '"{[ntf-0123456789':
                answer = json.loads(line)
                assert not (isinstance(answer, dict) and "error" in answer), answer["error"]
                return answer
        raise AssertionError("the backstage process has ended")
