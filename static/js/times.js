/** Times in the reader's zone and words, kept true while they are looked at. */

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const near = new Intl.RelativeTimeFormat(undefined, { numeric: "auto", style: "short" });

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

/** @param {number} seconds since then */
function relative(seconds) {
  if (seconds < 60) return near.format(0, "minute");
  if (seconds < 3600) return near.format(-Math.floor(seconds / 60), "minute");
  if (seconds < 86400) return near.format(-Math.floor(seconds / 3600), "hour");
  return near.format(-Math.floor(seconds / 86400), "day");
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
    case "short":
      // Without its day a time is soon, or of the last hours.
      text = now - at < 72000000 && at - now < 36000000 ? clock.format(at) : full.format(at);
      break;
    case "long":
      text = full.format(at);
      break;
    case "relative":
      text = relative(seconds);
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
    const zone = new Intl.DateTimeFormat(undefined, { timeZone: element.dataset.zone, timeStyle: "short" });
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
