// Puts what was just uploaded at its place: the top of the plain list of the newest. Another list stays as it is.
import { refresh } from "./results.js";
import { readTiles } from "./tiles.js";

const PAUSE_MS = 300; // several arrive together

export default function start(gallery, bind) {
  const address = document.getElementById("selection").dataset.tiles;
  let waiting = [];
  let timer = 0;

  document.addEventListener("mediaweb:uploaded", (event) => {
    waiting.push(event.detail.id);
    clearTimeout(timer);
    timer = setTimeout(insert, PAUSE_MS);
  });

  async function insert() {
    const ids = waiting.splice(0, 100);
    if (location.search !== "" || gallery.querySelector("[data-role=newer]")) return;
    const part = await readTiles(address, ids);
    const days = gallery.querySelector(".days");
    if (part === null) return;
    // The first of a library: the page is another one now.
    if (days === null) return refresh();
    for (const day of [...part.querySelectorAll(".day")].reverse()) place(days, day);
    bind(gallery);
    if (waiting.length > 0) insert();
  }
}

/** Put a day's new tiles before those that are there, or the day before the others. */
function place(days, day) {
  const first = days.querySelector(".day");
  const fresh = [...day.querySelectorAll(".tiles__item")].filter((item) => !document.getElementById(item.id));
  if (fresh.length === 0) return;
  if (first?.dataset.day === day.dataset.day) {
    first.querySelector("[data-role=tiles]").prepend(...fresh);
    first.hidden = false; // all that it had may have been deleted
  } else {
    days.prepend(day);
  }
}
