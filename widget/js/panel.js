/* The frame: wires the host page's port, the socket, the outbox and what is on screen. */
import { $, button, el, host, icon } from "./dom.js";
import { Link, Outbox, Receipts } from "./delivery.js";
import { Talk } from "./talk.js";
import { Thread, face } from "./thread.js";
import { Composer } from "./composer.js";
import { Cards, question, sure } from "./cards.js";

const config = JSON.parse(document.body.dataset.config);
const ai = { kind: "ai", name: config.ai };

let port;
let facts = {}, page = {}; // token, identity, theme, locale, dir
let shown = false;
let named = false; // the identity was sent
let unread = 0;
let was = "";

const tell = (t, more) => port?.postMessage({ t, ...more });
const emit = (name, detail) => tell("event", { name, detail });

const talk = new Talk(config.timeout);
const link = new Link(hello, (frame) => Object.hasOwn(hears, frame.t) && hears[frame.t](frame), changed);
const receipts = new Receipts(link);
const outbox = new Outbox(link, draw, stored, refused);
const thread = new Thread({ log: $("log"), past: $("past"), tail: $("tail"), newest: $("newest") }, announce,
  (item) => outbox.retry(item), (item) => outbox.take(item.frame.id));
const composer = new Composer({ say, typing: (on) => link.send({ t: "typing", on }) });

const cards = new Cards(talk, thread, act, () => composer.text.focus());

/* What the visitor does. */

function hello() {
  return { t: "auth", key: config.key, token: facts.token || null, c: talk.c, after: talk.n, page,
    locale: facts.locale || navigator.language, timezone: Intl.DateTimeFormat().resolvedOptions().timeZone };
}

function act(frame) {
  if (talk.closed && /say|bell/.test(frame.t) && !outbox.items.some((item) => item.frame.t === "new")) act({ t: "new" });
  if (facts.identity && !named) {
    named = true;
    const { id: user, name, email: mail, phone, signature } = facts.identity;
    outbox.add({ t: "identify", user_id: user && String(user), name, email: mail, phone, signature });
  }
  outbox.add(frame);
}

function say(text) {
  if (!text) return;
  const found = /[^\s@<>()]+@[^\s@<>()]+\.[a-z]{2,}/i.exec(text);
  if (found) [cards.email] = found;
  if (cards.name !== "address") cards.show("");
  act({ t: "say", text, attachments: [] });
  if (link.on && outbox.wait() > 300 && !outbox.busy) announce(outbox.words(outbox.items.at(-1)));
  emit("sent");
}

function draw(item) {
  if (item.frame.t === "say") thread.pending(item, outbox.words(item));
}

function stored({ frame }, ack) {
  // A repeat tells the past.
  if (!ack.dup && /say|bell|new/.test(frame.t)) turn(ack.c, frame.t === "new");
  if (frame.t === "say") {
    thread.stored(frame.id);
    talk.thinking = talk.mode === "ai";
    setTimeout(() => talk.thinking && link.on && thread.typing(ai, true), 300);
  }
  if (frame.t === "identify") {
    cards.thank(frame.email);
    emit("email", { email: frame.email });
  }
  state();
}

function refused(item, err) {
  const { t } = item.frame;
  if (err.code === "ended" && /say|bell/.test(t)) outbox.add({ t: "new" }, true);
  else if (t === "say") return false;
  else {
    outbox.take(item.frame.id);
    if (t === "identify") cards.refuse(item.frame.email);
  }
  outbox.flush();
  return true;
}

/* What the server tells. */

const hears = {
  ready(frame) {
    if (frame.token) tell("token", { token: facts.token = frame.token });
    cards.skew = Date.parse(frame.now) - Date.now();
    outbox.gap = frame.limits.message_gap_ms;
    composer.most = frame.limits.text;
    receipts.n = Math.max(frame.read, talk.begin(frame) ? clear() : receipts.n);
    if (!frame.head) greet();
    tell("state", { state: { ready: true, visitor: frame.visitor } });
    emit("ready");
  },
  event(frame) {
    if (!talk.left.has(frame.c) || frame.kind === "reopened") turn(frame.c);
    if (frame.c !== talk.c) return;
    if (frame.n > talk.n + 1) link.send({ t: "get", after: talk.n });
    else if (frame.n > talk.n) happened(frame);
  },
  synced() {
    talk.live = true;
    outbox.start();
    tellUnread();
    state();
  },
  ack: (frame) => outbox.ack(frame),
  err: (frame) => outbox.err(frame),
  delta(frame) {
    if (frame.c !== talk.c || talk.mode === "human") return;
    talk.thinking = false;
    thread.delta(frame, ai);
  },
  draft_end: (frame) => thread.draftEnd(frame),
  typing({ who, on }) {
    if (who.kind === "operator" || (who.kind === "ai" && !thread.drafts.size)) thread.typing(who, on);
  },
  hb({ head }) {
    if (head > talk.n) link.send({ t: "get", after: talk.n });
  },
};

function happened(event) {
  const { kind, by, data } = event;
  const words = by.kind !== "visitor" && (data.text || (/resolved|ended/.test(kind) && kind));
  if (data.client_id) outbox.take(data.client_id);
  talk.apply(event);
  thread.event(event, talk.live);
  if (kind === "request_expired") cards.ask();
  else if (/resolved|ended/.test(kind)) cards.rate();
  else if (/taken_over|reopened/.test(kind)) cards.show("");
  else if (kind === "identified" && data.email) cards.thank(data.email);
  if (words && !shown && event.n > receipts.n) unread += 1;
  if (!talk.live) return;
  if (words) {
    emit("message", { kind, by });
    tellUnread(data.text && (kind === "message" ? `${by.name}: ${data.text}` : data.text));
  }
  state();
}

