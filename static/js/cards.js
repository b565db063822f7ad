/** The grid of cards: each is drawn by the server, this keeps them in order without moving under a hand. */

import { order } from "./order.js";
import { fragment, nodes } from "./rest.js";
import { mayTalk } from "./session.js";
import { localise } from "./times.js";

const REFRESH_MS = 20000;
const SETTLE_MS = 120;

/** Fires `changed` whenever badges may have. */
export class Grid extends EventTarget {
  /** @param {HTMLElement} grid @param {Filters} filters @param {Record<string, string>} badges */
  constructor(grid, filters, badges) {
    super();
    this.grid = grid;
    this.filters = filters;
    this.badges = new Map(Object.entries(badges));
    this.timer = 0;
    /** Cards that came while a hand was inside. @type {Map<string, HTMLElement>} */
    this.held = new Map();
    this.desk = /** @type {HTMLElement} */ (grid.closest("[data-desk]"));
    /** When each card last came by the socket. @type {Map<string, number>} */
    this.came = new Map();
    this.pill = document.querySelector("[data-pill]");
    const left = () => requestAnimationFrame(() => this.busy || this.settle());
    grid.addEventListener("focusout", left);
    for (const place of [this.desk, this.pill]) place?.addEventListener("pointerleave", left);
    for (const card of this.shown) this.decorate(card);
    setInterval(() => document.hidden || this.refresh(), REFRESH_MS);
  }

  get shown() {
    return /** @type {HTMLElement[]} */ ([...this.grid.children]);
  }

  /** A hand is inside, or on its way to the pill: nothing may move. */
  get busy() {
    const hand = this.desk.matches(":hover") || this.pill?.matches(":hover");
    return hand || this.grid.contains(document.activeElement);
  }

  /** Newest number of each card. @returns {Record<string, number>} */
  heads() {
    return Object.fromEntries(this.shown.map(({ dataset }) => [dataset.card || "", Number(dataset.head)]));
  }

  /** @param {string} id */
  find(id) {
    return this.shown.find((card) => card.dataset.card === id) || this.held.get(id);
  }

  /** A card as it is now. An older one than that on the page changes nothing. @param {HTMLElement} fresh */
  apply(fresh) {
    const id = fresh.dataset.card || "";
    const known = this.find(id);
    if (Number(fresh.dataset.head) < Number(known?.dataset.head)) return;
    const live = fresh.dataset.lifecycle === "open" && this.inScope(fresh);
    this.badges.delete(id);
    if (live) this.badges.set(id, fresh.dataset.badge || "");
    this.filters.learn(live ? fresh.dataset.page : undefined);
    if (!live || !this.filters.admits(fresh)) return this.remove(id);
    this.decorate(fresh);
    fresh.toggleAttribute("data-new", !known);
    if (known && known.isConnected) this.morph(known, fresh);
    else if (this.busy) this.held.set(id, fresh);
    else this.grid.append(fresh);
  }

  /** Keeps focus, selection and what only this page knows of the card. @param {HTMLElement} known @param {HTMLElement} fresh */
  morph(known, fresh) {
    const current = known.getAttribute("aria-current");
    if (current) fresh.setAttribute("aria-current", current);
    if (!known.isEqualNode(fresh)) /** @type {any} */ (window).Idiomorph.morph(known, fresh);
  }

  /** @param {string} id */
  remove(id) {
    this.held.delete(id);
    const card = this.shown.find((one) => one.dataset.card === id);
    if (card?.contains(document.activeElement)) {
      const next = (card.nextElementSibling || card.previousElementSibling)?.querySelector("[data-open]");
      if (next instanceof HTMLElement) next.focus();
    }
    card?.remove();
  }

  /** @param {HTMLElement} card */
  decorate(card) {
    localise(card);
    for (const button of card.querySelectorAll("[data-command]")) {
      if (button instanceof HTMLElement) button.hidden = !mayTalk(card.dataset.domain);
    }
  }

  /** Bring in what was held and put all in order: asked-for, awaiting, newest, idle. */
  settle() {
    for (const [id, card] of this.held) {
      if (!this.shown.some((one) => one.dataset.card === id)) this.grid.append(card);
    }
    this.held.clear();
    const places = new Map(this.shown.map((card) => [card, order(card)]));
    const wanted = [...places.keys()].sort((a, b) => (places.get(a) || 0) - (places.get(b) || 0));
    wanted.forEach((card, index) => {
      if (this.grid.children[index] !== card) this.grid.insertBefore(card, this.grid.children[index]);
    });
    this.dispatchEvent(new CustomEvent("changed"));
  }

  /** A card frame of the socket. @param {string} html */
  receive(html) {
    const card = nodes(html).querySelector("[data-card]");
    if (!(card instanceof HTMLElement)) return;
    this.came.set(card.dataset.card || "", performance.now());
    this.apply(card);
    this.done();
  }

  /** Cards are put in order a few times a second at most, however many change. */
  done() {
    this.timer ||= window.setTimeout(() => {
      this.timer = 0;
      if (this.busy) this.dispatchEvent(new CustomEvent("changed"));
      else this.settle();
    }, SETTLE_MS);
  }

  /** All of it anew: time alone makes cards idle or awaiting, and a lost frame costs no more than this delay. */
  async refresh() {
    const query = this.filters.query;
    const began = performance.now();
    const page = await fragment(`${this.desk.dataset.refresh}?${query}`).catch(() => null);
    if (!page || query !== this.filters.query) return;
    // What came by the socket meanwhile is newer than this page.
    const older = (/** @type {string} */ id) => (this.came.get(id) || 0) < began;
    const cards = new Map([...page.querySelectorAll("[data-card]")].map((card) => [card.getAttribute("data-card") || "", card]));
    const badges = Object.entries(JSON.parse(page.querySelector("#counts")?.textContent || "{}"));
    this.badges = new Map([...badges.filter(([id]) => older(id)), ...[...this.badges].filter(([id]) => !older(id))]);
    for (const { dataset } of this.shown) if (!cards.has(dataset.card || "") && older(dataset.card || "")) this.remove(dataset.card || "");
    for (const [id, card] of cards) if (older(id)) this.apply(/** @type {HTMLElement} */ (card));
    this.done();
  }

  /** One domain or all of them. @param {HTMLElement} card */
  inScope(card) {
    const only = this.grid.closest("[data-live]")?.getAttribute("data-only");
    return !only || only === card.dataset.domain;
  }
}
