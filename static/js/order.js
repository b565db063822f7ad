/** The order of cards, the same as order() of conversations/live/filters.py. */

/**
 * Asked-for first, then awaiting, each by who has waited longest; the others newest first, the idle last.
 * @param {HTMLElement} card
 */
export function order(card) {
  const rank = Number(card.dataset.rank);
  const at = Date.parse(card.dataset.at || "") || 0;
  return rank * 1e14 + (rank < 2 ? at : -at);
}
