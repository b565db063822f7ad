/** Buttons that do something to a conversation: one POST each, and the reason when it is refused. */

import { toast } from "./announce.js";
import { Outbox } from "./outbox.js";
import { post } from "./rest.js";

/** What is said when it is done, where the thread does not say so itself. @type {Record<string, string>} */
const DONE = {
  resolve: "Resolved.",
  end: "Conversation ended.",
};

/** What lets go of a conversation: words written before that are said before that. */
const LETS_GO = new Set(["hand-back", "pass-control", "resolve", "end"]);

/** @param {string} id @param {string} command */
export async function run(id, command) {
  if (LETS_GO.has(command) && !(await Outbox.sent(id))) {
    throw new Error("Nothing was changed: your words before it were not sent. Try them again, or discard them.");
  }
  await post(`/api/v1/conversations/${id}/${command}/`);
  if (DONE[command]) toast(DONE[command], "green");
}

/**
 * @param {(id: string) => Thread | null} threadOf the open thread of this conversation, if it is open
 * @param {(id: string) => unknown} show opens it
 */
export function startCommands(threadOf, show) {
  document.addEventListener("click", async (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-command]");
    if (!(button instanceof HTMLButtonElement) || button.getAttribute("aria-disabled") === "true") return;
    const thread = button.closest("[data-thread]");
    const id = button.dataset.c || thread?.getAttribute("data-thread") || "";
    button.setAttribute("aria-disabled", "true");
    try {
      await run(id, button.dataset.command || "");
      // Who takes over wants to write next.
      if (!thread) await show(id);
      else if (button.dataset.command === "take-over") threadOf(id)?.focus();
    } catch (error) {
      refused(/** @type {Refusal} */ (error), threadOf(id));
    } finally {
      button.removeAttribute("aria-disabled");
    }
  });
}

/**
 * @param {Refusal} refusal
 * @param {Thread | null} thread
 */
function refused(refusal, thread) {
  if (refusal.code === "held" && refusal.by && thread) {
    thread.turn.name(refusal.by.name);
    thread.turn.become("other");
  }
  toast(refusal.message, "red");
}
