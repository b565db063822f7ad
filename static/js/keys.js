/** Single keys, off while a field has the focus and off altogether by a switch. */

import { open } from "./dialogs.js";

const STORE = "privas:keys";

/** @type {Record<string, string>} */
const PLACES = { l: "Live", c: "Conversations", e: "Email Operations", s: "settings" };

/** @param {EventTarget | null} target */
function inField(target) {
  return target instanceof Element && target.closest("input, select, textarea, [contenteditable], dialog[open]");
}

/** @param {Element | null | undefined} element */
function press(element) {
  if (!(element instanceof HTMLElement) || element.hidden || !element.checkVisibility()) return false;
  element.click();
  return true;
}

/** @param {number} step */
function move(step) {
  const links = [...document.querySelectorAll("[data-open], [data-row]")];
  if (!links.length) return;
  const inside = document.activeElement?.closest("[data-card]");
  const now = links.findIndex((link) => link.closest("[data-card]") === inside);
  const next = links[Math.max(0, Math.min(links.length - 1, now + step))];
  if (next instanceof HTMLElement) next.focus();
}

/** @param {string} letter */
function go(letter) {
  const word = PLACES[letter];
  const links = [...document.querySelectorAll(".rail a")];
  press(links.find((link) => word && (link.textContent || "").toLowerCase().includes(word.toLowerCase())));
}

/** Keys press what is on the page, so they can do what its buttons can and nothing else. */
export function startKeys() {
  let on = localStorage.getItem(STORE) !== "off";
  let going = 0;
  const choice = document.querySelector("[data-keys-switch]");
  if (choice instanceof HTMLInputElement) {
    choice.checked = on;
    choice.addEventListener("change", () => {
      on = choice.checked;
      localStorage.setItem(STORE, on ? "on" : "off");
    });
  }
  /** In the open thread, else on the card that has the focus. @param {string} selector */
  const inside = (selector) => {
    const scope = document.querySelector("[data-thread]") || document.activeElement?.closest("[data-card]");
    return press(scope?.querySelector(selector));
  };
  /** @type {Record<string, (event: KeyboardEvent) => unknown>} */
  const acts = {
    j: () => move(1),
    k: () => move(-1),
    "/": () => /** @type {HTMLElement | null} */ (document.querySelector("[data-search], [data-filters] select"))?.focus(),
    t: () => inside('[data-command="take-over"]'),
    T: () => inside('[data-command="hand-back"]'),
    r: () => inside('.composer__tabs [data-mode-to="reply"]'),
    n: () => inside('.composer__tabs [data-mode-to="note"]'),
    e: () => inside('[data-command="resolve"]'),
    m: () => press(document.querySelector("[data-sound]")),
    "?": () => open("keys"),
    g: () => (going = Date.now()),
  };
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if (event.key === "Escape") return escape(event);
    if (!on || event.ctrlKey || event.metaKey || event.altKey || inField(event.target)) return;
    if (Date.now() - going < 1500 && PLACES[event.key]) {
      going = 0;
      event.preventDefault();
      return go(event.key);
    }
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act(event);
  });
}

/** @param {KeyboardEvent} event */
function escape(event) {
  if (document.querySelector("dialog[open], [popover]:popover-open")) return;
  if (press(document.querySelector("[data-close], [data-back]"))) event.preventDefault();
}
