/** Gives names to those parts of Django's administration that have none for a screen reader. */

/** Words for the empty head of a column that are read and not seen. */
function fill(head, words) {
  if (!head || head.textContent.trim()) return;
  const hidden = document.createElement("span");
  hidden.className = "visually-hidden";
  hidden.textContent = words;
  head.append(hidden);
}

/** Tables of other models within a form: the heads of columns, the fields below them, the box that scrolls. */
function nameTables() {
  for (const table of document.querySelectorAll(".tabular table")) {
    const heads = table.tHead.rows[0].cells;
    fill(heads[0], "Entry");
    fill(heads[heads.length - 1], "Delete");
    for (const field of table.querySelectorAll("td :is(input:not([type=hidden]), select, textarea)")) {
      const head = heads[field.closest("td").cellIndex];
      field.setAttribute("aria-label", head.textContent.trim());
    }
  }
  for (const box of document.querySelectorAll(".inline-group")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  }
}

/** Fields that search for a row of another model: named by their label and what is chosen. */
function nameSearches() {
  for (const field of document.querySelectorAll("select.admin-autocomplete")) {
    const box = field.nextElementSibling?.querySelector(".select2-selection");
    const chosen = box?.querySelector(".select2-selection__rendered");
    const label = field.labels[0] ?? field.closest("table")?.tHead.rows[0].cells[field.closest("td").cellIndex];
    if (!chosen || !label) continue;
    label.id ||= `name-of-${field.id}`;
    box.setAttribute("aria-labelledby", `${label.id} ${chosen.id}`);
    chosen.removeAttribute("role");
    chosen.removeAttribute("aria-readonly");
  }
}

function nameAll() {
  nameTables();
  nameSearches();
}

/** The list of a search that has opened, which is drawn at the end of the page. */
function nameOpened() {
  const box = document.querySelector(".select2-selection[aria-expanded=true]");
  const list = document.querySelector("body > .select2-container--open");
  box.setAttribute("aria-controls", box.getAttribute("aria-owns"));
  list.setAttribute("role", "region");
  list.setAttribute("aria-label", "What may be chosen");
  list.querySelector(".select2-search__field").setAttribute("aria-label", "Search");
}

// Django's own scripts have asked earlier to be called when the page is ready, so they are called first.
const whenReady = window.django?.jQuery ?? ((done) => done());
whenReady(nameAll);
// The boxes with two lists are drawn later than the rest.
addEventListener("load", () => {
  for (const sign of document.querySelectorAll("span.help-tooltip")) sign.setAttribute("role", "img");
});
document.addEventListener("formset:added", () => whenReady(nameAll));
window.django?.jQuery(document).on("select2:open", nameOpened);
