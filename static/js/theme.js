/** The theme changes at once and is kept on the server, so the next page has it without a flash. */

/** Without this script the form still works by a plain request. */
export function startTheme() {
  const form = document.querySelector("[data-theme-form]");
  if (!(form instanceof HTMLFormElement)) return;
  form.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (!(button instanceof HTMLButtonElement)) return;
    event.preventDefault();
    document.documentElement.dataset.theme = button.value;
    for (const other of form.querySelectorAll("button")) {
      other.setAttribute("aria-pressed", String(other === button));
      const tick = other.querySelector("[data-tick]");
      if (tick instanceof HTMLElement) tick.hidden = other !== button;
    }
    const body = new FormData(form);
    body.set("theme", button.value);
    await fetch(form.action, { method: "POST", body, headers: { "X-Requested-With": "fetch" } }).catch(() => {});
  });
}
