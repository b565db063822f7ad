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

/** The card or row that has the focus. */
function focusedCard() {
  return document.activeElement?.closest("[data-card]") || null;
}

/** In the card that has the focus, else in the open thread. @param {string} selector */
function inside(selector) {
  const card = focusedCard();
  const open = document.querySelector("[data-thread]");
  const scope = card && card.getAttribute("aria-current") !== "true" ? card : open || card;
  return press(scope?.querySelector(selector));
}

/** @param {number} step */
function move(step) {
  const links = [...document.querySelectorAll("[data-open], [data-row]")];
  if (!links.length) return;
  const inside = focusedCard() || document.querySelector('[data-card][aria-current="true"]');
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
  const show = () => (document.documentElement.dataset.singleKeys = on ? "on" : "off");
  show();
  const choice = document.querySelector("[data-keys-switch]");
  if (choice instanceof HTMLInputElement) {
    choice.checked = on;
    choice.addEventListener("change", () => {
      on = choice.checked;
      localStorage.setItem(STORE, on ? "on" : "off");
      show();
    });
  }
  /** @type {Record<string, (event: KeyboardEvent) => unknown>} */
  const acts = {
    j: () => move(1),
    k: () => move(-1),
    "/": () => write("[data-search], [data-filters] select"),
    t: () => inside('[data-command="take-over"]'),
    T: () => inside('[data-command="hand-back"]'),
    r: () => inside('.composer__tabs [data-mode-to="reply"]'),
    n: () => inside('.composer__tabs [data-mode-to="note"]') || write('[data-composer][data-mode="note"] [data-words]'),
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

/** @param {string} selector of a field */
function write(selector) {
  const field = document.querySelector(selector);
  if (field instanceof HTMLElement) field.focus();
}

/** In a field it only leaves the field: what is typed stays, and single keys work again. @param {KeyboardEvent} event */
function escape(event) {
  if (document.querySelector("dialog[open], [popover]:popover-open")) return;
  const field = event.target;
  if (field instanceof HTMLElement && inField(field)) {
    field.blur();
    const log = field.closest("[data-thread]")?.querySelector("[data-log]");
    if (log instanceof HTMLElement) log.focus({ preventScroll: true });
    return;
  }
  if (press(document.querySelector("[data-close], [data-back]"))) event.preventDefault();
}
