// Goes on with the tiles before their end is seen, at both ends, and keeps one's place on Back and reload.
// Behind the tiles there is always a plain link to the rest: it stays where a script or the network fails.
import { tendFlight } from "./flight.js";
import { keepingPlace, notePlace, restorePlace } from "./place.js";
import { addRows, tendRows } from "./rows.js";
import { redrawTiles, toldSince } from "./tiles.js";

const NEAR_PX = 1600;
const AT_ONCE = 10; // tiles in one frame: more would make it late

export default function start(grid, bind) {
  const observer = new IntersectionObserver(
    (entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => follow(entry.target)),
    { rootMargin: `${NEAR_PX}px 0px` }
  );
  const watch = () => grid.querySelectorAll(":scope > .further").forEach((link) => observer.observe(link));

  grid.addEventListener("click", (event) => {
    const link = event.target.closest(".further");
    if (link === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    follow(link);
  });

  async function follow(link) {
    if (link.hasAttribute("aria-busy")) return;
    observer.unobserve(link);
    link.setAttribute("aria-busy", "true");
    const askedAt = performance.now();
    const part = await read(link.href);
    markBeginning(part, new URL(link.href).searchParams.get("after"));
    if (!link.isConnected) return; // a search came in between
    link.toggleAttribute("data-failed", part === null);
    if (part === null) return link.removeAttribute("aria-busy"); // it stays, to be clicked
    const hadFocus = link === document.activeElement;
    const first = part.querySelector(".tile");
    if (link.dataset.role === "older") await addBehind(grid, link, part, bind);
    else keepingPlace(grid, () => addBefore(grid, link, part));
    bind(grid);
    if (hadFocus) first?.focus();
    watch();
    revise(askedAt);
  }

  /** Begin the list at a cursor; what comes before it can be had by scrolling up. */
  async function replaceTiles(after) {
    const address = new URL(location.href);
    address.searchParams.set("after", after);
    const askedAt = performance.now();
    const part = (await read(address, "gallery"))?.querySelector("[data-behaviour=grid]");
    if (!part) return;
    markBeginning(part, after);
    grid.replaceChildren(...part.childNodes);
    bind(grid);
    revise(askedAt);
  }

  /** Draw anew what was told of while a part of the list was on its way: it may be older than that. */
  async function revise(askedAt) {
    const ids = toldSince(askedAt);
    if (ids.length > 0) await redrawTiles(ids);
  }

  tendRows(grid);
  tendFlight(grid);
  restorePlace(grid, replaceTiles).then(() => {
    watch();
    notePlace(grid);
    grid.dispatchEvent(new CustomEvent("gallery:placed", { bubbles: true }));
  });
}

/** Fetch a part of the list, or with the target `gallery` all that stands there. Null if it can't be had. */
async function read(address, target = "") {
  try {
    const answer = await fetch(address, { headers: { "HX-Request": "true", "HX-Target": target } });
    if (!answer.ok) return null;
    const template = document.createElement("template");
    template.innerHTML = await answer.text();
    return template.content;
  } catch {
    return null; // offline
  }
}

function markBeginning(part, after) {
  const first = part?.querySelector(".tiles__item");
  if (first && after) first.dataset.after = after;
}

/** Add what comes next, some in each frame. A day that goes on gets more tiles; it is not begun a second time. */
async function addBehind(grid, link, part, bind) {
  let room = AT_ONCE;
  for (const next of part.querySelectorAll(".day")) {
    const tiles = newTiles(next);
    const day = continueDay(grid, link, next);
    while (tiles.length > 0) {
      const some = tiles.splice(0, room).filter(isNew);
      addRows(day, some);
      some.forEach(bind);
      room -= some.length;
      if (room > 0) continue;
      await new Promise(requestAnimationFrame);
      if (!link.isConnected) return;
      room = AT_ONCE;
    }
  }
  link.replaceWith(part); // the way to what is next
}

/** Return the day that tiles are to be added to: the last one if it goes on, or the next, still empty. */
function continueDay(grid, link, next) {
  const last = [...grid.querySelectorAll(".day")].at(-1);
  if (last?.dataset.day !== next.dataset.day) link.before(next);
  else next.remove();
  return last?.dataset.day === next.dataset.day ? last : next;
}

function addBefore(grid, link, part) {
  const first = grid.querySelector(".day");
  const previous = [...part.querySelectorAll(".day")].at(-1);
  if (first && previous && first.dataset.day === previous.dataset.day) {
    first.querySelector("[data-role=tiles]").prepend(...newTiles(previous));
    previous.remove();
  }
  link.replaceWith(part);
}

/** What is there already, because it came in meanwhile, is not drawn twice. */
function newTiles(day) {
  return [...day.querySelectorAll(".tiles__item")].filter(isNew);
}

const isNew = (tile) => document.getElementById(tile.id) === null;
