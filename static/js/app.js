// Binds behaviours to the elements that ask for them with data-behaviour="name".
// They are imported at once, not when they are met: so all of them are bound before the page counts as loaded,
// and nobody presses Esc, picks a file or checks a box that nothing listens to yet.
import clip from "./clip.js";
import copy from "./copy.js";
import grid from "./grid.js";
import lightbox from "./lightbox.js";
import mediaPage from "./media-page.js";
import menu from "./menu.js";
import pages from "./pages.js";
import pending from "./pending.js";
import picture from "./picture.js";
import player from "./player.js";
import search from "./search.js";
import selection from "./selection.js";
import upload from "./upload.js";

import "../vendor/htmx/htmx.esm.min.js";

const behaviours = {
  clip,
  copy,
  grid,
  lightbox,
  "media-page": mediaPage,
  menu,
  pages,
  pending,
  picture,
  player,
  search,
  selection,
  upload,
};

const bound = new WeakSet();

/** Bind what is new below an element; what is bound already is left alone. */
export function bind(root) {
  for (const element of root.querySelectorAll("[data-behaviour]")) {
    if (bound.has(element)) continue;
    bound.add(element);
    for (const name of element.dataset.behaviour.split(" ")) behaviours[name](element, bind);
  }
}

bind(document);
document.addEventListener("htmx:after:swap", () => bind(document));
