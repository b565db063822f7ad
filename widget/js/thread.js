/* The talk on screen: numbered things in `past`, all else in `tail`. */
import { button, el, icon } from "./dom.js";
import { blocks } from "./markdown.js";
import { roleOf } from "./talk.js";

const TOGETHER_MS = 300000;
const TYPING_MS = 6000;
const FAILED = {
  too_long: "Too long to send.", ended: "This conversation is closed.", quota: "The daily limit is reached.",
  rate_limited: "Too many at once.", forbidden: "Not allowed here.", time: "Not sent.",
};
const LINES = {
  taken_over: ["person", ""], handed_back: ["ai", ""], human_requested: ["bell", ""], request_expired: ["clock", ""],
  resolved: ["check", "Resolved. Write again whenever you like."], ended: ["check", "This conversation has ended."],
  reopened: ["plus", "The conversation is open again."],
};

const clock = (at) => at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

export function face(by) {
  const sign = by.kind === "ai" ? icon("ai") : [...(by.name || "?").trim()][0].toUpperCase();
  return el("span", { className: `face ${by.kind}`, ariaHidden: "true" }, sign);
}

export class Thread {
  constructor({ log, past, tail, newest }, say, retry, remove) {
    Object.assign(this, { log, past, tail, newest, say, retry, remove, stuck: true });
    this.clear();
    log.addEventListener("scroll", () => this.look(), { passive: true });
    newest.addEventListener("click", () => {
      this.stuck = true;
      this.settle();
    });
    new ResizeObserver(() => this.settle()).observe(log);
  }

  clear() {
    this.past.replaceChildren();
    this.forget();
    this.own = new Map([...(this.own || [])].filter(([, node]) => node.parentNode === this.tail));
    this.last = null;
    this.day = this.person = "";
  }

  forget() {
    this.drafts?.forEach((draft) => draft.node.remove());
    this.drafts = new Map();
    this.typing(null, false);
  }

  look() {
    const { scrollTop, scrollHeight, clientHeight } = this.log;
    this.stuck = scrollHeight - scrollTop - clientHeight < 60;
    if (this.stuck) this.newest.hidden = true;
  }

  settle(news) {
    if (this.stuck) this.log.scrollTop = this.log.scrollHeight;
    else if (news) this.newest.hidden = false;
  }

  /* `live`: now, and not told again. */
  event(event, live) {
    const { kind, by, data } = event;
    const at = new Date(event.at);
    if (kind === "message" && by.kind === "visitor") this.ours(data.client_id, data.text, at);
    else if (kind === "message") this.theirs(by, data, at, live);
    else if (LINES[kind]) {
      if (kind === "taken_over" || kind === "handed_back") this.forget();
      this.typing(null, false);
      const words = this.passed(kind, data) || data.text || LINES[kind][1];
      this.line(LINES[kind][0], words, kind);
      if (live) this.say(words);
    }
    this.settle(live && by.kind !== "visitor");
  }

  /* From one person of the team to the next: the new name, not the same words again. */
  passed(kind, data) {
    const before = this.person;
    if (/request/.test(kind)) return "";
    this.person = kind === "taken_over" ? data.operator.name : "";
    if (!before || !this.person) return "";
    return `${before === this.person ? "Another member of our team" : this.person} is with you now.`;
  }

  greet(by, text, more) {
    this.past.append(this.bubble(by, blocks(text)), more);
  }

  line(sign, words, kind = "") {
    this.past.append(el("p", { className: `line ${kind}`, dir: "auto" }, icon(sign), el("span", {}, words)));
    this.last = null;
  }

  theirs(by, data, at, live) {
    const draft = this.drafts.get(data.draft);
    this.drafts.delete(data.draft);
    this.forget();
    const node = draft ? draft.node : this.bubble(by, []);
    node.lastChild.replaceChildren(...blocks(data.text));
    node.classList.remove("draft");
    this.place(node, by, at);
    if (live) this.say(`${by.name}, ${roleOf(by)}, said: ${node.lastChild.innerText || data.text}`);
  }

  ours(id, text, at) {
    const node = this.own.get(id) || this.mine(id, text);
    node.lastChild.replaceChildren(icon("check"), `Sent ${clock(at)}`);
    node.dataset.state = "stored";
    this.place(node, { kind: "visitor", name: "" }, at);
  }

