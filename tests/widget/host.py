"""A customer's web site: another origin, with a policy of its own that allows the widget's script and frame only."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,"><link rel="stylesheet" href="/host.css">
<script src="/host.js"></script>
<script async src="{base}/w/{key}.js" {options}></script></head>
<body><main><h1>{title}</h1>
<p><a id="away" href="/second">Second page</a> <button id="help">Help</button></p></main></body></html>"""

# A hostile host: its styles hit everything, its script listens to everything and keeps what it hears.
_CSS = "* { letter-spacing: 3px } div, button, iframe { display: none } [popover] { opacity: 0.1 }"
_JS = """
window.privas = window.privas || function () { (privas.q = privas.q || []).push(arguments); };
window.heard = { keys: [], messages: [], events: [] };
for (const name of ["keydown", "keyup", "input", "beforeinput"]) {
  addEventListener(name, (e) => heard.keys.push(name), true);
}
privas("on", "open", () => heard.events.push(["queued", "open"])); // before it has loaded
addEventListener("message", (e) => heard.messages.push(e.data));
for (const name of ["open", "close", "ready", "message", "unread", "mode", "sent"]) {
  document.addEventListener("privas:" + name, (e) => heard.events.push([name, e.detail]));
}
"""


class Host:
    """Serves the pages `/`, `/second` and whatever else is asked for."""

    def __init__(self, base: str, key: str) -> None:
        self.base, self.key, self.options = base, key, ""
        self.policy = (
            f"default-src 'none'; script-src 'self' {base}; frame-src {base}; style-src 'self'; "
            "img-src data:; require-trusted-types-for 'script'; trusted-types 'none'"
        )
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                kind, body = host.answer(self.path)
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Security-Policy", host.policy)
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self.origin = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def answer(self, path: str) -> tuple[str, str]:
        if path == "/host.css":
            return "text/css", _CSS
        if path == "/host.js":
            return "text/javascript", _JS
        title = "Second" if path == "/second" else "Home"
        return "text/html", _PAGE.format(title=title, base=self.base, key=self.key, options=self.options)

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
