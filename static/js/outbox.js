/** What is on its way: shown at once, sent in order one gap apart, kept over a reload, replaced by its line. */

import { toast } from "./announce.js";
import { Bubbles, newId } from "./bubbles.js";
import { post } from "./rest.js";
import { session } from "./session.js";

/** @typedef {{text: string, note: boolean, id: string, at: number, epoch?: number, failed?: string}} Item */

const TICK_MS = 250;
/** What a page left behind longer ago is not sent without being asked for. */
const STALE_MS = 60000;

/** A request that ends with its page says nothing of its words: the next page sends them again under their id. */
let leaving = false;
for (const name of ["pagehide", "pageshow"]) addEventListener(name, () => (leaving = name === "pagehide"));

/** They go on when their thread is left, and are found again when it is opened. @type {Map<string, Outbox>} */
const known = new Map();

export class Outbox extends Bubbles {
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

  /** Waits for the words written to the visitor so far; whether all went out. @param {string} id of the thread */
  static async sent(id) {
    const waiting = () => known.get(id)?.queue.filter((item) => !item.note && !item.failed) || [];
    const words = waiting();
    if (words.length) toast("Your words go out first.");
    while (waiting().length) await new Promise((go) => setTimeout(go, TICK_MS));
    return !words.some((item) => item.failed);
  }

  /** @param {Thread} thread */
  constructor(thread) {
    super();
    this.thread = thread;
    // A colleague may log in where one logged out.
    this.key = `outbox:${session.me?.id}:${thread.id}`;
    /** @type {(refusal: Refusal) => void} */
    this.refused = () => {};
    /** When the next message may go. */
    this.next = 0;
    this.busy = false;
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

  /** @param {string} text @param {boolean} note */
  put(text, note) {
    const item = { text, note, id: newId(), at: Date.now(), epoch: this.thread.turn.own };
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
      await post(path, { client_id: item.id, text: item.text, epoch: item.note ? undefined : item.epoch });
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

  save() {
    if (this.queue.length) sessionStorage.setItem(this.key, JSON.stringify(this.queue));
    else sessionStorage.removeItem(this.key);
  }
}
