/** Says when live updates are away, and when they are back. */

import { polite } from "./announce.js";

// A blip is nobody's business.
const PATIENCE_MS = 1500;
const RELOADED = "privas:reloaded";

/** @param {Line} line */
export function startConnection(line) {
  const bar = document.querySelector("[data-paused]");
  const state = document.querySelector("[data-connection]");
  /** @type {number | undefined} */
  let timer;
  let away = false;
  /** @param {string} word @param {string} tone */
  const say = (word, tone) => {
    const words = state?.querySelector("span");
    if (!words || !(state instanceof HTMLElement)) return;
    words.textContent = word;
    state.dataset.tone = tone;
  };
  line.addEventListener("up", () => {
    clearTimeout(timer);
    timer = undefined;
    say("Live", "green");
    if (bar instanceof HTMLElement) bar.hidden = true;
    if (away) polite("Live updates are back.");
    away = false;
  });
  line.addEventListener("down", () => {
    if (timer !== undefined || away) return;
    timer = window.setTimeout(() => {
      away = true;
      say("Paused", "amber");
      if (bar instanceof HTMLElement) bar.hidden = false;
      polite("Live updates paused, reconnecting.");
    }, PATIENCE_MS);
  });
  line.addEventListener("ended", () => {
    // Log-in brings one back to this page. Not twice in a row: then something else is wrong.
    const last = Number(sessionStorage.getItem(RELOADED));
    sessionStorage.setItem(RELOADED, String(Date.now()));
    if (Date.now() - last > 30000) location.reload();
    else line.later();
  });
  document.querySelector("[data-retry]")?.addEventListener("click", () => line.hurry());
}
