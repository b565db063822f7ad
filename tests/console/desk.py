"""A whole running product with the cast in it, and hands that act in it while browsers look."""

import json
import re
import subprocess
from typing import Any

from playwright.sync_api import Page, expect

from privas import programs
from tests.cast import PASSWORD
from tests.stack import Stack
from tests.stack_databases import REPOSITORY

# Runs inside the product's own environment: each line is code, its `result` is the answer.
_LOOP = """
import json, sys, traceback
known = {}
for line in sys.stdin:
    known.pop("result", None)
    try:
        exec(json.loads(line), known)
        answer = {"result": known.get("result")}
    except BaseException:
        answer = {"error": traceback.format_exc()}
    print("ANSWER" + json.dumps(answer, default=str), flush=True)
"""

_OPENING = """
import uuid
from datetime import timedelta
from django.utils import timezone
from tests.cast import make_cast, vera, say
from conversations.actions import visitors, handling, escalation, operators, representatives, closing
from conversations.models import Conversation
from conversations import broadcast
cast = make_cast()
people = {name: getattr(cast, name).email for name in ("olga", "omar", "ona", "vic", "mallory")}
seen = {}

def talk(name, text="Do you ship to Norway?"):
    seen[name] = vera(cast.acme)
    conversation = say(seen[name], text)
    reasons = [{"points": 40, "reason": "Asks for a price", "n": 1}]
    representatives.learn_facts(conversation.pk, facts={"name": name}, score=40, reasons=reasons)
    return str(conversation.pk)

def reply(pk, text):
    now = Conversation.objects.get(pk=pk)
    representatives.post_reply(
        pk, epoch=now.handling_epoch, answers_n=now.last_visitor_message_n, text=text, draft=uuid.uuid4().hex
    )

result = {"people": people, "acme": str(cast.acme.pk), "bolt": str(cast.bolt.pk)}
"""


class Desk:
    """The product at work: `do()` acts in it, `page()` opens a browser page for one of the cast."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self._hand = subprocess.Popen(
            [programs.PYTHON, "manage.py", "shell", "--no-imports", "-c", _LOOP],
            cwd=REPOSITORY,
            env=stack.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        opened = self.do(_OPENING)
        self.people: dict[str, str] = opened["people"]
        self.acme: str = opened["acme"]
        self.bolt: str = opened["bolt"]
        self._sessions: dict[str, Any] = {}
        self.complaints: list[str] = []

    def do(self, code: str) -> Any:
        """Run code inside the product; the value of `result`."""
        assert self._hand.stdin is not None
        assert self._hand.stdout is not None
        self._hand.stdin.write(json.dumps(code) + "\n")
        self._hand.stdin.flush()
        for line in self._hand.stdout:
            if line.startswith("ANSWER"):
                answer = json.loads(line.removeprefix("ANSWER"))
                assert "error" not in answer, answer["error"]
                return answer["result"]
        raise AssertionError(f"the hand is gone\n{self.stack.tail()}")

    def talk(self, name: str, text: str = "Do you ship to Norway?") -> str:
        """A visitor of this name writes; the conversation's id."""
        return str(self.do(f"result = talk({name!r}, {text!r})"))

    def ring(self, name: str, reason: str = "") -> None:
        """This visitor asks for a person."""
        self.do(f"escalation.ring_bell(seen[{name!r}], client_id=str(uuid.uuid4()), reason={reason!r})")

    def page(self, browser: Any, who: str | None, path: str = "/live/", **options: Any) -> Any:
        """A page of this person, logged in through the log-in page the first time."""
        session = self._sessions.get(who or "")
        context = browser.new_context(storage_state=session, base_url=self.stack.url, **options)
        context.on("console", self._hear)
        context.on("weberror", lambda broken: self.complaints.append(f"script: {broken.error}"))
        page = context.new_page()
        if who and session is None:
            page.goto("/accounts/login/")
            page.fill("[name=login]", self.people[who])
            page.fill("[name=password]", PASSWORD)
            page.click("main button")
            page.wait_for_url(re.compile("/live/"))
            self._sessions[who] = context.storage_state()
        page.goto(path)
        return page

    def _hear(self, message: Any) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def close(self) -> None:
        """End the hand; the stack ends by itself."""
        self._hand.kill()
        self._hand.wait(10)


def card(page: Page, pk: str) -> Any:
    """The card of this conversation."""
    return page.locator(f"#card-{pk}")


def live(desk: Desk, browser: Any, who: str, path: str = "/live/", **options: Any) -> Page:
    """A page of this person; the live page when its socket is up."""
    page: Page = desk.page(browser, who, path, **options)
    if path.startswith("/live/"):
        expect(page.locator("[data-connection]")).to_have_text("Live")
    return page