function turn(c, begun) {
  if (c === talk.c) return;
  // Another than one begun here comes as to a new page.
  if (talk.c && !begun) return link.again();
  if (talk.c) thread.line("plus", "New conversation");
  cards.show("");
  talk.follow(c);
  receipts.n = 0;
}

function clear() {
  thread.clear();
  cards.show("");
  unread = 0;
  return 0;
}

function greet() {
  if (!config.greeting || $("past").firstChild) return;
  const person = button("chip", "Talk to a person", ring);
  person.prepend(icon("bell"));
  thread.greet(ai, config.greeting, person);
}

/* What is on screen. */

function tellUnread(text) {
  tell("state", { state: { unread }, text: shown ? "" : text && text.replace(/[*_`#]/g, "").replace(/^(.{90}\S*)[^]+/, "$1…") });
}

function read() {
  if (shown && !document.hidden && talk.live) receipts.read(talk.n);
}

function state() {
  const { mode } = talk;
  const by = mode === "human" && talk.operator ? { kind: "operator", name: talk.operator.name } : ai;
  const words = talk.status(by, link);
  const bell = $("bell");
  document.body.dataset.mode = link.on ? mode : "off";
  document.querySelector("header .face").replaceWith(face(by));
  if ($("status").textContent !== words) $("status").textContent = words;
  bell.hidden = mode === "human";
  bell.ariaPressed = String(mode === "waiting");
  bell.title = bell.ariaLabel = mode === "waiting" ? "The team has been notified" : "Ask for a person";
  $("finish").hidden = !talk.c || talk.closed;
  composer.text.placeholder = talk.closed ? "Write to start a new conversation…" : talk.n ? "Write a message…" : "Ask anything…";
  composer.text.disabled = link.stopped === 4403;
  cards.tick();
  tell("live", { on: talk.c && !talk.closed ? "1" : "" });
  if (mode !== was) {
    tell("state", { state: { mode } });
    emit("mode", mode);
  }
  was = mode;
  read();
  thread.settle();
}

function changed(what, code) {
  if (code === 4401) tell("token", { token: facts.token = null });
  if (what !== "on") {
    talk.live = false;
    outbox.stop();
    thread.forget();
    if (!talk.n) greet();
  }
  state();
}

function announce(words) {
  $("say").replaceChildren(el("p", {}, words));
}

function ring() {
  if (talk.mode === "waiting") cards.wait.node.scrollIntoView();
  if (!/ai|closed/.test(talk.mode)) return;
  $("reason").value = "";
  question($("ask"), () => {
    act({ t: "bell", reason: $("reason").value.trim() });
    emit("bell");
    composer.text.focus();
  });
}

/* What the host page asks. */

function learn(next) {
  facts = { ...facts, ...next };
  named = named && !next.identity;
  document.documentElement.dataset.theme = facts.theme || "auto";
  document.documentElement.dir = facts.dir;
}

const asks = {
  init(m) {
    learn(m);
    page = m.page;
    if (m.open) asks.open(m);
    link.connect();
  },
  set: learn,
  page(m) {
    page = m.page;
    link.send({ t: "page", url: page.url, title: page.title });
  },
  open(m) {
    shown = true;
    unread = 0;
    tellUnread();
    thread.stuck = true;
    thread.settle();
    composer.draw();
    read();
    if (m.focus) (matchMedia("(pointer:coarse)").matches ? document.querySelector("h1") : composer.text).focus();
  },
  close() { shown = false; },
  send: (m) => say(String(m.text).trim()),
  prefill: (m) => composer.fill(String(m.text)),
  bell: ring,
};

const on = (node, name, heard) => node.addEventListener(name, heard);
for (const [name, value] of Object.entries(config.colours)) document.documentElement.style.setProperty("--" + name, value);
document.querySelectorAll("[data-icon]").forEach((node) => node.prepend(icon(node.dataset.icon)));
document.querySelectorAll("dialog .quiet").forEach((node) => on(node, "click", () => node.closest("dialog").close("")));
on($("close"), "click", () => tell("close"));
on($("bell"), "click", ring);
on($("menu"), "click", () => $("menu").hidePopover());
on($("restart"), "click", () => {
  if (!talk.n) composer.text.focus();
  else if (talk.closed) act({ t: "new" });
  else sure("Start over?", "This ends the conversation you are in now.", "Start a new one", () => act({ t: "new" }));
});
on($("finish"), "click", () => sure("End this conversation?", "You can start a new one at any time.", "End conversation",
  () => act({ t: "end" })));
on(document, "keydown", (e) => {
  if (e.key === "Escape" && !document.querySelector("dialog[open], :popover-open")) tell("close");
});
on(document, "visibilitychange", read);
state();
outbox.items.forEach(draw);

/* Once, and only from the page that shows us: afterwards the port is the only way in. */
on(window, "message", (e) => {
  if (port || e.source !== parent || e.origin !== host || e.data !== "privas:port") return;
  [port] = e.ports;
  port.onmessage = (m) => Object.hasOwn(asks, m.data.t) && asks[m.data.t](m.data);
});
if (parent !== window && host) parent.postMessage("privas:hello", host);