  pending(item, words) {
    const { id, text } = item.frame;
    const node = this.own.get(id) || this.mine(id, text);
    if (node.parentNode === this.past) return;
    const status = node.lastChild;
    node.dataset.state = item.failed ? "failed" : "sending";
    if (item.failed) {
      status.replaceChildren(icon("alert"), FAILED[item.failed] || "Not sent.",
        button("", "Retry", () => this.retry(item)), button("", "Delete", () => {
          node.remove();
          this.own.delete(id);
          this.remove(item);
        }));
    } else if (status.textContent !== words) status.replaceChildren(icon("clock"), words);
    if (!node.parentNode) {
      this.tail.append(node);
      this.stuck = true;
    }
    this.settle();
  }

  stored(id) {
    const node = this.own.get(id);
    if (!node || node.parentNode === this.past) return;
    node.dataset.state = "stored";
    node.lastChild.replaceChildren(icon("check"), "Sent");
  }

  mine(id, text) {
    const only = /^(\p{Extended_Pictographic}|\u200d|\ufe0f|\s){1,8}$/u.test(text) ? " big" : "";
    const node = el("div", { className: "m visitor" + only }, el("span", { className: "hidden" }, "You said:"),
      el("div", { className: "b", dir: "auto" }, text), el("p", { className: "state" }));
    this.own.set(id, node);
    return node;
  }

  bubble(by, words) {
    const name = el("p", { className: "who" }, el("b", { dir: "auto" }, by.name));
    if (by.name.toLowerCase() !== roleOf(by).toLowerCase()) name.append(" · ", el("bdi", {}, roleOf(by)));
    return el("div", { className: `m ${by.kind}` }, face(by), name,
      el("div", { className: "b", dir: "auto" }, ...words));
  }

  place(node, by, at) {
    const day = at.toDateString();
    if (day !== this.day) {
      this.past.append(el("p", { className: "day" }, dayName(at)));
      this.day = day;
      this.last = null;
    }
    const who = by.kind + by.name;
    const again = this.last && this.last.who === who && at - this.last.at < TOGETHER_MS;
    node.classList.toggle("again", Boolean(again));
    const head = node.querySelector(".who");
    if (head && !head.querySelector("time")) {
      head.append(el("time", { dateTime: at.toISOString() }, clock(at)));
    }
    this.last = { who, at };
    if (node.parentNode) node.style.animation = "none"; // it only moves
    this.past.append(node);
  }

  /* A lost part is waited for; the finished message has it anyway. */
  delta({ draft: id, i, text }, by) {
    this.typing(null, false);
    let draft = this.drafts.get(id);
    if (!draft) {
      const node = this.bubble(by, []);
      node.classList.add("draft");
      draft = { node, parts: [] };
      this.drafts.set(id, draft);
    }
    draft.parts[i] = text;
    if (draft.due) return;
    draft.due = requestAnimationFrame(() => {
      draft.due = 0;
      let words = "";
      for (let n = 0; draft.parts[n] !== undefined; n += 1) words += draft.parts[n];
      if (!words || this.drafts.get(id) !== draft) return;
      draft.node.lastChild.replaceChildren(...blocks(words));
      if (!draft.node.parentNode) this.tail.prepend(draft.node);
      this.settle();
    });
  }

  draftEnd({ draft: id }) {
    this.drafts.get(id)?.node.remove();
    this.drafts.delete(id);
  }

  typing(who, on) {
    clearTimeout(this.dots?.timer);
    if (!on) {
      this.dots?.remove();
      this.dots = null;
      return;
    }
    if (!this.dots) {
      this.dots = this.bubble(who, [el("span", { className: "hidden" }, `${who.name} is typing`), el("i"), el("i"), el("i")]);
      this.dots.classList.add("dots");
      this.tail.append(this.dots);
      this.settle();
    }
    this.dots.timer = setTimeout(() => this.typing(null, false), TYPING_MS);
  }
}

function dayName(at) {
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 864e5);
  if (days > 1) return at.toLocaleDateString([], { weekday: "long", day: "numeric", month: "long" });
  return new Intl.RelativeTimeFormat([], { numeric: "auto" }).format(-days, "day");
}
