/** Colleagues as small round faces, and who of them is there. */

import { session } from "./session.js";

/** @param {string} name @param {string} does */
export function face(name, does) {
  const title = `${name} ${does}`;
  const looks = { className: "avatar avatar--small", title, textContent: name.slice(0, 1), role: "img", ariaLabel: title };
  return Object.assign(document.createElement("span"), looks);
}

/** @param {Line} line */
export function startTeam(line) {
  const place = document.querySelector("[data-team]");
  if (!(place instanceof HTMLElement)) return;
  /** By domain. @type {Map<string, any>} */
  const there = new Map();
  line.addEventListener("presence", (event) => {
    const { domain, operators } = /** @type {CustomEvent} */ (event).detail;
    if (place.dataset.team && place.dataset.team !== domain) return;
    there.set(domain, operators.map(/** @param {any} one */ (one) => [one.id, face(one.name, "is here")]));
    const faces = new Map([...there.values()].flat());
    faces.delete(session.me?.id || "");
    place.replaceChildren(...faces.values());
  });
}
