/** Email Operations: ticked rows, and the dialog of Bulk Send. */

import { toast } from "./announce.js";
import { open } from "./dialogs.js";

const ticks = () => /** @type {HTMLInputElement[]} */ ([...document.querySelectorAll('.mail [name="job"]')]);

/** What is ticked, with its domain, stays so when its row is drawn anew. @type {Map<string, string>} */
const ticked = new Map();

const bar = document.querySelector("[data-ticked-bar]");

/** The domain that is chosen, or that all ticked rows share; else none. */
function domain() {
  const all = new Set(ticked.values());
  return (bar instanceof HTMLElement && bar.dataset.domain) || (all.size === 1 ? [...all][0] : "");
}

/** @param {HTMLInputElement} box @param {boolean} on */
function tick(box, on) {
  if (on) ticked.set(box.value, box.dataset.domain || "");
  else ticked.delete(box.value);
}

/** Say how many, and wake the buttons. */
function count() {
  const all = document.querySelector("[data-tick-all]");
  const boxes = ticks();
  for (const box of boxes) box.checked = ticked.has(box.value);
  if (all instanceof HTMLInputElement) {
    const some = boxes.filter((box) => box.checked).length;
    all.checked = some > 0 && some === boxes.length;
    all.indeterminate = some > 0 && some < boxes.length;
  }
  if (!(bar instanceof HTMLElement)) return;
  const words = bar.querySelector("[data-ticked]");
  if (words) words.textContent = ticked.size ? `${ticked.size} selected` : "Nothing selected";
  for (const button of bar.querySelectorAll("button")) {
    const mixed = ticked.size && button.dataset.needsDomain !== undefined && !domain();
    const why = mixed ? "Tick rows of one domain, or choose a domain first" : "";
    button.setAttribute("aria-disabled", String(!ticked.size || Boolean(why)));
    button.title = why || (ticked.size ? "" : "Tick a row first");
  }
}

document.addEventListener("change", (event) => {
  const box = event.target;
  if (!(box instanceof HTMLInputElement)) return;
  if (box.matches("[data-tick-all]")) {
    for (const one of ticks()) tick(one, box.checked);
  } else if (box.matches('.mail [name="job"]')) tick(box, box.checked);
  else return;
  count();
});

// Before htmx: a button that cannot be pressed yet says why.
document.addEventListener(
  "click",
  (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const button = target?.closest("[data-ticked-bar] button");
    if (button instanceof HTMLButtonElement && button.getAttribute("aria-disabled") === "true") {
      event.preventDefault();
      event.stopImmediatePropagation();
      toast(`${button.title}.`, "amber");
    } else if (button?.matches("[data-clear]")) {
      ticked.clear();
      count();
    }
    const preview = target?.closest("[data-preview]");
    if (preview instanceof HTMLButtonElement && preview.form) show(preview.form, preview.dataset.preview || "");
  },
  true,
);

document.addEventListener("htmx:configRequest", (event) => {
  const { elt, parameters } = /** @type {CustomEvent} */ (event).detail;
  if (elt instanceof Element && elt.closest("[data-ticked-bar]")) {
    parameters.job = [...ticked.keys()];
    parameters.domain = domain();
  }
  if (elt instanceof Element && elt.closest("#bulk-form")) {
    parameters.zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  }
});

document.addEventListener("htmx:afterSwap", (event) => {
  const { target } = /** @type {CustomEvent} */ (event).detail;
  if (target instanceof Element && target.id === "bulk-place") open("bulk");
  const wrong = document.querySelector("#bulk-form [aria-invalid=true]");
  if (wrong instanceof HTMLElement && target instanceof Element && target.id !== "bulk-check") wrong.focus();
  count();
});

/**
 * The letter in its frame, by a form of the browser: a frame of its own address may style itself, and runs nothing.
 * @param {HTMLFormElement} form
 * @param {string} where
 */
function show(form, where) {
  const frame = form.querySelector("iframe");
  if (!frame) return;
  frame.hidden = false;
  const before = form.getAttribute("action") || "";
  form.action = where;
  form.target = frame.name;
  HTMLFormElement.prototype.submit.call(form);
  form.setAttribute("action", before);
  form.removeAttribute("target");
}

count();
