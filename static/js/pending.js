/** Bubbles of what is on its way: shown at once, replaced by the line when it comes. */

import { session } from "./session.js";

/** See above. */
export class Pending {
  /** @param {import("./thread.js").Thread} thread */
  constructor(thread) {
    this.thread = thread;
    /** @type {Map<string, HTMLElement>} */
    this.bubbles = new Map();
  }

  /** @param {string} id */
  has(id) {
    return this.bubbles.has(id);
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
    this.thread.log.append(bubble);
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
