/** A card opens its thread beside the desk; Escape closes it and focus goes back to the card. */

import { polite, toast } from "./announce.js";
import { fragment } from "./rest.js";
import { Thread } from "./thread.js";

/** See above. */
export class Drawer {
  /**
   * @param {HTMLElement} live
   * @param {Line} line
   */
  constructor(live, line) {
    this.live = live;
    this.line = line;
    this.box = /** @type {HTMLElement} */ (live.querySelector("[data-drawer]"));
    /** @type {Thread | null} */
    this.thread = null;
    this.turn = 0;
    const drawn = this.box.querySelector("[data-thread]");
    if (drawn instanceof HTMLElement) this.thread = new Thread(drawn, line);
    this.mark();
    live.addEventListener("click", (event) => {
      const target = event.target instanceof Element ? event.target : null;
      if (!target || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
      const link = target.closest("[data-open]");
      if (link instanceof HTMLAnchorElement) {
        event.preventDefault();
        // A click that no pointer made is a key's.
        this.open(link.dataset.open || "", { byKeys: event.detail === 0 });
      } else if (target.closest("[data-close]")) {
        event.preventDefault();
        this.close();
      }
    });
    addEventListener("popstate", () => {
      const id = new URLSearchParams(location.search).get("c");
      if (id) this.open(id, { push: false });
      else this.close(false);
    });
  }

  get id() {
    return this.thread ? this.thread.id : "";
  }

  /**
   * @param {string} id
   * @param {{push?: boolean, byKeys?: boolean}} [how] push: whether the address changes with it
   */
  async open(id, { push = true, byKeys = false } = {}) {
    // Whatever was asked for before and comes later is not wanted any more.
    const turn = ++this.turn;
    if (id === this.id) return this.thread?.focus(byKeys);
    let page;
    try {
      page = await fragment(`/conversations/${id}/?part=thread`);
    } catch (refusal) {
      if (turn === this.turn) toast(/** @type {Error} */ (refusal).message, "red");
      return;
    }
    if (turn !== this.turn) return;
    const drawn = page.querySelector("[data-thread]");
    if (!(drawn instanceof HTMLElement)) return;
    this.thread?.leave();
    this.box.replaceChildren(drawn);
    this.box.hidden = false;
    this.live.dataset.open = "";
    this.thread = new Thread(drawn, this.line);
    if (push) this.address(id);
    this.mark();
    this.thread.focus(byKeys);
    polite(drawn.getAttribute("aria-label") || "");
  }

  close(push = true) {
    this.turn += 1;
    if (!this.thread) return;
    const id = this.id;
    this.thread.leave();
    this.thread = null;
    this.line.follow(null);
    this.box.replaceChildren();
    this.box.hidden = true;
    delete this.live.dataset.open;
    if (push) this.address("");
    this.mark();
    const link = this.live.querySelector(`[data-open="${id}"]`) || document.getElementById("main");
    if (link instanceof HTMLElement) link.focus();
  }

  /** @param {string} id */
  address(id) {
    const url = new URL(location.href);
    if (id) url.searchParams.set("c", id);
    else url.searchParams.delete("c");
    history.pushState({}, "", url);
  }

  mark() {
    for (const card of this.live.querySelectorAll("[data-card]")) {
      if (card instanceof HTMLElement && card.dataset.card === this.id) card.setAttribute("aria-current", "true");
      else card.removeAttribute("aria-current");
    }
  }
}
