"""The states of the widget, on the demo site, as one visitor meets them."""

from typing import TYPE_CHECKING, Any

from playwright.sync_api import Page

if TYPE_CHECKING:
    from tools.screens import Studio

STATES = (
    "closed", "open", "streaming", "answer", "rate-limit", "bell", "waiting", "person", "back", "address", "menu",
    "offline", "failed", "resolved",
)  # fmt: skip
GAP_MS = 3_100
_ANSWER = (
    "With one charge the City E (500 Wh) goes 60 to 90 km, the Tour E (625 Wh) **80 to 130 km** and the Trail E "
    "(750 Wh) 60 to 110 km.\\n\\n- Hills, wind and cold shorten the range\\n- At 0 °C expect about a quarter less"
)


class Visit:
    """One visitor on the demo site, and the pictures taken on the way."""

    def __init__(self, studio: "Studio", page: Page, look: str) -> None:
        self.studio, self.page, self.look = studio, page, look
        self.chat = page.frame_locator("#privas-widget iframe")
        self.text = self.chat.get_by_label("Your message")

    def shoot(self, state: str) -> None:
        """A picture of this state."""
        if self.studio.wants(f"widget-{state}"):
            self.page.wait_for_timeout(300)
            self.studio.shoot(self.page, f"widget-{state}-{self.look}", whole=False)

    def do(self, code: str) -> Any:
        """Act as the representative, the team or the clock."""
        return self.studio.stage.do(code)

    def say(self, words: str) -> None:
        """Write and send."""
        self.text.fill(words)
        self.text.press("Enter")

    def told(self, words: str) -> None:
        """Wait until somebody else's words, or a banner, are on screen."""
        self.chat.locator(".m:not(.visitor), .line", has_text=words).first.wait_for()

    def begin(self) -> None:
        """Closed, open, the answer as it comes, the answer, and too fast."""
        self.shoot("closed")
        self.page.locator("#privas-widget button.l").click()
        self.chat.locator("body:not([data-mode=off])").wait_for()
        self.shoot("open")
        self.say("How far does the Tour E go on one charge?")
        self.chat.locator(".m.visitor[data-state=stored]").first.wait_for()
        self.do("stream('shot', 'With one charge the City E (500 Wh) goes 60 to 90 km, the Tour E ')")
        self.told("With one charge")
        self.shoot("streaming")
        self.do(f"reply('{_ANSWER}', draft='shot')")
        self.told("a quarter less")
        self.shoot("answer")
        self.page.wait_for_timeout(GAP_MS)
        self.say("Thank you!")
        self.text.fill("And in winter?")
        self.text.press("Enter")
        self.shoot("rate-limit")

    def people(self) -> None:
        """The bell, the wait, a person, and back."""
        self.page.wait_for_timeout(GAP_MS)
        self.chat.get_by_role("button", name="Ask for a person").click()
        self.shoot("bell")
        self.chat.get_by_role("button", name="Notify the team").click()
        self.chat.locator(".waiting").wait_for()
        self.shoot("waiting")
        self.do("take_over()")
        self.do("write('Hi, Sam here. I ride the Tour E myself: 110 km with two small hills.')")
        self.told("Sam here")
        self.do(
            "broadcast.typing(talk(), who={'kind': 'operator', 'name': 'Sam Okafor'}, on=True, to_visitor=True)"
        )
        self.shoot("person")
        self.do("hand_back()")
        self.told("You're back")
        self.shoot("back")

    def ending(self) -> None:
        """Nobody comes, the line dies, a message fails, the talk is resolved."""
        self.chat.get_by_role("button", name="Ask for a person").click()
        self.chat.get_by_role("button", name="Notify the team").click()
        self.chat.locator(".waiting").wait_for()
        self.do("nobody_came()")
        self.chat.get_by_label("Where may we answer you?").wait_for()
        self.shoot("address")
        self.chat.get_by_role("button", name="Menu").click()
        self.shoot("menu")
        self.page.keyboard.press("Escape")
        self.page.context.set_offline(True)
        self.say("Do you hear me?")
        self.page.wait_for_timeout(500)
        self.shoot("offline")
        self.page.context.set_offline(False)
        self.chat.locator(".m.visitor[data-state=stored]", has_text="Do you hear me?").wait_for()
        self.do("resolve()")
        self.page.wait_for_timeout(500)
        self.shoot("resolved")

    def failure(self) -> None:
        """A message that cannot be sent."""
        self.page.locator("#privas-widget button.l").click()
        self.chat.locator("body:not([data-mode=off])").wait_for()
        self.say("Do you have the City E in sage green?")
        self.chat.locator(".m.visitor[data-state=stored]").first.wait_for()
        self.page.wait_for_timeout(GAP_MS)
        frame = next(frame for frame in self.page.frames if "/frame" in frame.url)
        frame.evaluate("WebSocket.prototype.send = () => {}")
        self.page.clock.install()
        self.say("And in size M?")
        self.page.clock.fast_forward(31_000)
        self.chat.locator(".m.visitor[data-state=failed]").wait_for()
        self.shoot("failed")


def take_all(studio: "Studio") -> None:
    """Every state in every look."""
    if not any(studio.wants(f"widget-{state}") for state in STATES):
        return
    studio.stage.do("dana = lambda: User.objects.get(email='sam@northwind.example')")
    for look, options in studio.looks():
        with studio.attempt(f"widget-…-{look}"), studio.page(None, **options) as page:
            page.goto("/demo/")
            visit = Visit(studio, page, look)
            visit.begin()
            visit.people()
            visit.ending()
        with studio.attempt(f"widget-failed-{look}"), studio.page(None, **options) as page:
            page.goto("/demo/")
            Visit(studio, page, look).failure()
