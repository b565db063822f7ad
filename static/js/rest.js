/** Requests to our own server: commands by REST, fragments as HTML. */

const TIMEOUT_MS = 15000;

/** What the server answered instead of doing it. */
export class Refusal extends Error {
  /**
   * @param {number} status
   * @param {{code?: string, message?: string, retry_ms?: number, by?: {name: string}}} error
   */
  constructor(status, error) {
    super(error.message || "The server could not do this. Try again.");
    this.status = status;
    this.code = error.code || "unavailable";
    this.retryMs = error.retry_ms || 0;
    this.by = error.by || null;
  }
}

/** The token that a hostile page cannot read. */
export function csrf() {
  const meta = document.querySelector('meta[name="csrf-token"]');
  return meta ? meta.getAttribute("content") || "" : "";
}

/**
 * POST JSON; the answer's JSON. Throws Refusal.
 * @param {string} path
 * @param {object} [body]
 */
export async function post(path, body = {}) {
  let response;
  try {
    response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrf(), Accept: "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch {
    throw new Refusal(0, { code: "offline", message: "No answer from the server. Your words are kept; try again." });
  }
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  if (response.status === 401) {
    throw new Refusal(401, { code: "logged_out", message: "Your session has ended. Log in again in another tab." });
  }
  throw new Refusal(response.status, answer.error || {});
}

/**
 * A fragment of a page as nodes. Throws Refusal.
 * @param {string} path
 * @returns {Promise<DocumentFragment>}
 */
export async function fragment(path) {
  let response;
  try {
    response = await fetch(path, { headers: { Accept: "text/html" }, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch {
    throw new Refusal(0, { code: "offline", message: "No answer from the server. Try again." });
  }
  if (response.redirected && new URL(response.url).pathname.startsWith("/accounts/")) {
    location.reload();
    throw new Refusal(401, { code: "logged_out", message: "Your session has ended." });
  }
  if (!response.ok) {
    const gone = response.status === 404;
    throw new Refusal(response.status, { message: gone ? "This conversation is not there any more." : undefined });
  }
  return nodes(await response.text());
}

/**
 * HTML that our own templates made, as nodes. Scripts in it never run.
 * @param {string} html
 * @returns {DocumentFragment}
 */
export function nodes(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}
