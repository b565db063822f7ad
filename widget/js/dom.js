/* Nodes without HTML strings: Trusted Types forbids them. */

/* Icons after Lucide (ISC licence). */
const PATHS = {
  bell: "M10.3 21a2 2 0 0 0 3.4 0M3.3 15.3A1 1 0 0 0 4 17h16a1 1 0 0 0 .7-1.7C19.4 14 18 12.5 18 8A6 6 0 0 0 6 8c0 4.5-1.4 6-2.7 7.3",
  x: "M18 6 6 18M6 6l12 12",
  more: "M12 12h.01M19 12h.01M5 12h.01",
  up: "m5 12 7-7 7 7M12 19V5",
  down: "m6 9 6 6 6-6",
  check: "M20 6 9 17l-5-5",
  clock: "M12 6v6l4 2M22 12a10 10 0 1 1-20 0 10 10 0 0 1 20 0",
  alert: "M12 8v4M12 16h.01M22 12a10 10 0 1 1-20 0 10 10 0 0 1 20 0",
  person: "M19 21v-2a4 4 0 0 0-4-4H9a4 4 0 0 0-4 4v2M16 7a4 4 0 1 1-8 0 4 4 0 0 1 8 0",
  ai: "M12 3 10.1 8.8a2 2 0 0 1-1.3 1.3L3 12l5.8 1.9a2 2 0 0 1 1.3 1.3L12 21l1.9-5.8a2 2 0 0 1 1.3-1.3L21 12l-5.8-1.9a2 2 0 0 1-1.3-1.3Z",
  mail: "m22 7-9 5.7a2 2 0 0 1-2 0L2 7M4 4h16a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2",
  plus: "M12 5v14M5 12h14",
  leave: "M9 21H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2h4M16 17l5-5-5-5M21 12H9",
};

/* The page's origin, and its mark for the visitor. */
export const [host, who] = location.hash.slice(1).split("&");

export const $ = (id) => document.getElementById(id);

export function el(tag, props, ...children) {
  const node = Object.assign(document.createElement(tag), props);
  node.append(...children.filter((child) => child != null));
  return node;
}

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS(svg.namespaceURI, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

export const button = (className, text, act) => {
  const node = el("button", { type: "button", className }, text);
  node.addEventListener("click", act);
  return node;
};

/* crypto.randomUUID is missing on plain-http hosts. */
export function uuid() {
  const some = (mask) => crypto.getRandomValues(new Uint8Array(1))[0] & mask;
  return "00000000-0000-4000-8000-000000000000".replace(/[08]/g, (c) => (c === "8" ? 8 | some(3) : some(15)).toString(16));
}

/* Over reloads, for one visitor of a page: when another comes, it goes. */
export function keep(name, value) {
  try {
    const place = location.pathname + host;
    let kept = JSON.parse(sessionStorage.getItem(place));
    if (kept?.who !== who) {
      kept = { who };
      sessionStorage.removeItem(place);
    }
    if (value === undefined) return kept[name];
    sessionStorage.setItem(place, JSON.stringify({ ...kept, [name]: value }));
  } catch {
    return null;
  }
}
