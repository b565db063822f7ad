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
    const { xhr, target } = /** @type {CustomEvent} */ (event).detail;
    if (xhr.responseURL && new URL(xhr.responseURL).pathname.startsWith("/accounts/login")) location.reload();
    // Older lines grow the log upwards: what is being read stays where it is.
    const log = target.matches?.("[data-older]") && target.closest("[data-log]");
    if (log) {
      const before = log.scrollHeight - log.scrollTop;
      const hold = () => {
        log.scrollTop = log.scrollHeight - before;
        document.removeEventListener("htmx:afterSettle", hold);
      };
      document.addEventListener("htmx:afterSettle", hold);
    }
  });
  document.addEventListener("htmx:load", (event) => {
    const element = /** @type {CustomEvent} */ (event).detail.elt;
    if (element instanceof HTMLElement) localise(element.parentElement || element);
  });
  for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    document.addEventListener(name, () => toast("The server did not answer. Try again.", "red"));
  }
}

/**
 * Let htmx see attributes in nodes that came another way.
 * @param {Element} element
 */
export function process(element) {
  const htmx = /** @type {any} */ (window).htmx;
  if (htmx) htmx.process(element);
}
