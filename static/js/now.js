/** What is happening and not yet a line: the AI's words as they come, who types, who looks. */

import { face } from "./faces.js";
import { session } from "./session.js";

const TYPING_MS = 6000;
// An AI of which nothing is heard for so long is not answering; its worker may have died.
const SILENT_MS = 10000;
/** Lines after which the AI has nothing to answer. */
const NOTHING_TO_ANSWER = new Set(["human_requested", "taken_over", "resolved", "ended"]);
// Viewers are told again with every heartbeat; who is not told of any more has left.
const VIEWING_MS = 40000;

/** See above. */
export class Now {
  /**
   * @param {HTMLElement} root
   * @param {Thread} thread
   */
  constructor(root, thread) {
    this.root = root;
    this.thread = thread;
    this.box = /** @type {HTMLElement} */ (root.querySelector("[data-now]"));
    /** @type {Map<string, {element: HTMLElement, i: number}>} */
    this.drafts = new Map();
    /** Those that are settled. @type {Set<string>} */
    this.ended = new Set();
    /** @type {Map<string, number>} */
    this.typists = new Map();
    /** @type {Map<string, {name: string, timer: number}>} */
    this.viewers = new Map();
  }

  /** @param {{draft: string, i: number, text: string}} frame */
  delta(frame) {
    if (this.ended.has(frame.draft)) return;
    this.atWork(true);
    let draft = this.drafts.get(frame.draft);
    if (!draft) {
      const template = this.root.querySelector("[data-draft-of]");
      if (!(template instanceof HTMLTemplateElement)) return;
      const copy = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
      const element = /** @type {HTMLElement} */ (copy.firstElementChild);
      draft = { element, i: -1 };
      this.drafts.set(frame.draft, draft);
      this.box.append(element);
    }
    if (frame.i <= draft.i) return;
    const body = draft.element.querySelector(".message__body");
    // Deltas may be lost; the finished message has every word.
    if (body) body.append(frame.i === draft.i + 1 ? frame.text : ` … ${frame.text}`);
    draft.i = frame.i;
    this.thread.stick();
  }

  /** The AI is answering: until it says that it has ended, or falls silent. @param {boolean} on */
  atWork(on) {
    clearTimeout(this.work);
    if (on) this.work = window.setTimeout(() => this.silent(), SILENT_MS);
    const place = this.root.querySelector("[data-at-work]");
    if (place instanceof HTMLElement) place.textContent = on ? "is answering" : "is handling this conversation";
  }

  /** What was begun may yet go on; then its next words show it again. */
  silent() {
    for (const { element } of this.drafts.values()) element.remove();
    this.drafts.clear();
    this.atWork(false);
  }

  /** Its words are void; what begins anew may come under the same id. @param {string} id */
  endDraft(id) {
    this.drafts.get(id)?.element.remove();
    this.drafts.delete(id);
    this.atWork(false);
  }

  /** It has become a message, or never will. @param {string} id */
  settle(id) {
    this.ended.add(id);
    this.endDraft(id);
  }

  /** A line has arrived: what it ends, ends. @param {DOMStringMap} line */
  arrived(line) {
    if (line.draft) this.settle(line.draft);
    if (line.kind === "taken_over" || line.kind === "resolved" || line.kind === "ended") {
      for (const id of [...this.drafts.keys()]) this.settle(id);
    }
    if (NOTHING_TO_ANSWER.has(line.kind || "")) this.atWork(false);
    if (line.kind === "message") {
      this.atWork(line.by === "visitor" && this.thread.turn.state === "ai");
      for (const [key, timer] of this.typists) {
        clearTimeout(timer);
        this.typists.delete(key);
      }
      this.showTyping();
    }
  }

  /** @param {{who: {kind: string, id?: string, name?: string}, on: boolean}} frame */
  typing(frame) {
    const { who, on } = frame;
    if (who.id && who.id === session.me?.id) return;
    const name = who.name || (who.kind === "visitor" ? "The visitor" : "Somebody");
    clearTimeout(this.typists.get(name));
    this.typists.delete(name);
    if (on) {
      const stop = () => {
        this.typists.delete(name);
        this.showTyping();
      };
      this.typists.set(name, window.setTimeout(stop, TYPING_MS));
    }
    this.showTyping();
  }

  showTyping() {
    const place = this.root.querySelector("[data-typing]");
    if (!place) return;
    const names = [...this.typists.keys()];
    place.textContent = names.length ? `${names.join(" and ")} ${names.length > 1 ? "are" : "is"} typing ` : "";
  }

  /** @param {{id: string, name: string}} who */
  viewer(who) {
    if (!who || who.id === session.me?.id) return;
    clearTimeout(this.viewers.get(who.id)?.timer);
    const leave = () => {
      this.viewers.delete(who.id);
      this.showViewers();
    };
    this.viewers.set(who.id, { name: who.name, timer: window.setTimeout(leave, VIEWING_MS) });
    this.showViewers();
  }

  showViewers() {
    const place = this.root.querySelector("[data-viewers]");
    if (!place) return;
    place.replaceChildren(...[...this.viewers.values()].map(({ name }) => face(name, "is looking")));
  }

  leave() {
    clearTimeout(this.work);
    for (const timer of this.typists.values()) clearTimeout(timer);
    for (const { timer } of this.viewers.values()) clearTimeout(timer);
  }
}
