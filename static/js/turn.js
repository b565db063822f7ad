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
    if (state !== "mine") this.ask(null);
    this.root.dispatchEvent(new CustomEvent("turn"));
    // The pressed button may be gone: focus stays in the thread, where one goes on.
    if (inside && !focused.checkVisibility()) {
      const next = this.root.querySelector("[data-words]");
      if (next instanceof HTMLElement) next.focus();
    }
  }

  /** An event of the thread that says it sooner than the card does. @param {any} frame */
  happened(frame) {
    const { kind, by, data } = frame;
    if (kind === "taken_over" && frame.epoch >= this.epoch) {
      this.epoch = frame.epoch;
      this.name(by.name);
      this.become(by.id === session.me?.id ? "mine" : "other");
      this.ask(null);
    } else if (kind === "handed_back" && frame.epoch >= this.epoch) {
      this.epoch = frame.epoch;
      this.become("ai");
    } else if (kind === "resolved" || kind === "ended") this.become("closed");
    else if (kind === "reopened") this.become("ai");
    else if (kind === "control_requested") this.ask({ name: by.name, due: data.due_at });
    else if (kind === "control_kept") this.ask(null);
  }

  /** The holder's bar. @param {{name: string, due: string} | null} request */
  ask(request) {
    const bar = this.root.querySelector("[data-ask]");
    if (!(bar instanceof HTMLElement)) return;
    bar.hidden = !request;
    if (!request) return;
    const name = bar.querySelector("[data-ask-name]");
    const due = bar.querySelector("[data-ask-due]");
    if (name) name.textContent = request.name;
    if (due) due.setAttribute("datetime", request.due || "");
    localise(bar);
    if (this.state === "mine") assertive(`${request.name} asks for control of this conversation.`);
  }
}
