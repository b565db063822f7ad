/** Words to people: toasts for the eyes, two live regions for the ears. */

/**
 * @param {string} id
 * @param {string} text
 */
function speak(id, text) {
  const region = document.getElementById(id);
  if (!region) return;
  // The same sentence twice is news twice.
  region.textContent = region.textContent === text ? `${text}\u00a0` : text;
}

/** @param {string} text */
export function polite(text) {
  speak("polite", text);
}

/** @param {string} text */
export function assertive(text) {
  speak("assertive", text);
}

/**
 * @param {string} text
 * @param {"green" | "red" | "amber" | ""} [tone]
 */
export function toast(text, tone = "") {
  const box = document.querySelector("[data-toasts]");
  const template = document.getElementById("toast");
  if (!box || !(template instanceof HTMLTemplateElement)) return;
  const made = /** @type {HTMLElement} */ (template.content.cloneNode(true)).firstElementChild;
  if (!(made instanceof HTMLElement)) return;
  made.dataset.tone = tone;
  const words = made.querySelector("span");
  if (words) words.textContent = text;
  box.append(made);
  if (tone === "red") assertive(text);
  else polite(text);
  fade(made);
}

/** @param {HTMLElement} made */
function fade(made) {
  // Who reads or reaches for it keeps it.
  const away = () => (made.matches(":hover, :focus-within") ? setTimeout(away, 2000) : made.remove());
  setTimeout(away, 7000);
}

/** Toasts that came with the page, and the button that ends one. */
export function startToasts() {
  for (const made of document.querySelectorAll(".toast")) {
    if (made instanceof HTMLElement) fade(made);
  }
  const first = document.querySelector(".toast span");
  if (first) polite(first.textContent || "");
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-dismiss]");
    if (button) button.closest(".toast")?.remove();
  });
}
