/** Whose turn it is, as this person sees it. The server's HTML is the same for everybody; "mine" is put on here. */

import { assertive } from "./announce.js";
import { nodes } from "./rest.js";
import { session } from "./session.js";
import { localise } from "./times.js";

/** The thread's `data-state` decides which buttons and lines show. */
export class Turn {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.epoch = Number(root.dataset.epoch);
  }

  get state() {
    return this.root.dataset.state || "ai";
  }

  /** What one writes while one holds the talk goes out in that turn only; else it takes over. */
  get own() {
    return this.state === "mine" ? this.epoch : undefined;
  }

  /**
   * A card frame: handler, operator, and the pieces that head and card share.
   * @param {any} card
   * @param {string} html
   */
  see(card, html) {
    if (card.epoch < this.epoch) return;
    this.epoch = card.epoch;
    const drawn = nodes(html);
    for (const piece of drawn.querySelectorAll("[data-piece]")) {
      if (piece instanceof HTMLElement) this.fill(piece.dataset.piece || "", piece);
    }
    const { name, email } = card.visitor;
    for (const place of this.root.querySelectorAll('[data-fill="email"]')) place.textContent = email === name ? "" : email;
    if (card.operator) this.name(card.operator.name);
    if (card.lifecycle !== "open") this.become("closed");
    else if (card.handler === "ai") this.become("ai");
    else this.become(card.operator.id === session.me?.id ? "mine" : "other");
  }

  /** @param {string} name @param {HTMLElement} piece */
  fill(name, piece) {
    for (const place of this.root.querySelectorAll(`[data-fill="${name}"]`)) {
      if (place.innerHTML === piece.innerHTML) continue;
      place.replaceChildren(...[...piece.cloneNode(true).childNodes]);
      if (piece.title) place.setAttribute("title", piece.title);
    }
  }

  /** @param {string} name */
  name(name) {
    for (const place of this.root.querySelectorAll('[data-fill="operator"]')) place.textContent = name;
  }

  /** @param {string} state */
  become(state) {
    if (this.state === state) return;
    const focused = document.activeElement;
    const inside = focused instanceof HTMLElement && this.root.contains(focused) && focused.matches("[data-command]");
    this.root.dataset.state = state;
    this.ask(null);
    this.root.dispatchEvent(new CustomEvent("turn"));
    // The pressed button may be gone: focus stays in the thread, where one goes on.
    if (inside && !focused.checkVisibility()) {
      const next = this.root.querySelector("[data-words]");
      if (next instanceof HTMLElement) next.focus();
    }
  }

  /** An event of the thread that says it sooner than the card does. @param {any} frame */
  happened(frame) {
    const { kind, by } = frame;
    if (kind === "taken_over" && frame.epoch >= this.epoch) {
      this.epoch = frame.epoch;
      this.name(by.name);
      this.become(by.id === session.me?.id ? "mine" : "other");
    } else if (kind === "handed_back" && frame.epoch >= this.epoch) {
      this.epoch = frame.epoch;
      this.become("ai");
    } else if (kind === "resolved" || kind === "ended") this.become("closed");
    else if (kind === "reopened") this.become("ai");
  }

  /** A line of the thread: whether a colleague asks for control, or does no longer. @param {DOMStringMap} line */
  read(line) {
    if (line.kind === "control_requested") this.ask({ id: line.author, name: line.name || "", due: line.due || "" });
    else if (line.kind?.startsWith("control_") || line.kind === "taken_over") this.ask(null);
  }

  /** @param {{id: string | undefined, name: string, due: string} | null} request */
  ask(request) {
    this.root.dataset.asked = !request ? "no" : request.id === session.me?.id ? "me" : "colleague";
    if (!request) return;
    for (const place of this.root.querySelectorAll("[data-ask-name]")) place.textContent = request.name;
    for (const time of this.root.querySelectorAll('[data-time="left"]')) time.setAttribute("datetime", request.due);
    localise(this.root);
    if (this.state === "mine") assertive(`${request.name} asks for control of this conversation.`);
  }
}
