/** The only file that listens to htmx. */

import { toast } from "./announce.js";
import { csrf } from "./rest.js";
import { localise } from "./times.js";

/** The token on every request, times in every fragment, a word when something fails. */
export function startHtmx() {
  document.addEventListener("htmx:configRequest", (event) => {
    /** @type {CustomEvent} */ (event).detail.headers["X-CSRFToken"] = csrf();
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = /** @type {CustomEvent} */ (event).detail;
    if (xhr.responseURL && new URL(xhr.responseURL).pathname.startsWith("/accounts/login")) location.reload();
  });
  document.addEventListener("htmx:load", (event) => {
    const element = /** @type {CustomEvent} */ (event).detail.elt;
    if (element instanceof HTMLElement) localise(element.parentElement || element);
  });
  for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    document.addEventListener(name, () => toast("The server did not answer. Try again.", "red"));
  }
}
