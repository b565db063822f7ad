/** The one socket of this tab. It comes back by itself, asks for what was missed, and says when it is away. */

import { post } from "./rest.js";
import { session } from "./session.js";

const SILENT_MS = 40000;
const SLOWEST_MS = 15000;
// Closed for good: the session ended, a domain was taken away, or the page is too old; it must be loaded anew.
const FOR_GOOD = new Set([4401, 4403, 4426]);

/** Frames are told as events named after their `t`; `up` and `down` say how the line is. */
export class Line extends EventTarget {
  constructor() {
    super();
    /** @type {WebSocket | null} */
    this.socket = null;
    this.ready = false;
    this.asking = false;
    this.tries = 0;
    this.heard = 0;
    /** @type {number | undefined} */
    this.timer = undefined;
    /** The open thread, and the newest number shown of it. @type {{id: string, head: () => number} | null} */
    this.thread = null;
    /** Newest numbers of the cards on the page. @type {() => Record<string, number>} */
    this.cards = () => ({});
  }

  start() {
    this.connect();
    addEventListener("online", () => this.hurry());
    document.addEventListener("visibilitychange", () => document.hidden || this.hurry());
    setInterval(() => {
      if (this.ready && Date.now() - this.heard > SILENT_MS) this.socket?.close(4000);
    }, 5000);
  }

  async connect() {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.socket || this.asking) return;
    this.asking = true;
    let ticket;
    try {
      ticket = (await post("/api/v1/socket-ticket/")).ticket;
    } catch (refusal) {
      const status = /** @type {any} */ (refusal).status;
      return status === 401 || status === 403 ? this.end() : this.later();
    } finally {
      this.asking = false;
    }
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/ws/console/`, "privas.v1");
    this.socket = socket;
    socket.addEventListener("open", () => socket.send(JSON.stringify({ t: "auth", ticket })));
    socket.addEventListener("message", (event) => this.receive(JSON.parse(event.data)));
    socket.addEventListener("close", (event) => {
      if (this.socket !== socket) return;
      this.socket = null;
      this.ready = false;
      if (FOR_GOOD.has(event.code)) this.end();
      else this.later();
    });
  }

  /** @param {any} frame */
  receive(frame) {
    this.heard = Date.now();
    if (frame.t === "ready") {
      this.ready = true;
      this.tries = 0;
      this.subscribe(session.domains.slice(0, 90).map((id) => `desk:${id}`), this.cards());
      if (this.thread) this.follow(this.thread);
      this.dispatchEvent(new CustomEvent("up"));
    }
    this.dispatchEvent(new CustomEvent(frame.t, { detail: frame }));
  }

  /**
   * @param {string[]} topics
   * @param {Record<string, number>} after
   */
  subscribe(topics, after) {
    if (topics.length) this.send({ t: "subscribe", topics, after, html: true });
  }

  /** Follow one thread instead of the one before. @param {{id: string, head: () => number} | null} thread */
  follow(thread) {
    const before = this.thread;
    this.thread = thread;
    if (before && before.id !== thread?.id) this.send({ t: "unsubscribe", topics: [`conversation:${before.id}`] });
    if (thread) this.subscribe([`conversation:${thread.id}`], { [thread.id]: thread.head() });
    this.send({ t: "viewing", conversation: thread ? thread.id : null });
  }

  /** Not kept when the line is down: what must not be lost goes by REST. @param {object} frame */
  send(frame) {
    if (this.ready && this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
  }

  later() {
    this.dispatchEvent(new CustomEvent("down"));
    const most = Math.min(SLOWEST_MS, 500 * 2 ** this.tries);
    this.tries += 1;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.connect(), Math.random() * most);
  }

  hurry() {
    if (this.timer !== undefined) this.connect();
  }

  end() {
    this.dispatchEvent(new CustomEvent("ended"));
  }
}
