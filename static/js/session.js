/** Who looks and at which desks, as the server wrote it into the page. */

/** @typedef {{me: {id: string, name: string} | null, domains: string[], talk: string[], urls: Record<string, string>}} Session */

/**
 * Data that a template left in the page with json_script.
 * @template T
 * @param {string} id
 * @param {T} otherwise
 * @returns {T}
 */
export function dataOf(id, otherwise) {
  const found = document.getElementById(id);
  return found ? JSON.parse(found.textContent || "null") : otherwise;
}

/** @type {Session} */
export const session = dataOf("session", { me: null, domains: [], talk: [], urls: {} });

/**
 * Whether the person may write to visitors of this domain.
 * @param {string | undefined} domain
 */
export function mayTalk(domain) {
  return session.talk.includes(domain || "");
}
