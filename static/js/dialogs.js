/** Small behaviours of plain elements: dialogs, copying, tabs, forms that send themselves. */

import { toast } from "./announce.js";

/** Forms in which something was typed that is not saved yet. */
const unsaved = new Set();

/** One listener for the whole page, so that fragments which arrive later behave too. */
export function startDialogs() {
  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (!target) return;
    const opener = target.closest("[data-dialog], [data-keys]");
    if (opener instanceof HTMLElement) open(opener.dataset.dialog || "keys");
    const copier = target.closest("[data-copy]");
    if (copier instanceof HTMLElement) copy(copier.dataset.copy || "");
    // A press beside the dialog closes it.
    if (target instanceof HTMLDialogElement && target.open) target.close();
  });
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (!(field instanceof HTMLInputElement || field instanceof HTMLSelectElement)) return;
    const form = field.form;
    if (form?.matches("[data-autosubmit]") && !field.matches("[data-search]")) form.requestSubmit();
  });
  document.addEventListener("input", (event) => {
    const form = event.target instanceof Element && event.target.closest("[data-form]");
    if (form) touched(form);
  });
  document.querySelectorAll('[data-form]:has([aria-invalid="true"])').forEach(touched);
  document.addEventListener("submit", (event) => unsaved.delete(event.target));
  window.addEventListener("beforeunload", (event) => {
    // The browser asks; so also before a test of what is saved, while something else is typed.
    if (unsaved.size) event.preventDefault();
  });
  for (const button of document.querySelectorAll("[data-autosubmit] [data-submit]")) {
    if (button instanceof HTMLElement) button.hidden = true;
  }
  document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  const wrong = document.querySelector('main [aria-invalid="true"]');
  if (wrong instanceof HTMLElement) wrong.focus();
}

/** @param {Element} form */
function touched(form) {
  unsaved.add(form);
  const word = form.querySelector("[data-unsaved]");
  if (word instanceof HTMLElement) word.hidden = false;
}

/** @param {string} id */
export function open(id) {
  const dialog = document.getElementById(id);
  if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
}

/** @param {string} selector */
async function copy(selector) {
  const source = document.querySelector(selector);
  const text = source instanceof HTMLInputElement ? source.value : source?.textContent || "";
  try {
    await navigator.clipboard.writeText(text.trim());
    toast("Copied.", "green");
  } catch {
    toast("The browser did not allow copying. Select the text and copy it.", "amber");
  }
}
