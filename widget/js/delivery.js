/* A socket that stays, an outbox that loses nothing, and receipts. */
import { keep, uuid } from "./dom.js";

const BASE_MS = 500;
const MOST_MS = 30000;
const SILENCE_MS = 32000;
const STABLE_MS = 30000;
const PATIENCE_MS = 30000;
const RECEIPT_MS = 2500;

export class Link {
  constructor(hello, hear, change) {
    Object.assign(this, { hello, hear, change, tries: 0, tried: 0, on: false, ever: false, stopped: 0 });
    addEventListener("online", () => this.now());
    addEventListener("offline", () => this.cut());
    addEventListener("focus", () => this.now());
    document.addEventListener("visibilitychange", () => !document.hidden && this.now());
  }

  connect() {
    clearTimeout(this.timer);
    this.tried = Date.now();
    this.stopped = 0;
    const ws = new WebSocket(`${location.protocol.replace("http", "ws")}//${location.host}/ws/widget/`, "privas.v1");
    this.ws = ws;
    ws.onopen = () => {
      ws.send(JSON.stringify(this.hello()));
      this.listen(ws);
    };
    ws.onmessage = ({ data }) => {
      if (ws !== this.ws) return;
      this.listen(ws);
      const frame = JSON.parse(data);
      if (frame.t === "ready") {
        this.on = this.ever = true;
        this.stable = setTimeout(() => { this.tries = 0; }, STABLE_MS);
        this.change("on");
      }
      if (frame.t === "hb") this.send({ t: "hb" });
      this.hear(frame);
    };
    ws.onclose = ({ code }) => ws === this.ws && this.lost(code);
    this.listen(ws);
  }

  /* Silence is death, whatever the browser thinks. */
  listen(ws) {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => ws === this.ws && this.cut(), SILENCE_MS);
  }

  cut() {
    if (!this.ws) return;
    this.ws.close();
    this.lost(0);
  }

  lost(code) {
    this.ws = null;
    this.on = false;
    clearTimeout(this.silence);
    clearTimeout(this.stable);
    if (code === 4403 || code === 4409) {
      this.stopped = code;
      return this.change("stopped", code);
    }
    this.change("off", code);
    let wait = Math.random() * Math.min(MOST_MS, BASE_MS * 2 ** this.tries);
    if (code === 1013) wait += 5000;
    if (code === 4400 || code === 4426 || code === 4429) wait += 60000;
    // Once is enough.
    if (code === 4426 && performance.getEntriesByType("navigation")[0].type !== "reload") location.reload();
    if (code === 4401 && !this.tries) wait = 0;
    this.tries++;
    this.timer = setTimeout(() => this.connect(), wait);
  }

  again() {
    this.cut();
    this.now();
  }

  /* The network is back, or somebody looks. */
  now() {
    if (this.ws || this.stopped === 4403 || !this.tried) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.connect(), Math.max(0, this.tried + 2000 - Date.now()));
  }

  send(frame) {
    if (this.ws?.readyState !== 1) return false;
    this.ws.send(JSON.stringify(frame));
    return true;
  }
}

/* Kept over reloads; sent in order, one at a time, and again under the same id after every interruption. */
export class Outbox {
  constructor(link, draw, stored, refused) {
    Object.assign(this, { link, draw, stored, refused, open: false, gap: 0, next: 0, busy: null });
    this.items = keep("out") || [];
  }

  add(frame, first) {
    const item = { frame: { ...frame, id: frame.id || uuid() }, at: Date.now() };
    if (first) this.items.unshift(item);
    else this.items.push(item);
    this.save();
    this.draw(item);
    this.flush();
  }

  start() {
    this.open = true;
    this.busy = null;
    this.flush();
  }

  stop() {
    this.open = false;
    this.busy = null;
    clearTimeout(this.patience);
    this.items.forEach(this.draw);
  }

  wait() {
    return Math.max(0, this.next - Date.now());
  }

  /* In how many ms this message goes out: one gap after the one before it. */
  due(item) {
    const before = this.items.filter((one) => one.frame.t === "say" && !one.failed && one !== this.busy).indexOf(item);
    return before < 0 ? 0 : this.wait() + before * this.gap;
  }

  words(item) {
    if (!this.link.on) return "Waiting for the connection";
    const due = this.due(item);
    return due ? `Goes out in ${Math.ceil(due / 1000)} s` : "Sending…";
  }

  flush() {
    clearTimeout(this.timer);
    const left = this.items.filter((one) => !one.failed);
    const [item] = left;
    if (!this.open || this.busy || !item) return;
    const wait = item.frame.t === "say" ? this.wait() : 0;
    if (wait) {
      left.forEach(this.draw);
      this.timer = setTimeout(() => this.flush(), Math.min(wait, 250));
      return;
    }
    if (!this.link.send(item.frame)) return;
    this.busy = item;
    if (item.frame.t === "say") this.next = Date.now() + this.gap;
    this.draw(item);
    this.patience = setTimeout(() => this.fail(item), PATIENCE_MS);
  }

  ack(frame) {
    const item = this.take(frame.id);
    if (item) this.stored(item, frame);
    this.flush();
  }

  err(frame) {
    const item = this.items.find((one) => one.frame.id === frame.id);
    if (!item) return;
    this.rest(item);
    if (frame.retry_ms || frame.code === "unavailable") {
      this.next = Date.now() + (frame.retry_ms || 2000);
      this.draw(item);
      this.timer = setTimeout(() => this.flush(), item.frame.t === "say" ? 0 : this.wait());
    } else if (!this.refused(item, frame)) this.fail(item, frame.code);
  }

  fail(item, code) {
    item.failed = code || "time";
    this.rest(item);
    this.save();
    this.draw(item);
    this.flush();
  }

  retry(item) {
    delete item.failed;
    this.save();
    this.draw(item);
    this.flush();
  }

  take(id) {
    const item = this.items.find((one) => one.frame.id === id);
    if (!item) return null;
    this.items = this.items.filter((one) => one !== item);
    this.rest(item);
    this.save();
    return item;
  }

  rest(item) {
    if (this.busy !== item) return;
    this.busy = null;
    clearTimeout(this.patience);
  }

  save() {
    keep("out", this.items);
  }
}

/* How far the visitor has read. One receipt for many: a socket may send few frames, and they are for words. */
export class Receipts {
  constructor(link) {
    Object.assign(this, { link, n: 0, at: 0, timer: 0 });
  }

  /* Everything up to `n` is on screen. */
  read(n) {
    if (n <= this.n) return;
    this.n = n;
    this.timer ||= setTimeout(() => this.tell(), Math.max(0, this.at + RECEIPT_MS - Date.now()));
  }

  tell() {
    this.timer = 0;
    this.at = Date.now();
    if (this.n) this.link.send({ t: "read", n: this.n });
  }
}
