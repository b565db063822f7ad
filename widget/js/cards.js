/* Cards at the end of the talk, and questions in a dialog. */
import { $, button, el, icon, keep } from "./dom.js";

export function question(dialog, then) {
  const back = document.activeElement;
  dialog.returnValue = "";
  dialog.onclose = () => {
    if (dialog.returnValue === "yes") then();
    else back?.focus();
  };
  dialog.showModal();
}

export function sure(title, lead, yes, then) {
  $("sure-title").textContent = title;
  $("sure-lead").textContent = lead;
  $("sure").querySelector(".main").textContent = yes;
  question($("sure"), then);
}

function waiting() {
  const words = el("b");
  const bar = el("span", { className: "bar" }, el("span"));
  const node = el("div", { className: "card waiting" }, icon("bell"), el("div", {}, words,
    el("p", {}, "You can keep writing. Whoever joins reads everything."), bar));
  return {
    node,
    draw(left, whole) {
      words.textContent = left > 0 ? `Looking for a team member · ${time(left)}` : "Looking for a team member";
      bar.firstChild.style.transform = `scaleX(${Math.max(0, Math.min(1, left / whole))})`;
    },
  };
}

const time = (ms) => `${Math.floor(ms / 60000)}:${String(Math.floor((ms % 60000) / 1000)).padStart(2, "0")}`;

function address(value, send, skip) {
  const field = el("input", { type: "email", id: "email", required: true, maxLength: 254, autocomplete: "email",
    placeholder: "you@example.com", value, dir: "ltr" });
  const wrong = el("p", { id: "wrong", role: "alert" });
  const form = el("form", { className: "row" }, field, el("button", { className: "main" }, "Send"));
  form.addEventListener("submit", (e) => {
    e.preventDefault();
    wrong.textContent = "";
    send(field.value.trim());
  });
  return el("div", { className: "card" }, icon("mail"), el("div", {},
    el("label", { htmlFor: "email" }, "Where may we answer you?"),
    el("p", {}, "Leave your e-mail and the team follows up."), form, wrong, button("link", "No thanks", skip)));
}

const thanks = (email) => el("div", { className: "card" }, icon("check"),
  el("div", {}, el("b", {}, "Thank you"), el("p", {}, `The team can write to ${email}.`)));

function rating(send) {
  const names = ["Very bad", "Bad", "Fine", "Good", "Very good"];
  const node = el("fieldset", { className: "card rating" }, el("legend", {}, "How was it?"));
  const row = el("div", { className: "row" });
  names.forEach((name, i) => {
    const pick = button("", String(i + 1), () => {
      node.replaceChildren(el("b", {}, "Thank you for telling us."));
      node.tabIndex = -1;
      node.focus();
      send(i + 1);
    });
    pick.ariaLabel = `${i + 1} of 5, ${name}`;
    row.append(pick);
  });
  node.append(row, el("p", { className: "ends", ariaHidden: "true" }, el("span", {}, names[0]), el("span", {}, names[4])));
  return node;
}

/* At most one card stands at the end of the talk, beside the one that waits with the visitor. */
export class Cards {
  constructor(talk, thread, act, back) {
    Object.assign(this, { talk, thread, act, back, name: "", email: "", skew: 0, wait: waiting() });
  }

  show(name, node) {
    this.node?.remove();
    Object.assign(this, { name, node });
    if (node) $("tail").append(node);
    this.thread.settle();
  }

  ask() {
    if (this.talk.known || keep("skipped") === this.talk.c) return;
    this.show("address", address(this.email, (email) => {
      this.email = email;
      this.act({ t: "identify", email });
    }, () => {
      keep("skipped", this.talk.c);
      this.show("");
      this.back();
    }));
  }

  refuse(email) {
    if (email === this.email && $("wrong")) $("wrong").textContent = "We cannot write to this address. Please check it.";
  }

  thank(email) {
    if (this.name === "address" && email) this.show("thanks", thanks(email));
  }

  rate() {
    if (keep("rated") === this.talk.c) return;
    this.show("rating", rating((score) => {
      keep("rated", this.talk.c);
      this.act({ t: "rate", score, comment: "" });
    }));
  }

  tick() {
    const { asked } = this.talk;
    clearTimeout(this.timer);
    if (!asked) {
      this.wait.node.remove();
      return;
    }
    if (!this.wait.node.parentNode) $("tail").append(this.wait.node);
    this.wait.draw(asked.at + asked.whole - Date.now() - this.skew, asked.whole);
    this.timer = setTimeout(() => this.tick(), 1000);
  }
}
