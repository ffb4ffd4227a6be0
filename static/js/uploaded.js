// Puts what was just uploaded at its place, while the live connection, which does that, is not there.
import { redrawTiles } from "./tiles.js";

const PAUSE_MS = 300; // several arrive together

export default function start(gallery) {
  let waiting = [];
  let timer = 0;

  document.addEventListener("mediaweb:uploaded", (event) => {
    waiting.push(event.detail.id);
    clearTimeout(timer);
    timer = setTimeout(insert, PAUSE_MS);
  });

  function insert() {
    const ids = waiting;
    waiting = [];
    if (!gallery.hasAttribute("data-live")) redrawTiles(ids);
  }
}
