/** What is on its way: shown at once, sent in order one gap apart, kept over a reload, replaced by its line. */

import { toast } from "./announce.js";
import { post } from "./rest.js";
import { session } from "./session.js";

/** @typedef {{text: string, note: boolean, id: string, at: number, failed?: string}} Item */

const TICK_MS = 250;
/** What a page left behind longer ago is not sent without being asked for. */
const STALE_MS = 60000;

/** A request that ends with its page says nothing of its words: the next page sends them again under their id. */
let leaving = false;
addEventListener("pagehide", () => (leaving = true));
addEventListener("pageshow", () => (leaving = false));

/** They go on when their thread is left, and are found again when it is opened. @type {Map<string, Outbox>} */
const known = new Map();

/** See above. */
export class Outbox {
  /**
   * @param {Thread} thread
   * @param {(refusal: Refusal) => void} refused
   * @returns {Outbox} the one of this thread
   */
  static of(thread, refused) {
    const box = known.get(thread.id) || new Outbox(thread);
    known.set(thread.id, box);
    box.join(thread, refused);
    return box;
  }

  /** @param {Thread} thread */
  constructor(thread) {
    this.thread = thread;
    this.key = `outbox:${thread.id}`;
    /** @type {(refusal: Refusal) => void} */
    this.refused = () => {};
    /** When the next message may go. */
    this.next = 0;
    this.busy = false;
    /** @type {Map<string, HTMLElement>} */
    this.bubbles = new Map();
    /** @type {Item[]} */
    this.queue = JSON.parse(sessionStorage.getItem(this.key) || "[]");
    for (const item of this.queue) if (Date.now() - item.at > STALE_MS) item.failed ||= "Not sent";
  }

  /** @param {Thread} thread @param {(refusal: Refusal) => void} refused */
  join(thread, refused) {
    this.thread = thread;
    this.refused = refused;
    this.bubbles.clear();
    this.queue = this.queue.filter((item) => !this.arrived(item.id));
    for (const item of this.queue) this.show(item);
    this.save();
    this.pump();
  }

  get gap() {
    return Number(this.thread.root.dataset.gap) || 0;
  }

  /** @param {string} id */
  arrived(id) {
    return Boolean(this.thread.root.querySelector(`[data-log] [data-client="${id}"]`));
  }

  /** @param {string} text @param {boolean} note */
  put(text, note) {
    const item = { text, note, id: newId(), at: Date.now() };
    this.queue.push(item);
    this.save();
    this.show(item);
    this.pump();
  }

  /** One after the other: words arrive in the order in which they were written. */
  async pump() {
    clearTimeout(this.timer);
    const left = this.queue.filter((item) => !item.failed);
    for (const item of left) this.tell(item);
    if (this.busy || !left.length) return;
    const [item] = left;
    if (!item.note && this.next > Date.now()) {
      this.timer = setTimeout(() => this.pump(), Math.min(this.next - Date.now(), TICK_MS));
      return;
    }
    this.busy = true;
    this.mark(item.id, "Sending");
    const path = `/api/v1/conversations/${this.thread.id}/${item.note ? "notes" : "messages"}/`;
    try {
      await post(path, { client_id: item.id, text: item.text });
      if (!item.note) this.next = Date.now() + this.gap;
      this.queue = this.queue.filter((one) => one !== item);
      this.stored(item.id);
    } catch (problem) {
      this.fail(item, /** @type {Refusal} */ (problem));
    }
    this.busy = false;
    this.save();
    this.pump();
  }

  /** The line comes by the socket; when that is away, it is fetched. @param {string} id */
  stored(id) {
    if (this.arrived(id)) return this.drop(id);
    this.mark(id, "Sent");
    setTimeout(() => this.bubbles.has(id) && this.thread.fill(), 1500);
  }

  /**
   * Too soon is only a wait. Else it stays, with all behind it that would be out of place without it.
   * @param {Item} item
   * @param {Refusal} refusal
   */
  fail(item, refusal) {
    if (refusal.code === "rate_limited" && refusal.retryMs) {
      this.next = Date.now() + refusal.retryMs;
      return;
    }
    if (leaving) return;
    for (const one of this.queue) {
      if (one.note !== item.note || one.failed) continue;
      one.failed = "Not sent";
      this.tell(one);
    }
    if (this.thread.root.isConnected) this.refused(refusal);
    else toast("A message was not sent. It is kept in its conversation.", "amber");
  }

  /** @param {Item} item */
  tell(item) {
    if (item.failed) return this.choose(item);
    if (item.note) return this.mark(item.id, "Sending");
    const before = this.queue.filter((one) => !one.note && !one.failed).indexOf(item) - (this.busy ? 1 : 0);
    const due = Math.max(0, this.next - Date.now()) + Math.max(0, before) * this.gap;
    this.mark(item.id, due ? `Goes out in ${Math.ceil(due / 1000)} s` : "Sending");
  }

  /** @param {Item} item */
  choose(item) {
    const bubble = this.bubbles.get(item.id);
    if (!bubble || bubble.dataset.failed !== undefined) return;
    bubble.dataset.failed = "";
    this.mark(item.id, "Not sent");
    const retry = act("Retry", () => {
      delete bubble.dataset.failed;
      row.remove();
      delete item.failed;
      this.save();
      this.pump();
    });
    const remove = act("Delete", () => {
      this.queue = this.queue.filter((one) => one !== item);
      this.save();
      this.drop(item.id);
    });
    const row = document.createElement("div");
    row.className = "row";
    row.append(retry, remove);
    bubble.append(row);
  }

  /** @param {Item} item */
  show({ text, note, id }) {
    const template = this.thread.root.querySelector("[data-pending]");
    if (!(template instanceof HTMLTemplateElement)) return;
    const copy = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
    const bubble = /** @type {HTMLElement} */ (copy.firstElementChild);
    bubble.dataset.unsent = "";
    if (note) bubble.classList.add("message--note");
    const name = bubble.querySelector("b");
    if (name) name.textContent = session.me?.name || "";
    const body = bubble.querySelector(".message__body");
    if (body) body.textContent = text;
    this.bubbles.set(id, bubble);
    const log = this.thread.root.querySelector("[data-log]");
    log?.insertBefore(bubble, log.querySelector("[data-now]"));
    const item = this.queue.find((one) => one.id === id);
    if (item) this.tell(item);
    this.thread.toBottom();
  }

  /** @param {string} id @param {string} word */
  mark(id, word) {
    const place = this.bubbles.get(id)?.querySelector("[data-state-word]");
    if (place && place.textContent !== word) place.textContent = word;
  }

  /** @param {string} id */
  drop(id) {
    this.bubbles.get(id)?.remove();
    this.bubbles.delete(id);
  }

  save() {
    if (this.queue.length) sessionStorage.setItem(this.key, JSON.stringify(this.queue));
    else sessionStorage.removeItem(this.key);
  }
}

/** @param {string} word @param {() => void} pressed */
function act(word, pressed) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--small button--quiet";
  button.textContent = word;
  button.addEventListener("click", pressed);
  return button;
}

/** A random id; randomUUID is missing on pages without https. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
