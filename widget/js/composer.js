/* Where the visitor writes; what is typed survives a reload. */
import { $, keep } from "./dom.js";

const TYPING_EVERY_MS = 3000;

export class Composer {
  constructor({ say, typing }) {
    Object.assign(this, { say, typing, most: 4000, told: 0 });
    this.text = $("text");
    this.note = $("note");
    this.text.value ||= keep("draft") || "";
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
    keep("draft", this.text.value);
    const writing = Boolean(this.text.value.trim());
    if (writing !== this.writing || (writing && Date.now() - this.told > TYPING_EVERY_MS)) {
      this.told = Date.now();
      this.writing = writing;
      this.typing(writing);
    }
    this.draw();
  }

  draw() {
    const length = [...this.text.value.trim()].length;
    const over = length > this.most;
    $("send").disabled = !length || over;
    document.body.classList.toggle("over", over);
    this.note.textContent = length > this.most * 0.9 ? `${length.toLocaleString()} of ${this.most.toLocaleString()} characters${over ? ": please send it in two parts" : ""}` : "";
    this.text.style.height = "auto";
    this.text.style.height = this.text.scrollHeight + "px";
  }

  /* What is written at this moment; the outbox waits for its turn, the box is free for more. */
  submit() {
    if ($("send").disabled) return;
    const text = this.text.value.trim();
    this.fill("");
    this.writing = false;
    this.say(text);
  }

  fill(text) {
    this.text.value = text;
    keep("draft", text);
    this.draw();
  }
}
