// Puts tiles as the server draws them in the places that they have in the list. Where that is, each of them says:
// `data-place` sorts as the list does, and the section around it is its day.
import { keepingPlace } from "./place.js";
import { refresh } from "./results.js";
import { insertTile, tileAfter } from "./rows.js";

const AT_ONCE = 100; // as many as the server draws for one request
const LEAVING_MS = 200;
const MOST_NOTED = 10_000;
const FOCUSED = [".tile", ".tile__box"];

// When the live connection last told of a tile, by id: what was asked for before that is outdated.
const toldAt = new Map();

/** Draw some tiles anew. Those that are not in the list any more go quietly, others come to their places. */
export async function redrawTiles(ids) {
  const grid = document.getElementById("gallery");
  const askedAt = performance.now();
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    const some = ids.slice(from, from + AT_ONCE);
    const part = await readTiles(some);
    if (part === null) return; // they stay as they were
    const isOutdated = (id) => toldAt.get(Number(id)) > askedAt;
    const found = listDrawn(part);
    const drawn = found.filter(({ item }) => !isOutdated(idOf(item)));
    if (drawn.length > 0 && grid.querySelector(".days") === null) return refresh(); // the page is another one now
    keepingPlace(grid, () => drawn.forEach((tile) => putTile(grid, tile)));
    const there = new Set(found.map(({ item }) => idOf(item)));
    for (const id of some) if (!there.has(Number(id)) && !isOutdated(id)) removeTile(grid, id);
    document.dispatchEvent(new Event("tiles:drawn"));
  }
}

/** Note that the live connection has just told how these are. */
export function noteTold(ids) {
  const now = performance.now();
  if (toldAt.size > MOST_NOTED) toldAt.clear(); // nothing that was asked for so long ago is still on its way
  for (const id of ids) toldAt.set(id, now);
}

/** Return the tiles that the live connection told of since then. */
export function toldSince(moment) {
  return [...toldAt].filter(([, at]) => at >= moment).map(([id]) => id);
}

/** Return the tiles that were drawn, each with its day. */
export function listDrawn(part) {
  return [...part.querySelectorAll(".tiles__item")].map((item) => ({ item, day: item.closest(".day") }));
}

export const idOf = (item) => Number(item.id.slice("media-".length));

/**
 * Return where a tile belongs among those that are loaded, as `{ shown, before, after }`: itself as it is shown, and
 * its neighbours. Null where it belongs to a part of the list that is not loaded.
 */
export function findSpot(grid, item) {
  const shown = document.getElementById(item.id);
  const tiles = [...grid.querySelectorAll(".tiles__item:not([data-leaving])")].filter((tile) => tile !== shown);
  const isDescending = grid.querySelector(".days").dataset.order === "desc";
  let low = 0;
  let high = tiles.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(tiles[middle], item) !== isDescending) low = middle + 1;
    else high = middle;
  }
  const isBehindAll = low === tiles.length && grid.querySelector("[data-role=older]") !== null;
  const isBeforeAll = low === 0 && grid.querySelector("[data-role=newer]") !== null;
  return isBehindAll || isBeforeAll ? null : { shown, before: tiles[low - 1], after: tiles[low] };
}

/** Put a tile in its place, or draw it anew where it is; return whether it has come to the list. */
export function putTile(grid, { item, day }) {
  const shown = document.getElementById(item.id);
  if (shown && shown.dataset.place === item.dataset.place && dayOf(shown) === day.dataset.day) {
    replace(shown, item);
    return false;
  }
  const spot = findSpot(grid, item);
  if (shown) takeAway(shown, item);
  if (spot !== null) insert(grid.querySelector(".days"), item, day, spot);
  return spot !== null && shown === null;
}

/** Let a tile go quietly. Who is elsewhere on the page does not notice; the focus goes to the tile beside it. */
export function removeTile(grid, id) {
  const item = document.getElementById(`media-${id}`);
  if (item === null || "leaving" in item.dataset) return;
  if (item.contains(document.activeElement)) focusBeside(grid, item);
  item.dataset.leaving = "";
  setTimeout(() => {
    if (!item.isConnected) return; // it has come back
    keepingPlace(grid, () => takeOut(item));
    if (grid.querySelector(".tiles__item, .further") === null) refresh(); // it says what to do then
  }, LEAVING_MS);
}

/** Take a tile out of its day, and the day with its last one. */
export function takeOut(item) {
  const day = item.closest(".day");
  // Where a part of the list begins that can be had again.
  const next = tileAfter(item) ?? day?.nextElementSibling?.querySelector?.(".tiles__item");
  if (item.dataset.after && next) next.dataset.after ??= item.dataset.after;
  item.remove();
  if (day !== null && day.querySelector(".tiles__item") === null) day.remove();
}

/** Return the days with these tiles; null if they can't be had. */
async function readTiles(ids) {
  try {
    const list = new URLSearchParams(location.search); // the links of tiles say from which list they are
    for (const id of ids) list.append("id", id);
    const answer = await fetch(`${document.getElementById("selection").dataset.tiles}?${list}`);
    if (!answer.ok) return null;
    const template = document.createElement("template");
    template.innerHTML = await answer.text();
    return template.content;
  } catch {
    return null; // offline
  }
}

/** Tell whether one tile's place sorts before another's; among equal ones the smaller id does. */
function isBefore(one, other) {
  const [place, otherPlace] = [one.dataset.place, other.dataset.place];
  return place === otherPlace ? idOf(one) < idOf(other) : place < otherPlace;
}

const dayOf = (item) => item.closest(".day").dataset.day;

/** Put the drawing of a tile in the place of the one that is shown. */
export function replace(shown, drawn) {
  if (shown.dataset.after) drawn.dataset.after = shown.dataset.after;
  if (shown.isEqualNode(drawn)) return;
  const hadFocus = FOCUSED.find((part) => shown.querySelector(part) === document.activeElement);
  // Its picture is there already: it need not fade in again.
  drawn.querySelectorAll("img").forEach((image) => Object.assign(image, { loading: "eager", decoding: "sync" }));
  shown.replaceWith(drawn);
  if (hadFocus) drawn.querySelector(hadFocus).focus({ preventScroll: true });
}

/** Take out what is about to stand elsewhere. */
function takeAway(shown, item) {
  const focused = FOCUSED.find((part) => shown.querySelector(part) === document.activeElement);
  takeOut(shown);
  if (focused) queueMicrotask(() => item.querySelector(focused).focus({ preventScroll: true }));
}

function insert(days, item, day, { before, after }) {
  const home = days.querySelector(`.day[data-day="${CSS.escape(day.dataset.day)}"]`);
  if (home !== null) {
    insertTile(item, home, after);
    return;
  }
  const begun = day.cloneNode(true);
  begun.querySelector("[data-role=tiles]").replaceChildren(item);
  const next = after?.closest(".day") ?? before?.closest(".day").nextSibling ?? days.querySelector("[data-role=older]");
  days.insertBefore(begun, next ?? null);
  const headings = [...days.querySelectorAll(".day__heading")].map((heading) => heading.textContent);
  if (new Set(headings).size < headings.length) refresh(); // since midnight "Today" is another day
}

function focusBeside(grid, item) {
  const tiles = [...grid.querySelectorAll(".tiles__item:not([data-leaving]) .tile")];
  const at = tiles.indexOf(item.querySelector(".tile"));
  (tiles[at + 1] ?? tiles[at - 1] ?? document.querySelector("main")).focus({ preventScroll: true });
}
