/* Where the visitor writes; what is typed survives a reload. */
import { $, keep, signs } from "./dom.js";

const TYPING_EVERY_MS = 3000;

export class Composer {
  constructor(key, { say, wait, typing }) {
    Object.assign(this, { key, say, wait, typing, most: 4000, armed: 0, told: 0 });
    this.text = $("text");
    this.note = $("note");
    this.text.value ||= keep(key) || "";
    this.text.addEventListener("input", () => this.changed());
    this.text.addEventListener("keydown", (e) => {
      if (e.key !== "Enter" || e.shiftKey || e.isComposing || e.keyCode === 229) return;
      e.preventDefault();
      this.submit();
    });
    $("composer").addEventListener("submit", (e) => {
      e.preventDefault();
      this.submit();
    });
    this.draw();
  }

  changed() {
    keep(this.key, this.text.value);
    const writing = Boolean(this.text.value.trim());
    if (!writing) this.disarm();
    if (writing !== this.writing || (writing && Date.now() - this.told > TYPING_EVERY_MS)) {
      this.told = Date.now();
      this.writing = writing;
      this.typing(writing);
    }
    this.draw();
  }

  draw() {
    const length = signs(this.text.value.trim());
    const over = length > this.most;
    $("send").disabled = !length || over;
    document.body.classList.toggle("over", over);
    if (!this.armed) this.note.textContent = length > this.most * 0.9 ? `${length.toLocaleString()} of ${this.most.toLocaleString()} characters${over ? ": please send it in two parts" : ""}` : "";
    this.text.style.height = "auto";
    this.text.style.height = this.text.scrollHeight + "px";
  }

  /* Too early: the words wait here, can still be changed, and go out once. */
  submit() {
    if ($("send").disabled || this.armed) return;
    const wait = this.wait();
    if (wait) {
      this.arm(Date.now() + wait);
      return;
    }
    const text = this.text.value.trim();
    this.fill("");
    this.writing = false;
    this.say(text);
  }

  arm(until) {
    document.body.classList.add("armed");
    const step = () => {
      const left = until - Date.now();
      if (left > 0) {
        this.note.textContent = `One moment, your message goes out in ${Math.ceil(left / 1000)} s`;
        this.armed = setTimeout(step, Math.min(left, 250));
        return;
      }
      this.disarm();
      this.submit();
    };
    this.armed = 1;
    step();
  }

  disarm() {
    clearTimeout(this.armed);
    this.armed = 0;
    this.note.textContent = "";
    document.body.classList.remove("armed");
  }

  fill(text) {
    this.text.value = text;
    keep(this.key, text);
    this.draw();
  }
}
