/** Older lines of a thread, fetched when one scrolls up to their place. */

import { toast } from "./announce.js";
import { fragment } from "./rest.js";
import { localise } from "./times.js";

/**
 * @param {HTMLElement} log
 * @param {AbortSignal} signal ends it with its thread
 */
export function startOlder(log, signal) {
  const watch = new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && more(), { root: log });
  let busy = false;
  const look = () => {
    const place = log.querySelector("[data-older]");
    if (place) watch.observe(place);
  };
  const more = async () => {
    const place = log.querySelector("[data-older]");
    if (busy || !(place instanceof HTMLElement)) return;
    busy = true;
    try {
      const page = await fragment(place.dataset.older || "");
      localise(page);
      // The log grows upwards: what is being read stays where it is.
      const below = log.scrollHeight - log.scrollTop;
      watch.unobserve(place);
      place.replaceWith(page);
      log.scrollTop = log.scrollHeight - below;
      look();
    } catch (refusal) {
      toast(/** @type {Error} */ (refusal).message, "red");
    } finally {
      busy = false;
    }
  };
  signal.addEventListener("abort", () => watch.disconnect());
  look();
}
