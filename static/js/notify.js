/** A visitor asks for a person or waits for me: a number in the title, a tone, a desktop notice. One tab speaks for all. */

import { assertive, toast } from "./announce.js";
import { session } from "./session.js";

const MUTED = "privas:muted";
const TITLE = document.title;

/** Resolves, in one tab at a time, for as long as the tab lives. */
function becomeVoice() {
  let speaks = false;
  if (!navigator.locks) return () => true;
  navigator.locks.request("privas-voice", () => {
    speaks = true;
    return new Promise(() => {});
  });
  return () => speaks;
}

/** One soft tone of 0.4 s, made here: no file to load. @param {AudioContext} context */
function tone(context) {
  const gain = context.createGain();
  gain.connect(context.destination);
  gain.gain.setValueAtTime(0.0001, context.currentTime);
  gain.gain.exponentialRampToValueAtTime(0.12, context.currentTime + 0.03);
  gain.gain.exponentialRampToValueAtTime(0.0001, context.currentTime + 0.4);
  for (const [frequency, after] of [[660, 0], [880, 0.12]]) {
    const wave = context.createOscillator();
    wave.type = "sine";
    wave.frequency.value = frequency;
    wave.connect(gain);
    wave.start(context.currentTime + after);
    wave.stop(context.currentTime + 0.42);
  }
}

/** @param {Line} line */
export function startNotices(line) {
  new Notifier(line);
}

class Notifier {
  /** @param {Line} line */
  constructor(line) {
    /** Talks in which somebody waits for a person, and whether the request, or my answer, is still due. @type {Map<string, boolean>} */
    this.waiting = new Map();
    /** Talks that a card told of while the server is asked for all: its answer may be older. @type {Set<string> | null} */
    this.told = null;
    this.speaks = becomeVoice();
    /** @type {AudioContext | null} */
    this.audio = null;
    this.button = document.querySelector("[data-sound]");
    line.addEventListener("card", (event) => this.see(/** @type {CustomEvent} */ (event).detail.card));
    line.addEventListener("up", () => this.refresh());
    if (this.button instanceof HTMLElement) {
      this.button.hidden = false;
      this.button.addEventListener("click", () => this.toggle());
    }
    this.showMuted();
    addEventListener("storage", () => this.showMuted());
    // Browsers let a page sound only after it was touched once.
    const wake = () => {
      this.audio ||= new AudioContext();
    };
    for (const name of ["pointerdown", "keydown"]) addEventListener(name, wake, { once: true });
  }

  get muted() {
    return localStorage.getItem(MUTED) === "yes";
  }

  /** A press of the button is also the moment at which a browser may be asked; the first press asks and mutes nothing. */
  async toggle() {
    if (!this.muted && window.Notification && Notification.permission === "default") {
      const answer = await Notification.requestPermission();
      if (answer === "granted") return toast("Desktop notices are on. Press again to mute.", "green");
      if (answer === "default") return;
    }
    localStorage.setItem(MUTED, this.muted ? "no" : "yes");
    this.showMuted();
    toast(this.muted ? "Alerts are muted in this browser." : "Alerts are on: a tone and a desktop notice.");
  }

  showMuted() {
    if (!(this.button instanceof HTMLElement)) return;
    this.button.setAttribute("aria-pressed", String(this.muted));
    /** @type {[string, boolean][]} */
    const parts = [["[data-sound-on]", this.muted], ["[data-sound-off]", !this.muted]];
    for (const [selector, hidden] of parts) {
      const part = this.button.querySelector(selector);
      if (part instanceof HTMLElement) part.hidden = hidden;
    }
  }

  async refresh() {
    const told = (this.told = new Set());
    const answer = await fetch("/live/waiting/", { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const { asked, missed, mine } = await answer.json();
    const kept = [...this.waiting].filter(([id]) => told.has(id));
    /** @type {[string, boolean][]} */
    const found = [...missed.map((/** @type {string} */ id) => [id, false]), ...[...asked, ...mine].map((/** @type {string} */ id) => [id, true])];
    this.waiting = new Map([...found.filter(([id]) => !told.has(id)), ...kept]);
    this.show();
  }

  /** @param {any} card */
  see(card) {
    const asks = card.badge === "takeover_requested";
    const mine = card.operator?.id === session.me?.id && card.awaiting_since !== null;
    const fresh = (asks || mine) && !this.waiting.get(card.id);
    this.told?.add(card.id);
    if (asks || mine || card.missed) this.waiting.set(card.id, asks || mine);
    else this.waiting.delete(card.id);
    this.show();
    if (!fresh) return;
    if (asks) assertive(`Takeover requested, ${card.visitor.name}, score ${card.score}`);
    // Whoever sits before the talk sees it.
    const calls = asks || !document.hasFocus();
    if (calls && this.speaks() && !this.muted) this.call(card, asks ? "asks for a person" : "waits for your answer");
  }

  /** @param {any} card @param {string} what */
  call(card, what) {
    if (this.audio?.state === "running") tone(this.audio);
    if (!document.hidden || !window.Notification || Notification.permission !== "granted") return;
    const words = { body: card.requested_reason || card.last.text, tag: card.id };
    const notice = new Notification(`${card.visitor.name} ${what}`, words);
    notice.addEventListener("click", () => {
      window.focus();
      location.assign(`/live/?c=${card.id}`);
    });
  }

  show() {
    const count = this.waiting.size;
    document.title = count ? `(${count}) ${TITLE}` : TITLE;
    const badge = document.querySelector("[data-waiting]");
    if (badge instanceof HTMLElement) {
      badge.hidden = !count;
      badge.textContent = String(count);
    }
    const line = document.querySelector("[data-waiting-line]");
    const words = line?.querySelector("span");
    if (line instanceof HTMLElement && words) {
      line.hidden = !count;
      words.textContent = `${count} waiting`;
    }
  }
}
