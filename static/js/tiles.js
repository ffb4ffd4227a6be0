// Puts tiles as the server draws them in the place of those that are shown.
import { refresh } from "./results.js";
import { putTile, tileAfter } from "./rows.js";

const AT_ONCE = 100; // as many as the server draws for one request
const LEAVING_MS = 200;

// Where tiles were that went, by id: they may come back.
const places = new Map();

/**
 * Draw some tiles anew, given in their order. Those that one may not see any more, or that are gone, go quietly; they
 * come back to their places.
 */
export async function redrawTiles(address, grid, ids, bind) {
  let isMissed = false;
  const fromBehind = [...ids].reverse(); // what comes back finds its neighbour
  for (let from = 0; from < fromBehind.length; from += AT_ONCE) {
    const some = fromBehind.slice(from, from + AT_ONCE);
    const part = await readTiles(address, some);
    if (part === null) return; // they stay as they were
    for (const id of some) {
      const shown = grid.querySelector(`#media-${id}`);
      const drawn = part.getElementById(`media-${id}`);
      if (shown && drawn) replace(shown, drawn);
      else if (shown) remove(shown);
      else if (drawn && !putBack(drawn, places.get(id))) isMissed = true;
    }
    bind(grid);
  }
  if (isMissed) await refresh();
}

/** Return the days with these tiles; null if they can't be had. */
export async function readTiles(address, ids) {
  try {
    const list = new URLSearchParams(location.search); // the links of tiles say from which list they are
    for (const id of ids) list.append("id", id);
    const answer = await fetch(`${address}?${list}`);
    if (!answer.ok) return null;
    const template = document.createElement("template");
    template.innerHTML = await answer.text();
    return template.content;
  } catch {
    return null; // offline
  }
}

function replace(shown, drawn) {
  const hadFocus = [".tile", ".tile__box"].find((part) => shown.querySelector(part) === document.activeElement);
  // Its picture is there already: it need not fade in again.
  drawn.querySelectorAll("img").forEach((image) => Object.assign(image, { loading: "eager", decoding: "sync" }));
  shown.replaceWith(drawn);
  if (hadFocus) drawn.querySelector(hadFocus).focus({ preventScroll: true });
}

function remove(item) {
  if (item.contains(document.activeElement)) {
    const tiles = [...document.querySelectorAll(".tiles__item:not([data-leaving]) .tile")];
    const at = tiles.indexOf(item.querySelector(".tile"));
    (tiles[at + 1] ?? tiles[at - 1] ?? document.querySelector("main")).focus({ preventScroll: true });
  }
  const day = item.closest(".day");
  places.set(item.id.slice("media-".length), { day, nextId: tileAfter(item)?.id });
  item.dataset.leaving = "";
  setTimeout(() => {
    item.remove();
    showDay(day);
    if (document.querySelector(".tiles__item, .further") === null) refresh(); // it says what to do then
  }, LEAVING_MS);
}

/** Return whether its place is still there: another search may have been made meanwhile. */
function putBack(item, place) {
  if (!place?.day.isConnected) return false;
  const { day, nextId } = place;
  putTile(item, day, nextId && document.getElementById(nextId));
  showDay(day);
  return true;
}

/** A day without tiles has no heading either. */
export function showDay(day) {
  day.hidden = day.querySelector(".tiles__item") === null;
}
