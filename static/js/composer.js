/** Where operators write. Words leave the box only when they are on their way, and come back when refused. */

import { toast } from "./announce.js";
import { Outbox } from "./outbox.js";

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
    this.outbox = new Outbox(thread, (...refused) => this.refused(...refused));
    this.typed = 0;
    /** A message waiting for the gap between two. @type {number | undefined} */
    this.waiting = undefined;
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
    return `words:${this.thread.id}`;
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
    if (this.waiting === undefined) this.problem.textContent = "";
    if (this.isNote || Date.now() - this.typed < TYPING_EVERY_MS) return;
    this.typed = Date.now();
    this.thread.line.send({ t: "typing", conversation: this.thread.id, on: true });
  }

  send() {
    const text = this.words.value.trim();
    if (!text || this.waiting !== undefined) return;
    this.deliver(text, this.isNote);
  }

  /**
   * @param {string} text
   * @param {boolean} note
   */
  deliver(text, note) {
    this.words.value = "";
    sessionStorage.removeItem(this.key);
    this.problem.textContent = "";
    this.outbox.put(text, note);
  }

  /**
   * @param {Refusal} refusal
   * @param {string} text what comes back into the box
   * @param {boolean} note
   */
  refused(refusal, text, note) {
    this.mode(note ? "note" : "reply");
    this.words.value = this.words.value ? `${text}\n${this.words.value}` : text;
    sessionStorage.setItem(this.key, this.words.value);
    if (refusal.code === "rate_limited" && refusal.retryMs) return this.wait(refusal.retryMs, note);
    if (refusal.code === "held" && refusal.by) {
      this.thread.turn.name(refusal.by.name);
      this.thread.turn.become("other");
    }
    this.problem.textContent = refusal.message;
  }

  /**
   * Too soon after the last one: it is sent once, by itself, as soon as it may be.
   * @param {number} ms
   * @param {boolean} note
   */
  wait(ms, note) {
    const until = Date.now() + ms;
    const tick = () => {
      const left = until - Date.now();
      if (left > 0) {
        this.problem.textContent = `You can send again in ${Math.ceil(left / 1000)} s. It goes by itself.`;
        this.waiting = window.setTimeout(tick, Math.min(left, 250));
        return;
      }
      this.waiting = undefined;
      this.problem.textContent = "";
      const text = this.words.value.trim();
      if (text) this.deliver(text, note);
    };
    tick();
  }

  leave() {
    if (this.waiting === undefined) return;
    clearTimeout(this.waiting);
    toast("Your message was not sent yet. It is kept in its conversation.", "amber");
  }
}
