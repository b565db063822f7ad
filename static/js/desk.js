/** The live page put together: grid, filters, drawer, empty states. */

import { Drawer } from "./drawer.js";
import { Filters } from "./filters.js";
import { Grid } from "./cards.js";
import { dataOf } from "./session.js";

/**
 * Null on other pages.
 * @param {Line} line
 */
export function startDesk(line) {
  const live = document.querySelector("[data-live]");
  const form = document.querySelector("[data-filters]");
  const box = document.querySelector("[data-grid]");
  if (!(live instanceof HTMLElement && form instanceof HTMLFormElement && box instanceof HTMLElement)) return null;
  const filters = new Filters(form);
  const grid = new Grid(box, filters, dataOf("counts", {}));
  const drawer = new Drawer(live, line);
  line.cards = () => grid.heads();
  line.addEventListener("card", (event) => grid.receive(/** @type {CustomEvent} */ (event).detail.html));
  line.addEventListener("up", () => grid.refresh());
  grid.addEventListener("changed", () => {
    filters.count(grid.badges);
    drawer.mark();
    showEmpty(live, grid, filters);
    showPill(live, grid);
  });
  startFilters(live, form, filters, grid);
  live.querySelector("[data-pill]")?.addEventListener("click", () => {
    grid.settle();
    scrollTo({ top: 0 });
  });
  return { grid, drawer, filters };
}

/**
 * @param {HTMLElement} live
 * @param {HTMLFormElement} form
 * @param {Filters} filters
 * @param {Grid} grid
 */
function startFilters(live, form, filters, grid) {
  const chosen = () => {
    filters.show();
    const url = new URL(location.href);
    for (const name of ["badge", "score_min", "page_url"]) url.searchParams.delete(name);
    for (const [name, value] of new URLSearchParams(filters.query)) url.searchParams.set(name, value);
    history.replaceState({}, "", url);
    grid.refresh();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    chosen();
  });
  form.addEventListener("change", chosen);
  form.addEventListener("input", () => filters.show());
  live.addEventListener("click", (event) => {
    const link = event.target instanceof Element && event.target.closest("[data-clear]");
    if (!link) return;
    event.preventDefault();
    filters.clear();
    chosen();
  });
  filters.show();
}

/**
 * @param {HTMLElement} live
 * @param {Grid} grid
 * @param {Filters} filters
 */
function showEmpty(live, grid, filters) {
  const parts = {
    "[data-empty]": grid.shown.length > 0,
    "[data-empty-all]": filters.active,
    "[data-empty-filtered]": !filters.active,
  };
  for (const [selector, hidden] of Object.entries(parts)) {
    const part = live.querySelector(selector);
    if (part instanceof HTMLElement) part.hidden = hidden;
  }
}

/**
 * @param {HTMLElement} live
 * @param {Grid} grid
 */
function showPill(live, grid) {
  const pill = live.querySelector("[data-pill]");
  const words = pill?.querySelector("span");
  if (!(pill instanceof HTMLElement) || !words) return;
  pill.hidden = grid.held.size === 0;
  words.textContent = `${grid.held.size} new`;
}
