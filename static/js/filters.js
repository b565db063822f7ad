/** The filters of the live page, applied to cards that arrive live as the server applies them to a page. */

/** The same sentence as LiveFilters.admits() on the server. */
export class Filters {
  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.form = form;
  }

  /** @param {string} name */
  value(name) {
    return String(new FormData(this.form).get(name) || "");
  }

  get active() {
    return Boolean(this.value("badge") || Number(this.value("score_min")) || this.value("page_url"));
  }

  /** The address of what is chosen, without the open thread. */
  get query() {
    const query = new URLSearchParams();
    for (const name of ["badge", "score_min", "page_url"]) {
      const value = this.value(name);
      if (value && value !== "0") query.set(name, value);
    }
    return query.toString();
  }

  /** @param {HTMLElement} card */
  admits(card) {
    const { badge, score, page } = card.dataset;
    return (
      ["", badge].includes(this.value("badge")) &&
      Number(score) >= Number(this.value("score_min")) &&
      ["", page].includes(this.value("page_url"))
    );
  }

  clear() {
    for (const field of this.form.elements) {
      if (field instanceof HTMLInputElement && field.type === "radio") field.checked = field.value === "";
      else if (field instanceof HTMLInputElement && field.type === "range") field.value = "0";
      else if (field instanceof HTMLSelectElement) field.value = "";
    }
    this.show();
  }

  /** A page where some talk has started can be chosen from now on. @param {string | undefined} page */
  learn(page) {
    const select = this.form.elements.namedItem("page_url");
    if (!page || !(select instanceof HTMLSelectElement)) return;
    if (![...select.options].some((option) => option.value === page)) select.add(new Option(page, page));
  }

  /** @param {Map<string, string>} badges of all live conversations, shown or not */
  count(badges) {
    const values = [...badges.values()];
    for (const element of this.form.querySelectorAll("[data-count]")) {
      const badge = /** @type {HTMLElement} */ (element).dataset.count;
      const text = String(badge ? values.filter((value) => value === badge).length : values.length);
      if (element.textContent !== text) element.textContent = text;
    }
  }

  show() {
    const range = this.form.querySelector("[data-range]");
    const output = this.form.querySelector("output");
    if (output && range instanceof HTMLInputElement) output.textContent = range.value;
    for (const link of document.querySelectorAll(".toolbar [data-clear]")) {
      if (link instanceof HTMLElement) link.hidden = !this.active;
    }
  }
}
