/** What is on its way: shown at once, sent in order, replaced by the line when it comes. */

import { post } from "./rest.js";
import { session } from "./session.js";

/** @typedef {{text: string, note: boolean, id: string}} Item */

/** See above. */
export class Outbox {
  /**
   * @param {Thread} thread
   * @param {(refusal: Refusal, text: string, note: boolean) => void} refused
   */
  constructor(thread, refused) {
    this.thread = thread;
    this.refused = refused;
    /** The first one is being sent. @type {Item[]} */
    this.queue = [];
    /** What got no answer: sent again under its own id, it cannot become two. @type {Item | null} */
    this.unsure = null;
    /** @type {Map<string, HTMLElement>} */
    this.bubbles = new Map();
  }

  /** @param {string} text @param {boolean} note */
  put(text, note) {
    const again = this.unsure && this.unsure.text === text && this.unsure.note === note;
    const item = again && this.unsure ? this.unsure : { text, note, id: newId() };
    this.unsure = null;
    this.queue.push(item);
    this.show(text, note, item.id);
    if (this.queue.length === 1) this.pump();
  }

  /** One after the other: words arrive in the order in which they were written. */
  async pump() {
    while (this.queue.length) {
      const { text, note, id } = this.queue[0];
      const path = `/api/v1/conversations/${this.thread.id}/${note ? "notes" : "messages"}/`;
      try {
        await post(path, { client_id: id, text });
        this.queue.shift();
        this.mark(id, "Sent");
        // The line comes by the socket; when that is away, it is fetched.
        setTimeout(() => this.bubbles.has(id) && this.thread.fill(), 1500);
      } catch (refusal) {
        this.giveBack(/** @type {Refusal} */ (refusal));
      }
    }
  }

  /** All of the same kind comes back; a note never joins words for the visitor. @param {Refusal} refusal */
  giveBack(refusal) {
    const first = this.queue[0];
    const back = this.queue.filter((item) => item.note === first.note);
    this.queue = this.queue.filter((item) => item.note !== first.note);
    for (const item of back) this.drop(item.id);
    this.unsure = refusal.status === 0 || refusal.status >= 500 ? first : null;
    this.refused(refusal, back.map((item) => item.text).join("\n"), first.note);
  }

  /**
   * @param {string} text
   * @param {boolean} note
   * @param {string} id
   */
  show(text, note, id) {
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
    this.thread.log.insertBefore(bubble, this.thread.log.querySelector("[data-now]"));
    this.thread.toBottom();
  }

  /** @param {string} id @param {string} word */
  mark(id, word) {
    const place = this.bubbles.get(id)?.querySelector("[data-state-word]");
    if (place) place.textContent = word;
  }

  /** @param {string} id */
  drop(id) {
    this.bubbles.get(id)?.remove();
    this.bubbles.delete(id);
  }
}

/** A random id; randomUUID is missing on pages without https. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
