/** The open thread: its lines in the order of their numbers, none missing, none twice. */

import { Composer } from "./composer.js";
import { Now } from "./now.js";
import { Turn } from "./turn.js";
import { polite } from "./announce.js";
import { fragment, nodes } from "./rest.js";
import { startOlder } from "./older.js";
import { localise } from "./times.js";

/** Lines after which what is known of the visitor may have changed. */
const ABOUT_VISITOR = new Set(["facts_learned", "identified", "human_requested"]);
const NEAR_PX = 80;

/** See above. */
export class Thread {
  /**
   * @param {HTMLElement} root
   * @param {Line} line
   */
  constructor(root, line) {
    this.root = root;
    this.line = line;
    this.id = root.dataset.thread || "";
    this.head = Number(root.dataset.head);
    this.log = /** @type {HTMLElement} */ (root.querySelector("[data-log]"));
    this.latest = /** @type {HTMLElement} */ (root.querySelector("[data-latest]"));
    this.turn = new Turn(root);
    this.now = new Now(root, this);
    const form = root.querySelector("[data-composer]");
    this.composer = form instanceof HTMLFormElement ? new Composer(form, this) : null;
    this.ends = new AbortController();
    this.filling = false;
    /** Whether the newest line is in view: then it stays so. */
    this.stuck = true;
    localise(root);
    this.toBottom();
    this.listen();
    startOlder(this.log, this.ends.signal);
    line.follow({ id: this.id, head: () => this.head });
  }

  listen() {
    const { signal } = this.ends;
    /** @type {(name: string, act: (frame: any) => void) => void} */
    const on = (name, act) =>
      this.line.addEventListener(
        name,
        (event) => {
          const frame = /** @type {CustomEvent} */ (event).detail;
          if (frame.c === this.id) act(frame);
        },
        { signal },
      );
    on("event", (frame) => this.receive(frame));
    on("synced", () => (this.root.dataset.synced = ""));
    on("card", (frame) => {
      this.turn.see(frame.card, frame.html);
      this.composer?.see(frame.card);
    });
    on("delta", (frame) => this.now.delta(frame));
    on("draft_end", (frame) => this.now.endDraft(frame.draft));
    on("typing", (frame) => this.now.typing(frame));
    on("viewers", (frame) => this.now.viewer(frame.who));
    const scrolled = () => {
      this.stuck = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR_PX;
      if (this.stuck) this.latest.hidden = true;
    };
    this.log.addEventListener("scroll", scrolled, { signal });
    this.sizes = new ResizeObserver(() => this.stick());
    this.sizes.observe(this.log);
    this.latest.addEventListener("click", () => this.toBottom(), { signal });
  }

  /** @param {any} frame */
  receive(frame) {
    if (frame.n <= this.head) return;
    if (frame.n > this.head + 1) return this.fill();
    this.add(nodes(frame.html));
    this.turn.happened(frame);
  }

  /** Something before it was lost on the way: read it from the server. */
  async fill() {
    if (this.filling) return;
    this.filling = true;
    const page = await fragment(`/conversations/${this.id}/events/?after=${this.head}`).catch(() => null);
    this.filling = false;
    if (page) this.add(page);
  }

  /** Lines in order; those already here are left out. @param {DocumentFragment} page */
  add(page) {
    for (const entry of page.querySelectorAll("[data-n]")) {
      if (!(entry instanceof HTMLElement) || Number(entry.dataset.n) <= this.head) continue;
      this.head = Number(entry.dataset.n);
      if (entry.dataset.client) this.composer?.outbox.drop(entry.dataset.client);
      this.now.arrived(entry.dataset);
      this.turn.read(entry.dataset);
      localise(entry);
      this.log.insertBefore(entry, this.log.querySelector("[data-unsent], [data-now]"));
      this.speak(entry);
      if (ABOUT_VISITOR.has(entry.dataset.kind || "")) this.refreshVisitor();
    }
    this.root.dataset.head = String(this.head);
    this.latest.hidden = this.stuck;
    this.stick();
  }

  /** A finished line is read out once, without its marks. @param {HTMLElement} entry */
  speak(entry) {
    const name = entry.querySelector("b")?.textContent || "";
    const body = entry.querySelector(".message__body")?.textContent;
    polite(body ? `${name} said: ${body.trim()}` : (entry.textContent || "").replace(/\s+/g, " ").trim());
  }

  async refreshVisitor() {
    const side = document.querySelector("[data-visitor]");
    if (!(side instanceof HTMLElement)) return;
    const page = await fragment(side.dataset.visitor || "").catch(() => null);
    if (!page) return;
    localise(/** @type {any} */ (page));
    /** @type {any} */ (window).Idiomorph.morph(side, page.firstElementChild, { morphStyle: "innerHTML" });
  }

  stick() {
    if (this.stuck) this.log.scrollTop = this.log.scrollHeight;
  }

  toBottom() {
    this.stuck = true;
    this.latest.hidden = true;
    this.stick();
  }

  /** To where one goes on. Who came by keys and has yet to take over does so by a key. @param {boolean} [byKeys] */
  focus(byKeys = false) {
    const words = this.root.querySelector("[data-words]");
    const writes = matchMedia("(hover: hover)").matches && !(byKeys && this.turn.state !== "mine");
    const place = writes && words instanceof HTMLElement ? words : this.log;
    place.focus({ preventScroll: true });
  }

  leave() {
    this.ends.abort();
    this.sizes?.disconnect();
    this.now.leave();
  }
}
