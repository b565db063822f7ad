/* What is known of the conversation. */

export const roleOf = (by) => (by.kind === "ai" ? "AI assistant" : "Support agent");

const FRESH = { handler: "ai", operator: null, lifecycle: "open", asked: null };

export class Talk {
  constructor(timeout) {
    Object.assign(this, { c: null, n: 0, live: false, thinking: false, known: false, left: new Set(), timeout }, FRESH);
  }

  /* True when the screen shows another talk, or one of a store that was restored. */
  begin(ready) {
    const other = ready.conversation !== this.c || ready.head < this.n;
    if (other) Object.assign(this, FRESH, { c: ready.conversation, n: 0 });
    const { handler, operator, lifecycle, known } = ready;
    Object.assign(this, { handler, operator, lifecycle, known: known.email, live: false });
    return other;
  }

  follow(c) {
    this.left.add(this.c);
    Object.assign(this, FRESH, { c, n: 0 });
  }

  apply({ kind, by, data, n, at }) {
    this.n = n;
    if (kind !== "message" || by.kind !== "visitor") this.thinking = false;
    if (kind === "taken_over") Object.assign(this, { handler: "operator", operator: data.operator || by, asked: null });
    else if (kind === "handed_back") Object.assign(this, { handler: "ai", operator: null });
    else if (kind === "human_requested") {
      this.asked = { at: Date.parse(at), whole: (data.timeout_s || this.timeout) * 1000 };
    } else if (kind === "request_expired") Object.assign(this, { asked: null, known: this.known || Boolean(data.email) });
    else if (kind === "resolved" || kind === "ended") Object.assign(this, FRESH, { lifecycle: kind });
    else if (kind === "reopened") this.lifecycle = "open";
  }

  get closed() {
    return this.c && this.lifecycle !== "open";
  }

  get mode() {
    if (this.closed) return "closed";
    if (this.handler === "operator") return "human";
    return this.asked ? "waiting" : "ai";
  }

  status(by, link) {
    if (link.stopped === 4403) return "The chat is not available here";
    if (link.stopped) return "Paused: the chat is open in other tabs";
    if (!link.on) return link.ever ? "Reconnecting…" : "Connecting…";
    if (this.closed) return "Conversation closed";
    return this.mode === "waiting" ? "Waiting for the team" : `${by.name} · ${roleOf(by)}`;
  }
}
