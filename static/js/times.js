/** Times in the reader's zone and words, kept true while they are looked at. */

// One language for all, that of the pages; and 24 hours, as domains/times.py has them.
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const dayOfYear = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });
const full = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "long" });

/**
 * 15:29 today, 19 Nov, 15:29 on another day, 19 Nov 2025, 15:29 in another year.
 * @param {number} at
 * @param {number} now
 */
export function told(at, now) {
  const [then, today] = [new Date(at), new Date(now)];
  if (then.toDateString() === today.toDateString()) return clock.format(at);
  const date = then.getFullYear() === today.getFullYear() ? day : dayOfYear;
  return `${date.format(at)}, ${clock.format(at)}`;
}

/**
 * Seconds as 0:47, 12:05 or 2 h 10 min.
 * @param {number} seconds
 */
export function elapsed(seconds) {
  const s = Math.max(0, Math.floor(seconds));
  if (s < 3600) return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
  const hours = Math.floor(s / 3600);
  return hours < 48 ? `${hours} h ${Math.floor((s % 3600) / 60)} min` : `${Math.floor(hours / 24)} days`;
}

/**
 * @param {HTMLElement} element
 * @param {number} now
 */
function write(element, now) {
  const at = Date.parse(element.getAttribute("datetime") || "");
  if (Number.isNaN(at)) return;
  const seconds = (now - at) / 1000;
  let text = "";
  switch (element.dataset.time) {
    case "clock":
      text = told(at, now);
      element.title = full.format(at);
      break;
    case "elapsed":
      text = elapsed(seconds);
      break;
    case "left":
      text = elapsed(-seconds);
      break;
  }
  if (element.textContent !== text) element.textContent = text;
  if (!element.title && element.dataset.time !== "left") element.title = full.format(at);
}

/** @param {HTMLElement} element */
function writeZone(element) {
  try {
    const zone = new Intl.DateTimeFormat("en-GB", { timeZone: element.dataset.zone, timeStyle: "short" });
    element.textContent = `(${zone.format(Date.now())} there)`;
  } catch {
    element.textContent = "";
  }
}

/**
 * Write all times below this node.
 * @param {ParentNode} [root]
 */
export function localise(root = document) {
  const now = Date.now();
  for (const element of root.querySelectorAll("[data-time]")) {
    if (element instanceof HTMLElement) write(element, now);
  }
  for (const element of root.querySelectorAll("[data-zone]")) {
    if (element instanceof HTMLElement) writeZone(element);
  }
}

/** Tick: what counts up every second, the rest twice a minute. */
export function startTimes() {
  localise();
  let beats = 0;
  setInterval(() => {
    if (document.hidden) return;
    beats += 1;
    if (beats % 30 === 0) return localise();
    const now = Date.now();
    for (const element of document.querySelectorAll('[data-time="elapsed"], [data-time="left"]')) {
      if (element instanceof HTMLElement) write(element, now);
    }
  }, 1000);
}
