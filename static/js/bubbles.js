/** How words on their way look in the thread; the outbox below it decides when they go. */

import { session } from "./session.js";

/** See above. */
export class Bubbles {
  /** @type {Map<string, HTMLElement>} */
  bubbles = new Map();

  /** @param {string} id */
  arrived(id) {
    return Boolean(this.thread.root.querySelector(`[data-log] [data-client="${id}"]`));
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
      item.epoch = this.thread.turn.own;
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
