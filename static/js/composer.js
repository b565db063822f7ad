/** Where operators write. Enter fixes the words: they wait, go out or fail in a bubble, and the box is free. */

import { Outbox } from "./outbox.js";
import { session } from "./session.js";

const TYPING_EVERY_MS = 3000;

/** See above. */
export class Composer {
  /**
   * @param {HTMLFormElement} form
   * @param {Thread} thread
   */
  constructor(form, thread) {
    this.form = form;
    this.thread = thread;
    this.words = /** @type {HTMLTextAreaElement} */ (form.querySelector("[data-words]"));
    this.problem = /** @type {HTMLElement} */ (form.querySelector("[data-problem]"));
    this.sendWord = /** @type {HTMLElement} */ (form.querySelector("[data-send-word]"));
    this.outbox = Outbox.of(thread, (refusal) => this.refused(refusal));
    this.typed = 0;
    this.words.value = sessionStorage.getItem(this.key) || "";
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    this.words.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.send();
    });
    this.words.addEventListener("input", () => this.input());
    form.addEventListener("click", (event) => {
      const tab = event.target instanceof Element && event.target.closest("[data-mode-to]");
      if (tab instanceof HTMLElement) this.mode(tab.dataset.modeTo || "reply", true);
    });
    thread.root.addEventListener("turn", () => this.turned());
    this.turned();
  }

  get key() {
    return `words:${session.me?.id}:${this.thread.id}`;
  }

  get isNote() {
    return this.form.dataset.mode === "note";
  }

  turned() {
    const { state } = this.thread.turn;
    const closedToReplies = state === "other" || state === "closed";
    this.mode(closedToReplies ? "note" : this.wished || "reply");
  }

  /**
   * @param {string} mode
   * @param {boolean} [wished] by hand, so it also takes the focus
   */
  mode(mode, wished = false) {
    if (wished) this.wished = mode;
    this.form.dataset.mode = mode;
    for (const tab of this.form.querySelectorAll(".composer__tabs [data-mode-to]")) {
      tab.setAttribute("aria-pressed", String(tab.getAttribute("data-mode-to") === mode));
    }
    const hint = this.words.dataset[mode] || "";
    this.words.placeholder = hint;
    const label = this.form.querySelector("[data-label]");
    if (label) label.textContent = hint.replace("…", "");
    this.sendWord.textContent = mode === "note" ? "Add note" : "Send";
    if (wished) this.words.focus();
  }

  input() {
    sessionStorage.setItem(this.key, this.words.value);
    this.problem.textContent = "";
    if (this.isNote || Date.now() - this.typed < TYPING_EVERY_MS) return;
    this.typed = Date.now();
    this.thread.line.send({ t: "typing", conversation: this.thread.id, on: true });
  }

  send() {
    const text = this.words.value.trim();
    if (!text) return;
    this.words.value = "";
    sessionStorage.removeItem(this.key);
    this.problem.textContent = "";
    this.outbox.put(text, this.isNote);
  }

  /** The words stay in their bubble; here is told why. @param {Refusal} refusal */
  refused(refusal) {
    if (refusal.code === "held" && refusal.by) {
      this.thread.turn.name(refusal.by.name);
      this.thread.turn.become("other");
    }
    this.problem.textContent = refusal.message;
  }

  /** Whether the visitor waits for a person while the AI holds the talk. @param {{badge: string, missed: boolean}} card */
  see(card) {
    const waits = card.badge === "takeover_requested" || card.missed;
    for (const line of this.form.querySelectorAll("[data-visitor-waits]")) {
      if (line instanceof HTMLElement) line.hidden = (line.dataset.visitorWaits === "yes") !== waits;
    }
  }
}
