/* How far the visitor has read. One receipt for many: a socket may send few frames, and they are for words. */
const EVERY_MS = 2500;

export class Receipts {
  constructor(link) {
    Object.assign(this, { link, n: 0, at: 0, timer: 0 });
  }

  /* Everything up to `n` is on screen. */
  read(n) {
    if (n <= this.n) return;
    this.n = n;
    this.timer ||= setTimeout(() => this.tell(), Math.max(0, this.at + EVERY_MS - Date.now()));
  }

  tell() {
    this.timer = 0;
    this.at = Date.now();
    if (this.n) this.link.send({ t: "read", n: this.n });
  }
}
