// Keeps one's place in the tiles: after a reload, and on the way back to them, the same tile stands where it stood.
// It is kept in the entry of the browser's history, so that every entry has its own.
import { tendRowsNow, tileAfter } from "./rows.js";

const PAUSE_MS = 150;

/** Note from now on which tile is seen first, and from where its part of the list can be had again. */
export function notePlace(grid) {
  let timer = 0;
  const note = () => {
    if (!grid.isConnected) return stop();
    const tile = firstSeen(grid);
    if (tile === null) return;
    const place = { id: tile.id, top: Math.round(tile.getBoundingClientRect().top), after: cursorOf(grid, tile) };
    history.replaceState({ ...history.state, place }, "");
  };
  const noteSoon = () => {
    clearTimeout(timer);
    timer = setTimeout(note, PAUSE_MS);
  };
  const stop = () => {
    clearTimeout(timer);
    removeEventListener("scroll", noteSoon);
    removeEventListener("pagehide", note);
  };
  addEventListener("scroll", noteSoon, { passive: true });
  addEventListener("pagehide", note);
}

/** Go to where one was. Takes what fetches a part of the list in the place of the tiles that there are. */
export async function restorePlace(grid, replaceTiles) {
  const place = history.state?.place;
  history.scrollRestoration = "manual"; // the browser knows only how far down one was, not among what
  if (!place || location.hash) return;
  if (document.getElementById(place.id) === null && place.after) await replaceTiles(place.after);
  const tile = document.getElementById(place.id);
  if (tile) scrollBy({ top: tile.getBoundingClientRect().top - place.top, behavior: "instant" });
}

/** The first tile below the bar. They stand in rows: half of them can be left out at each look. */
export function firstSeen(grid) {
  const tiles = grid.getElementsByClassName("tiles__item");
  const edge = parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop) || 0;
  let low = 0;
  let high = tiles.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tiles[middle].getBoundingClientRect().bottom > edge) high = middle;
    else low = middle + 1;
  }
  return tiles[low] ?? null;
}

/** Do something to tiles, and keep in place what is seen, unless that is their very beginning: the tile that has the
    focus, or else the first. */
export function keepingPlace(grid, change) {
  let seen = focusedAndSeen(grid) ?? firstSeen(grid);
  while (seen && "leaving" in seen.dataset) seen = tileAfter(seen);
  const before = seen?.getBoundingClientRect().top;
  const isAtTop = scrollY < 1 && grid.querySelector("[data-role=newer]") === null;
  change();
  tendRowsNow();
  const still = seen && document.getElementById(seen.id);
  if (still && !isAtTop) scrollBy({ top: still.getBoundingClientRect().top - before, behavior: "instant" });
}

function focusedAndSeen(grid) {
  const item = document.activeElement?.closest(".tiles__item");
  if (!item || !grid.contains(item)) return null;
  const { top, bottom } = item.getBoundingClientRect();
  return bottom > 0 && top < innerHeight ? item : null;
}

/** From where the part of the list begins that a tile came with; undefined for what the page itself brought. */
function cursorOf(grid, tile) {
  const begins = [...grid.querySelectorAll("[data-after]")];
  const before = (mark) => mark === tile || mark.compareDocumentPosition(tile) & Node.DOCUMENT_POSITION_FOLLOWING;
  return begins.filter(before).at(-1)?.dataset.after;
}
